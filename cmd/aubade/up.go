package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/mdp/qrterminal/v3"
	"github.com/urfave/cli/v3"
	"golang.org/x/sync/errgroup"

	"github.com/aubade/aubade/cmd/aubade/internal/call"
	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/internal/doctor"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice/livekit"
	"github.com/aubade/aubade/voice/web"
)

func upCommand() *cli.Command {
	return &cli.Command{
		Name:  "up",
		Usage: "start everything: LiveKit, the agent, the page and the nightly build; then print the link",
		Description: `The link is printed when a call would be answered at once. Open it, start the call, and ask. Ctrl-C says goodbye to whoever
is in a call; twice ends it at once.

Phones give the microphone to secure pages only: --lan serves HTTPS on the local network and prints a QR code; the phone asks
once whether to trust the certificate, which is made anew at each start.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "lan", Usage: "serve phones on the local network: HTTPS with a self-signed certificate, and a QR code"},
			&cli.StringFlag{Name: "listen", Usage: "`ADDRESS` of the page, in place of the config's"},
			&cli.BoolFlag{Name: "no-cron", Usage: "do not build editions at night"},
			&cli.BoolFlag{Name: "local", Usage: "use the OpenAI-compatible servers that run on this machine (Ollama, llama.cpp, vLLM, LM Studio, Kokoro, speaches)"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			cfg, log, err := settings(c)
			if err != nil {
				return err
			}
			if l := c.String("listen"); l != "" {
				cfg.Web.Listen = l
			}
			holdCalls(log)
			o := upOptions{lan: c.Bool("lan")}
			if !c.Bool("no-cron") {
				o.cron = childFlags(c, cfg)
			}
			o.found, o.local = doctor.Local(ctx, doctor.Places), c.Bool("local")
			if o.local {
				takeLocal(&cfg, o.found)
			}
			return up(ctx, cfg, o, log, c.Root().Writer)
		},
	}
}

type upOptions struct {
	lan  bool
	cron []string // the flags of the process that builds at night; nil: nothing is built

	found []doctor.Server // on this machine
	local bool            // they are at work
}

// goodbye is how long calls may go on after Ctrl-C, to be ended politely.
const goodbye = 8 * time.Second

// up runs until ctx ends. It prints the link when a call would be answered at once, and not before.
func up(ctx context.Context, cfg config.Config, o upOptions, log *slog.Logger, out io.Writer) (err error) {
	began := time.Now()
	var lan net.IP
	listen := cfg.Web.Listen
	if o.lan {
		if lan, err = lanAddress(); err != nil {
			return err
		}
		_, port, err := net.SplitHostPort(listen)
		if err != nil {
			return fmt.Errorf("web.listen: %w", err)
		}
		listen = net.JoinHostPort("0.0.0.0", port)
	}
	// The page's port first: whoever starts Aubade twice learns it before anything is loaded.
	l, err := net.Listen("tcp", listen)
	if err != nil {
		if errors.Is(err, syscall.EADDRINUSE) {
			err = fmt.Errorf("%w (another one may be running; choose another with --listen HOST:PORT)", err)
		}
		return fmt.Errorf("serve the page: %w", err)
	}
	defer l.Close()
	op, edition, closeAll, err := openOperator(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	lk, err := openLiveKit(ctx, cfg, lan)
	if err != nil {
		return err
	}
	defer lk.close()
	url, l, err := pageURL(l, lan)
	if err != nil {
		return err
	}

	g, ctx := errgroup.WithContext(ctx)
	ready := make(chan struct{}, 1)
	worker := newWorker(ctx, cfg, op, lk.urls, lk.keys, log)
	worker.OnRegistered = func(string) {
		select {
		case ready <- struct{}{}:
		default:
		}
	}
	g.Go(func() error { return worker.Run(ctx) })
	page := &http.Server{
		Handler: web.Handler(web.Options{
			LiveKit: lk.behind, PublicLiveKit: lk.public,
			Token: func(room, identity string) (string, error) {
				return lk.keys.Token(livekit.Pass{Room: room, Identity: identity})
			},
			RoomExists: func(ctx context.Context, name string) (bool, error) {
				return livekit.RoomExists(ctx, lk.urls[0], lk.keys, name)
			},
			Info:      info(op),
			Questions: func(ctx context.Context) ([]string, error) { return op.Brain.Answerer.Suggestions(ctx), nil },
			Passage:   passage(op.Brain),
			Hosts:     hosts(lan),
		}),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	g.Go(func() error {
		if err := page.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve the page: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		select {
		case err := <-lk.failed:
			return fmt.Errorf("the LiveKit server ended: %w", err)
		case <-ctx.Done():
		}
		// The worker says goodbye to its calls first; the page only has to go.
		bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
		defer cancel()
		return page.Shutdown(bye)
	})
	if o.cron != nil {
		g.Go(func() error { return cronLoop(ctx, o.cron, log) })
	}
	g.Go(func() error {
		select {
		case <-ready:
		case <-ctx.Done():
			return nil
		}
		fmt.Fprintf(out, "\nAubade listens (%s, ready in %s).\n\n  %s\n\n", called(edition, o.cron != nil), time.Since(began).Round(10*time.Millisecond), url)
		fmt.Fprintf(out, "ears %s, voice %s, brain %s\n", op.Speech.EarsName, op.Speech.VoiceName, op.Brain.ModelName)
		if len(o.found) > 0 && !o.local {
			fmt.Fprintln(out, "On this machine: "+offer(o.found))
		}
		if op.Brain.Domain.Notice != "" {
			fmt.Fprintf(out, "%s\n", op.Brain.Domain.Notice)
		}
		if lan != nil {
			qrterminal.GenerateHalfBlock(url, qrterminal.L, out)
			fmt.Fprintln(out, "The certificate is self-signed: the phone will ask once whether to go on.")
		}
		fmt.Fprintln(out, "Ctrl-C ends it.")
		return nil
	})
	return g.Wait()
}

// called names the edition that calls read from.
func called(e store.Edition, cron bool) string {
	switch {
	case e.ID != 0:
		return fmt.Sprintf("edition %d", e.ID)
	case cron:
		return "no edition yet: the first one is being built, calls read from it when it is there"
	}
	return "no edition yet: aubade brief build"
}

// liveKit is the server that calls go through: our own, or somebody's.
type liveKit struct {
	urls   []string // where the worker connects
	keys   livekit.Keys
	behind string       // our own, behind the page's proxy
	public string       // somebody's, which browsers reach by themselves
	failed <-chan error // our own has ended; nil for somebody's
	close  func()
}

func openLiveKit(ctx context.Context, cfg config.Config, lan net.IP) (liveKit, error) {
	if cfg.LiveKit.URL != "" {
		keys, err := outsideKeys(cfg)
		return liveKit{urls: append([]string{cfg.LiveKit.URL}, cfg.LiveKit.FallbackURLs...), keys: keys, public: cfg.LiveKit.URL, close: func() {}}, err
	}
	s, err := livekit.Serve(ctx, livekit.Options{UDPPort: cfg.Web.MediaPort, LAN: lan})
	if err != nil {
		return liveKit{}, err
	}
	return liveKit{urls: []string{s.URL}, keys: s.Keys, behind: s.URL, failed: s.Done(), close: s.Close}, nil
}

// openOperator opens the brain and the speech and warms both. It returns how to close them.
func openOperator(ctx context.Context, cfg config.Config, log *slog.Logger) (*call.Operator, store.Edition, func() error, error) {
	brain, err := wire.OpenBrain(cfg, log)
	if err != nil {
		return nil, store.Edition{}, nil, err
	}
	return operatorOf(ctx, brain, log)
}

// operatorOf gives a brain ears and a voice. The brain is closed with them, or where they cannot be opened.
func operatorOf(ctx context.Context, brain *wire.Brain, log *slog.Logger) (*call.Operator, store.Edition, func() error, error) {
	edition, err := brain.Answerer.Warm(ctx)
	if err != nil && !errors.Is(err, store.ErrNoEdition) {
		return nil, edition, nil, errors.Join(err, brain.Close())
	}
	if err != nil {
		log.Warn("there is no edition yet: calls are answered, but there is nothing to read from. Build one with: aubade brief build")
	}
	speech, err := wire.OpenSpeech(brain, engineProcess, log)
	if err != nil {
		return nil, edition, nil, errors.Join(err, brain.Close())
	}
	// The model may take minutes to load: the reader answers until then.
	warm, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		began := time.Now()
		switch err := brain.WarmModel(warm); {
		case warm.Err() != nil || errors.Is(err, store.ErrNoEdition):
		case err != nil:
			log.Warn("the small model does not answer; the reader stands in", "model", brain.ModelName, "err", err)
		default:
			log.Info("the small model is warm", "model", brain.ModelName, "after", time.Since(began).Round(time.Millisecond))
		}
	})
	closeAll := func() error {
		stop()
		wg.Wait()
		return errors.Join(speech.Close(context.Background()), brain.Close())
	}
	if err := speech.Warm(ctx, edition); err != nil {
		return nil, edition, nil, errors.Join(err, closeAll())
	}
	return &call.Operator{Brain: brain, Speech: speech, Log: log}, edition, closeAll, nil
}

// takeCall holds one call in a LiveKit room.
func takeCall(op *call.Operator) func(ctx context.Context, r *livekit.Room) error {
	return func(ctx context.Context, r *livekit.Room) error {
		// Greeting an empty room helps nobody.
		if err := r.Ready(ctx); err != nil {
			return err
		}
		id := fmt.Sprintf("%s-%s", r.Name(), strconv.FormatInt(time.Now().UnixMilli(), 36))
		return op.Talk(ctx, id, r)
	}
}

// cronLoop builds editions at night in a process of its own, so that a call never waits for it.
func cronLoop(ctx context.Context, flags []string, log *slog.Logger) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("nightly build: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, append(flags, "brief", "cron")...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = goodbye
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil && ctx.Err() == nil {
		// The calls go on with the edition that there is.
		log.Error("the nightly build has ended; editions will not be renewed", "err", err)
	}
	return nil
}

// lanAddress is this machine's address on the local network.
func lanAddress() (net.IP, error) {
	// No packet is sent: connecting a UDP socket only picks the route.
	c, err := net.Dial("udp", "192.0.2.1:9")
	if err == nil {
		defer c.Close()
		if a, ok := c.LocalAddr().(*net.UDPAddr); ok && !a.IP.IsLoopback() {
			return a.IP, nil
		}
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("find the address on the local network: %w", err)
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			return n.IP, nil
		}
	}
	return nil, errors.New("this machine has no address on a local network; without --lan the page is served to this machine alone")
}

// pageURL is the link to open. On the local network it is HTTPS: browsers give microphones to secure pages only.
func pageURL(l net.Listener, lan net.IP) (string, net.Listener, error) {
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "", nil, err
	}
	if lan == nil {
		host, _, _ := net.SplitHostPort(l.Addr().String())
		if ip := net.ParseIP(host); ip == nil || ip.IsLoopback() || ip.IsUnspecified() {
			host = "localhost"
		}
		return "http://" + net.JoinHostPort(host, port), l, nil
	}
	cert, err := web.SelfSigned(lan.String(), "localhost")
	if err != nil {
		return "", nil, err
	}
	return "https://" + net.JoinHostPort(lan.String(), port), tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}}), nil
}

func hosts(lan net.IP) []string {
	if lan == nil {
		return nil
	}
	return []string{lan.String()}
}

// info is what the page says about what is at work.
func info(op *call.Operator) func(ctx context.Context) web.Info {
	return func(ctx context.Context) web.Info {
		b := op.Brain
		i := web.Info{
			Market: b.Domain.Title, Invented: b.Domain.Notice != "", Agent: b.Domain.Persona.Name,
			Ears: op.Speech.EarsName, Voice: op.Speech.VoiceName, Brain: b.ModelName, Basic: op.Speech.Basic, Version: strings.TrimPrefix(version(), "aubade "),
		}
		e, err := b.DB.Current(ctx, b.Domain.Name)
		if err != nil {
			i.Stale = "It is being built, or waits for: aubade brief build. This page shows it when it is there."
			return i
		}
		day := e.AsOf
		if zone, err := b.Domain.Location(); err == nil {
			day = day.In(zone) // the evening there may be tomorrow here
		}
		i.Edition = day.Format("2 January 2006")
		if next := nextRun(b.Domain, time.Now()); !next.IsZero() {
			i.NextRun = next.Format("Mon 2 Jan 15:04 MST")
		}
		return i
	}
}

// passage finds what a citation's ID stands for: a passage, or the place that a fact was read from.
func passage(b *wire.Brain) func(ctx context.Context, id string) (web.Passage, error) {
	return func(ctx context.Context, id string) (web.Passage, error) {
		var p web.Passage
		cite := func(c store.Citation) {
			p.ID, p.Title, p.URL, p.Publisher, p.Published, p.Kind, p.Quote = id, c.Title, c.URL, c.Publisher, c.Published, string(c.Kind), c.Quote
		}
		var span store.Span
		if f, err := b.DB.Fact(ctx, id); err == nil {
			cite(f.Citation)
			span, p.Facts = f.Span, []string{f.Statement}
			if f.Formula != "" {
				p.Facts = append(p.Facts, f.Formula)
			}
		} else if q, err := b.DB.Passage(ctx, id); err == nil {
			cite(q.Citation)
			span, p.Text = q.Span, q.Text
		} else if errors.Is(err, store.ErrNotFound) {
			return p, web.ErrNotFound
		} else {
			return p, err
		}
		if doc, err := b.DB.Document(ctx, span.Document); err == nil {
			p.Text = surroundings(doc.Text, span)
			if p.Quote == "" {
				p.Quote = span.Quote
			}
		}
		return p, nil
	}
}

// surroundings is a span with the lines around it, at most some 1,200 bytes.
func surroundings(text string, s store.Span) string {
	if s.Start < 0 || s.End > len(text) || s.Start >= s.End {
		return s.Quote
	}
	from, to := max(0, s.Start-500), min(len(text), s.End+500)
	if i := strings.IndexByte(text[from:s.Start], '\n'); from > 0 && i >= 0 {
		from += i + 1
	}
	if i := strings.LastIndexByte(text[s.End:to], '\n'); to < len(text) && i >= 0 {
		to = s.End + i
	}
	return strings.ToValidUTF8(text[from:to], "")
}
