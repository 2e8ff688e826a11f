// Package engine measures what a session costs by itself: sound goes in, through the whole session, and out again.
package engine

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aubade/aubade/voice"
)

// Packet is the length of the packets that the echo is made of: 50 ms, 1600 bytes at audio.Rate.
const Packet = 50 * time.Millisecond

// Options say how many sessions are measured, and for how long.
type Options struct {
	Sessions int
	// For is the time measured, after Warm, which is not.
	For, Warm time.Duration
}

// A Result is one row of the table. Latencies are from the moment a packet was due, not from when the driver came to
// send it, to the moment its last frame was handed to the room.
type Result struct {
	Sessions     int           `json:"sessions"`
	Sent         int64         `json:"packets_sent"`
	Returned     int64         `json:"packets_returned"`
	Avg          time.Duration `json:"avg_ns"`
	P95          time.Duration `json:"p95_ns"`
	P99          time.Duration `json:"p99_ns"`
	Min          time.Duration `json:"min_ns"`
	Max          time.Duration `json:"max_ns"`
	CPUPerPacket time.Duration `json:"cpu_per_packet_ns"` // of the whole process, the driver included
	PerSession   int64         `json:"bytes_per_session"` // heap and stacks, over those of the empty process
	GCPause      time.Duration `json:"gc_pause_p99_ns"`
}

// Run measures. Every session gets 20 packets a second, evenly spread over the sessions, by a metronome that does not wait
// for anybody.
func Run(ctx context.Context, o Options) (Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	before := memory()
	echoes := make([]*echo, o.Sessions)
	var sessions sync.WaitGroup
	errs := make(chan error, o.Sessions)
	for i := range echoes {
		e := newEcho(int(o.For / Packet))
		echoes[i] = e
		s, err := voice.New(voice.Config{
			In: e, Out: e, Detector: e, Recognizer: e, Synthesizer: e, Responder: e,
			Options: voice.Options{Nudge: time.Hour, Patience: 2 * time.Hour, FirstAudio: time.Minute},
		})
		if err != nil {
			return Result{}, err
		}
		sessions.Go(func() { errs <- s.Run(ctx) })
	}
	r := Result{Sessions: o.Sessions}
	drive(ctx, echoes, o.Warm, false)
	after := memory()
	r.PerSession = (after - before) / int64(max(1, o.Sessions))
	cpu, gc := cpuTime(), gcPauses()
	r.Sent = drive(ctx, echoes, o.For, true)
	time.Sleep(500 * time.Millisecond) // what is still on its way
	r.CPUPerPacket = (cpuTime() - cpu) / time.Duration(max(1, r.Sent))
	r.GCPause = pauseP99(gc, gcPauses())
	for _, e := range echoes {
		close(e.in)
	}
	sessions.Wait()
	for range echoes {
		if err := <-errs; err != nil {
			return r, fmt.Errorf("bench engine: %w", err)
		}
	}
	var all []time.Duration
	for _, e := range echoes {
		all = append(all, e.latencies...)
	}
	r.Returned = int64(len(all))
	if len(all) == 0 {
		return r, ctx.Err()
	}
	slices.Sort(all)
	var sum time.Duration
	for _, d := range all {
		sum += d
	}
	r.Avg, r.Min, r.Max = sum/time.Duration(len(all)), all[0], all[len(all)-1]
	r.P95, r.P99 = all[len(all)*95/100], all[len(all)*99/100]
	return r, ctx.Err()
}

// drive sends every session its packets for a while, and says how many.
func drive(ctx context.Context, echoes []*echo, d time.Duration, measured bool) (sent int64) {
	n := len(echoes)
	start := time.Since(began)
	total := int64(d/Packet) * int64(n)
	for sent < total && ctx.Err() == nil {
		// The k-th packet is due at k/n of a packet's length.
		due := start + time.Duration(sent)*Packet/time.Duration(n)
		if wait := due - time.Since(began); wait > 0 {
			// Sleep a millisecond at a time, and then send all that have come due.
			time.Sleep(max(wait, time.Millisecond))
		}
		echoes[int(sent)%n].send(packet{due: due, measured: measured})
		sent++
	}
	return sent
}
