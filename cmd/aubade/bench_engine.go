package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/bench"
	"github.com/aubade/aubade/evals/engine"
)

func benchEngineCommand() *cli.Command {
	return &cli.Command{
		Name:  "engine",
		Usage: "what sessions cost by themselves: sound echoed through the whole session, without WebRTC and models",
		Description: `Every session gets 20 packets a second of 50 ms of sound, which go through its ears, its conversation and its voice
and back; the voice detector is a stub. The sessions are in a process of their own, on the other side of a socket.
Latency counts from when a packet was due to when its sound was back with the client. CPU is that of the sessions'
process, its end of the socket included; memory is heap and stacks, and what is resident.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "sessions", Value: "10,500,1000,2000,5000", Usage: "how many at once, one run for each"},
			&cli.DurationFlag{Name: "for", Value: 10 * time.Second, Usage: "how long each run is measured"},
			&cli.StringFlag{Name: "profile", Usage: "write the CPU profile of the last run's engine to `FILE`"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			var rows []engine.Result
			for _, field := range strings.Split(c.String("sessions"), ",") {
				n, err := strconv.Atoi(strings.TrimSpace(field))
				if err != nil || n < 1 {
					return fmt.Errorf("bench engine: --sessions: %q is no number of sessions", field)
				}
				r, err := bench.Engine(ctx, engine.Options{Sessions: n, For: c.Duration("for"), Warm: 2 * time.Second}, c.String("profile"))
				if err != nil {
					return err
				}
				rows = append(rows, r)
			}
			report := struct {
				Machine bench.Machine   `json:"machine"`
				Version string          `json:"version"`
				Runs    []engine.Result `json:"runs"`
			}{bench.ThisMachine(), version(), rows}
			return show(c, report, func(w io.Writer) { printEngine(w, rows); report.Machine.Print(w) })
		},
	}
}

func printEngine(w io.Writer, rows []engine.Result) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "sessions\tsent\treturned\tlost\twrong\tavg\tp50\tp95\tp99\tmin\tmax\tCPU/packet\tmemory/session\tresident/session\tGC pause p99\tclient late p99\t")
	for _, r := range rows {
		us := func(d time.Duration) string { return d.Round(time.Microsecond).String() }
		fmt.Fprintf(t, "%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d KB\t%d KB\t%s\t%s\t\n", r.Sessions, r.Sent, r.Returned, r.Lost, r.Wrong,
			us(r.Avg), us(r.P50), us(r.P95), us(r.P99), us(r.Min), us(r.Max), r.CPUPerPacket.Round(100*time.Nanosecond), r.PerSession>>10, r.RSS>>10,
			us(r.GCPause), us(r.Late))
	}
	_ = t.Flush() // the writer's own errors are the terminal's
}
