package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/evals/engine"
)

func benchEngineCommand() *cli.Command {
	return &cli.Command{
		Name:  "engine",
		Usage: "what sessions cost by themselves: sound echoed through the whole session, without WebRTC and models",
		Description: `Every session gets 20 packets a second of 50 ms of sound, which go through its ears, its conversation and its voice
and back; the voice detector is a stub. Latency counts from when a packet was due. CPU is the whole process's, the
sender of the packets included; memory is heap and stacks.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "sessions", Value: "10,500,1000,2000,5000", Usage: "how many at once, one run for each"},
			&cli.DurationFlag{Name: "for", Value: 10 * time.Second, Usage: "how long each run is measured"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			var rows []engine.Result
			for _, field := range strings.Split(c.String("sessions"), ",") {
				n, err := strconv.Atoi(strings.TrimSpace(field))
				if err != nil || n < 1 {
					return fmt.Errorf("bench engine: --sessions: %q is no number of sessions", field)
				}
				r, err := engine.Run(ctx, engine.Options{Sessions: n, For: c.Duration("for"), Warm: 2 * time.Second})
				if err != nil {
					return err
				}
				rows = append(rows, r)
			}
			if c.Bool("json") {
				enc := json.NewEncoder(c.Root().Writer)
				enc.SetIndent("", "  ")
				return enc.Encode(struct {
					Machine string          `json:"machine"`
					Version string          `json:"version"`
					Runs    []engine.Result `json:"runs"`
				}{engineMachine(), version(), rows})
			}
			return printEngine(c.Root().Writer, rows)
		},
	}
}

func engineMachine() string {
	return fmt.Sprintf("%d CPUs, %s/%s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
}

func printEngine(w io.Writer, rows []engine.Result) error {
	fmt.Fprintln(w, engineMachine()+",", version())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "sessions\tsent\treturned\tavg\tp95\tp99\tmin\tmax\tCPU/packet\tmemory/session\tGC pause p99\t")
	for _, r := range rows {
		us := func(d time.Duration) string { return d.Round(time.Microsecond).String() }
		fmt.Fprintf(t, "%d\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%d KB\t%s\t\n", r.Sessions, r.Sent, r.Returned,
			us(r.Avg), us(r.P95), us(r.P99), us(r.Min), us(r.Max), r.CPUPerPacket.Round(100*time.Nanosecond), r.PerSession>>10, us(r.GCPause))
	}
	return t.Flush()
}
