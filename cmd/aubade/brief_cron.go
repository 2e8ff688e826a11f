package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/store"
)

func briefCronCommand() *cli.Command {
	return &cli.Command{
		Name:  "cron",
		Usage: "build on the domain's schedule, and at once if a night was missed",
		Action: night(func(ctx context.Context, c *cli.Command, n *wire.Night) error {
			cfg, log, err := settings(c)
			if err != nil {
				return err
			}
			if err := child.Nice(10); err != nil { // the process of the calls may have started this one, with its own preference
				log.Debug("the nightly build yields to nobody", "err", err)
			}
			missed, err := missedNight(ctx, n.DB, n.Domain, time.Now())
			if err != nil {
				return err
			}
			build := childBuild(log, childFlags(c, cfg))
			return runCron(ctx, n.Domain, missed, build, log)
		}),
	}
}

// nextRun is when the schedule is due next; zero without a schedule.
func nextRun(d *domain.Domain, now time.Time) time.Time {
	s, err := schedule(d)
	if err != nil || s == nil {
		return time.Time{}
	}
	loc, err := d.Location()
	if err != nil {
		return time.Time{}
	}
	return s.Next(now.In(loc))
}

func schedule(d *domain.Domain) (cron.Schedule, error) {
	if d.Schedule == "" {
		return nil, nil
	}
	s, err := cron.ParseStandard(d.Schedule)
	if err != nil {
		return nil, fmt.Errorf("schedule %q: %w", d.Schedule, err)
	}
	return s, nil
}

// missedNight says that a run was due since the newest edition began: the machine was off, or the build failed.
func missedNight(ctx context.Context, db *store.DB, d *domain.Domain, now time.Time) (bool, error) {
	editions, err := db.Editions(ctx, d.Name)
	if err != nil {
		return false, err
	}
	if len(editions) == 0 {
		return true, nil
	}
	last := editions[0].Began
	if t, err := lastRun(ctx, db, d); err == nil && t.After(last) {
		last = t // a run that found nothing new left no edition behind
	}
	due := nextRun(d, last)
	return !due.IsZero() && !due.After(now), nil
}

// lastRun is when a source was last read to its end.
func lastRun(ctx context.Context, db *store.DB, d *domain.Domain) (time.Time, error) {
	var last time.Time
	for _, s := range d.Sources {
		t, err := db.Since(ctx, d.Name, s.Name)
		if err != nil {
			return last, err
		}
		if t.After(last) {
			last = t
		}
	}
	return last, nil
}

// runCron builds when the schedule says so, until ctx ends. A run that is still going when the next is due makes that
// one be skipped: never two at once.
func runCron(ctx context.Context, d *domain.Domain, now bool, build func(context.Context) error, log *slog.Logger) error {
	s, err := schedule(d)
	if err != nil {
		return err
	}
	if s == nil {
		return errors.New("cron: the domain has no schedule")
	}
	loc, err := d.Location()
	if err != nil {
		return err
	}
	job := cron.NewChain(cron.SkipIfStillRunning(cron.DiscardLogger)).Then(cron.FuncJob(func() {
		began := time.Now()
		if err := build(ctx); err != nil && ctx.Err() == nil {
			log.Error("nightly build", "err", err, "took", time.Since(began))
			return
		}
		log.Info("nightly build", "took", time.Since(began), "next", s.Next(time.Now().In(loc)))
	}))
	c := cron.New(cron.WithLocation(loc))
	c.Schedule(s, job)
	log.Info("nightly build scheduled", "next", s.Next(time.Now().In(loc)), "missed", now)
	c.Start()
	caughtUp := make(chan struct{})
	go func() {
		defer close(caughtUp)
		if now {
			job.Run()
		}
	}()
	<-ctx.Done()
	<-c.Stop().Done()
	<-caughtUp
	return nil
}

// childBuild runs `aubade brief build` in a process of its own, so that its work never delays a call. When ctx ends it is
// asked to stop, and killed if it does not: the next build goes on where it was.
func childBuild(log *slog.Logger, flags []string) func(context.Context) error {
	return func(ctx context.Context) error {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, self, append(flags, "brief", "build")...)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
		cmd.WaitDelay = 10 * time.Second
		err = cmd.Run()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == 3 {
			log.Warn("nightly build", "held back", "the edition did not pass the gate")
			return nil
		}
		return err
	}
}
