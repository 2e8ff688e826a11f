package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/call"
	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/voice/livekit"
)

func agentCommand() *cli.Command {
	return &cli.Command{
		Name:  "agent",
		Usage: "join the calls of a LiveKit server or LiveKit Cloud as a worker: LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET",
		Description: `It answers every new room of that server, or, where livekit.agent_name is set, the rooms that ask for it by name. A server
that cannot be reached is tried again for ever, and livekit.fallback_urls in turn. Any LiveKit front-end works; the page of
"aubade up" is served only there. Ctrl-C says goodbye to the callers; twice ends it at once.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "url", Usage: "the server's `URL`, wss://…, in place of the config's", Sources: cli.EnvVars("LIVEKIT_URL")},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			cfg, log, err := settings(c)
			if err != nil {
				return err
			}
			holdCalls(log)
			cfg.LiveKit.URL = cmp.Or(c.String("url"), cfg.LiveKit.URL)
			keys, err := outsideKeys(cfg)
			if err != nil {
				return err
			}
			op, edition, closeAll, err := openOperator(ctx, cfg, log)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.Root().Writer, "Aubade joins calls at %s (edition %d). Ctrl-C lets them end.\n", cfg.LiveKit.URL, edition.ID)
			w := newWorker(ctx, cfg, op, append([]string{cfg.LiveKit.URL}, cfg.LiveKit.FallbackURLs...), keys, log)
			return errors.Join(w.Run(ctx), closeAll())
		},
	}
}

// holdCalls lets other processes yield to this one, and to the engines that it starts, where the user has the right to that:
// who talks waits for it, and nobody for a build. Where not, calls are held all the same.
func holdCalls(log *slog.Logger) {
	if err := child.Nice(-10); err != nil {
		log.Debug("calls have no preference over other processes", "err", err)
	}
}

// outsideKeys are the keys of a server that is not embedded. They come from the environment only.
func outsideKeys(cfg config.Config) (livekit.Keys, error) {
	keys := livekit.Keys{Key: os.Getenv("LIVEKIT_API_KEY"), Secret: os.Getenv("LIVEKIT_API_SECRET")}
	switch {
	case cfg.LiveKit.URL == "":
		return keys, errors.New("which server? Set LIVEKIT_URL, or livekit.url in the config; `aubade up` brings its own")
	case keys.Key == "" || keys.Secret == "":
		return keys, errors.New("set LIVEKIT_API_KEY and LIVEKIT_API_SECRET to the server's own")
	}
	return keys, nil
}

// newWorker holds calls from the servers of one cluster. When ctx ends they are told goodbye.
func newWorker(ctx context.Context, cfg config.Config, op *call.Operator, urls []string, keys livekit.Keys, log *slog.Logger) *livekit.Worker {
	op.Leaving = ctx.Done()
	return &livekit.Worker{
		URLs: urls, Keys: keys, Name: cfg.LiveKit.AgentName, MaxCalls: cfg.LiveKit.MaxCalls,
		Session: takeCall(op), Patience: goodbye, Log: log,
	}
}
