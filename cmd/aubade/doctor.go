package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/internal/doctor"
	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/models"
	"github.com/aubade/aubade/internal/native/opus"
)

func doctorCommand() *cli.Command {
	return &cli.Command{
		Name:  "doctor",
		Usage: "say what works, what is missing and how to get it",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "gpu", Usage: "read the NVIDIA card and check that the servers of deploy/gpu fit into it"},
			jsonFlag,
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			cfg, err := config.Load(c.String("config"))
			if err != nil {
				return err
			}
			if d := c.String("domain"); d != "" {
				cfg.Domain = d
			}
			if h := c.String("home"); h != "" {
				cfg.Home = h
			}
			p := &patient{cfg: cfg}
			defer p.close()
			checks := p.checks()
			if c.Bool("gpu") {
				checks = append(checks, gpuCheck())
			}
			checks = append(checks, (&stages{patient: p}).checks(ctx)...)
			found := doctor.Run(ctx, checks)
			if c.Bool("json") {
				err = printJSON(c.Root().Writer, found)
			} else {
				err = doctor.Print(c.Root().Writer, found)
			}
			if err == nil && !doctor.Healthy(found) {
				return cli.Exit("", 1)
			}
			return err
		},
	}
}

// A patient is the program as far as it can be put together.
type patient struct {
	cfg    config.Config
	brain  *wire.Brain
	speech *wire.Speech
	ill    error // why there is no brain or no speech
}

func (p *patient) close() {
	if p.speech != nil {
		_ = p.speech.Close(context.Background())
	}
	if p.brain != nil {
		_ = p.brain.Close()
	}
}

func (p *patient) checks() []doctor.Check {
	if p.brain, p.ill = wire.OpenBrain(p.cfg, p.cfg.Log.Logger()); p.ill == nil {
		p.speech, p.ill = wire.OpenSpeech(p.brain, engineProcess, p.cfg.Log.Logger())
	}
	return []doctor.Check{
		{Part: "domain", Needed: true, Run: p.domain},
		{Part: "store", Needed: true, Run: p.store},
		{Part: "edition", Cure: "aubade brief build", Run: p.edition},
		{Part: "opus", Needed: true, Run: func(context.Context) (string, error) { return opus.Version() }},
		{Part: "vad", Needed: true, Cure: "aubade models pull small", Run: p.vad},
		{Part: "page", Run: p.port},
		{Part: "npm", Cure: "apt-get install npm", Run: tool("npm", "the page can be built, and models fetched from npm packages")},
		{Part: "chromium", Cure: "apt-get install chromium", Run: tool("chromium", "the browser's test can run")},
		{Part: "servers", Run: servers},
	}
}

func (p *patient) domain(context.Context) (string, error) {
	d, err := domain.Load(p.cfg.Domain)
	if err != nil {
		return "", &doctor.Trouble{Err: err, Cure: "run this in the project's folder, or name the domain's with --domain"}
	}
	return fmt.Sprintf("%s, %d names and terms", d.Name, len(d.Terms().Terms)), nil
}

func (p *patient) store(context.Context) (string, error) {
	if p.brain == nil {
		return "", p.ill
	}
	return p.cfg.HomeDir()
}

func (p *patient) edition(ctx context.Context) (string, error) {
	if p.brain == nil {
		return "", p.ill
	}
	e, err := p.brain.DB.Current(ctx, p.brain.Domain.Name)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d, as of %s: %d facts, %d passages", e.ID, e.AsOf.Format("2006-01-02"), e.Counts.Facts, e.Counts.Passages), nil
}

func (p *patient) vad(context.Context) (string, error) {
	if p.speech == nil {
		return "", p.ill
	}
	if p.speech.VADName == "energy:" && strings.Contains(p.cfg.Ears.VAD, "silero:") {
		_, err := models.Path("silero-vad")
		return "", &doctor.Trouble{Err: fmt.Errorf("loudness stands in for the network: %w", cmpNil(err)), Cure: "aubade models pull small"}
	}
	return p.speech.VADName, nil
}

func cmpNil(err error) error {
	if err == nil {
		return errors.New("it does not load")
	}
	return err
}

func (p *patient) port(context.Context) (string, error) {
	l, err := net.Listen("tcp", p.cfg.Web.Listen)
	if err != nil {
		return "", &doctor.Trouble{Err: err, Cure: "choose another address with aubade up --listen, or stop what listens there"}
	}
	return p.cfg.Web.Listen + " is free", l.Close()
}

func tool(name, use string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		if _, err := exec.LookPath(name); err != nil {
			return "", fmt.Errorf("not installed: without it not %s", use)
		}
		return use, nil
	}
}

// servers looks for OpenAI-compatible servers on this machine, and configures nothing by itself.
func servers(ctx context.Context) (string, error) {
	found := doctor.Local(ctx, doctor.Places)
	if len(found) == 0 {
		return "none on this machine; none is needed", nil
	}
	return offer(found), nil
}

func gpuCheck() doctor.Check {
	return doctor.Check{Part: "gpu", Run: func(ctx context.Context) (string, error) {
		m := models.Look(ctx)
		if len(m.GPUs) == 0 {
			return "", &doctor.Trouble{Err: errors.New("nvidia-smi shows no card"), Cure: "the embedded ears and voice need none"}
		}
		g := m.GPUs[0]
		plan, ok := doctor.PlanFor(int(g.Memory >> 20))
		if !ok {
			return "", fmt.Errorf("%s has %d MiB, which no plan of deploy/gpu is made for", g.Name, g.Memory>>20)
		}
		if err := plan.Fits(int(g.Free >> 20)); err != nil {
			return "", &doctor.Trouble{Err: fmt.Errorf("%s: %w", g.Name, err), Cure: "stop what else uses the card, unless it is the servers of deploy/gpu themselves"}
		}
		return fmt.Sprintf("%s, %d of %d MiB free: profile %s of deploy/gpu fits (%d MiB)", g.Name, g.Free>>20, g.Memory>>20, plan.Profile, plan.Total()), nil
	}}
}
