package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aubade/aubade/voice/livekit/caller"
)

// SoakOptions says how long to keep callers coming and going.
type SoakOptions struct {
	For      time.Duration
	Sessions int           // callers at once
	Call     time.Duration // how long each stays, on average
	Sample   time.Duration // how often the agent is looked at
	Stub     Stub
	Turns    []Turn
	Here     bool
	Log      io.Writer
}

// A SoakReport says whether anything grows. Slopes are least squares, per hour, over the second half of the samples and
// those before it but the first tenth, in which caches fill.
type SoakReport struct {
	Machine Machine  `json:"machine"`
	Hours   float64  `json:"hours"`
	Calls   int      `json:"calls"`
	Turns   int      `json:"turns"`
	Lost    int      `json:"lost"`
	Slopes  Slopes   `json:"slopes_per_hour"`
	Samples []Sample `json:"samples"`
}

// Slopes are growth per hour.
type Slopes struct {
	PSS        float64 `json:"pss_mb"`
	Heap       float64 `json:"heap_mb"`
	Goroutines float64 `json:"goroutines"`
	Files      float64 `json:"files"`
	Latency    float64 `json:"voice_to_voice_ms"`
}

// A Sample is one look at the agent.
type Sample struct {
	At         float64 `json:"at_s"`
	PSS        float64 `json:"pss_mb"`
	Heap       float64 `json:"heap_mb"`
	Goroutines int     `json:"goroutines"`
	Files      int     `json:"files"`
	Latency    float64 `json:"voice_to_voice_p50_ms"` // of the turns since the sample before; 0 where there were none
}

// Soak measures.
func Soak(ctx context.Context, o SoakOptions) (*SoakReport, error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	clips := make([]*caller.Clip, len(o.Turns))
	for i, t := range o.Turns {
		var err error
		if clips[i], err = t.Clip(); err != nil {
			return nil, fmt.Errorf("bench soak: %w", err)
		}
	}
	h, err := startHost(ctx, o.Here, agentConfig{Stub: o.Stub, Turns: o.Turns})
	if err != nil {
		return nil, fmt.Errorf("bench soak: %w", err)
	}
	s := &soaker{o: o, h: h, clips: clips, began: time.Now()}
	err = s.run(ctx)
	if err := errors.Join(err, h.close()); err != nil {
		return nil, fmt.Errorf("bench soak: %w", err)
	}
	return s.report(), nil
}

type soaker struct {
	o     SoakOptions
	h     *host
	clips []*caller.Clip
	began time.Time

	mu     sync.Mutex
	r      SoakReport
	recent []time.Duration
}

func (s *soaker) run(ctx context.Context) error {
	end := s.began.Add(s.o.For)
	var g errgroup.Group
	for i := range s.o.Sessions {
		g.Go(func() error {
			for k := 0; time.Now().Before(end) && ctx.Err() == nil; k++ {
				s.visit(ctx, fmt.Sprintf("bench-%d-%d-%d", i, k, (i+k)%len(s.clips)), (i+k)%len(s.clips))
			}
			return ctx.Err()
		})
	}
	for at := s.began.Add(s.o.Sample); at.Before(end); at = at.Add(s.o.Sample) {
		if err := pause(ctx, time.Until(at)); err != nil {
			break
		}
		if err := s.look(); err != nil {
			return errors.Join(err, g.Wait())
		}
	}
	return g.Wait()
}

// visit is one call: turns, now and then an interruption, and a hang-up in the middle of whatever is going on.
func (s *soaker) visit(ctx context.Context, room string, first int) {
	s.count(func(r *SoakReport) { r.Calls++ })
	c, err := dial(ctx, s.h, room, caller.Options{})
	if err != nil {
		s.count(func(r *SoakReport) { r.Lost++ })
		_ = pause(ctx, time.Second)
		return
	}
	defer c.Hangup()
	leave := time.Now().Add(s.o.Call/2 + rand.N(s.o.Call))
	for k := first; time.Now().Before(leave) && ctx.Err() == nil; k++ {
		said, err := c.Say(ctx, s.clips[k%len(s.clips)])
		if err != nil {
			s.count(func(r *SoakReport) { r.Lost++ })
			return
		}
		wait, cancel := context.WithDeadline(ctx, said.To.Add(6*time.Second))
		at, err := c.Answer(wait, said.To)
		cancel()
		s.count(func(r *SoakReport) {
			r.Turns++
			if err != nil {
				r.Lost++
				return
			}
			s.recent = append(s.recent, at.Sub(said.To))
		})
		if k%3 == 0 {
			_ = pause(ctx, 500*time.Millisecond) // and goes on talking over the answer
			continue
		}
		_ = c.Quiet(ctx, 900*time.Millisecond)
		c.Forget()
	}
}

func (s *soaker) count(f func(r *SoakReport)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.r)
}

func (s *soaker) look() error {
	in, err := s.h.inside()
	if err != nil {
		return err
	}
	u := agentUsage(s.h)
	s.mu.Lock()
	defer s.mu.Unlock()
	x := Sample{
		At: time.Since(s.began).Seconds(), PSS: mb(u.PSS), Heap: mb(int64(in.Heap)), Goroutines: in.Goroutines, Files: u.Files,
		Latency: spread(s.recent).P50,
	}
	s.recent = nil
	s.r.Samples = append(s.r.Samples, x)
	fmt.Fprintf(s.o.Log, "%6.0f s  %4d calls  %5d turns  %.1f MB  heap %.1f MB  %d goroutines  %d files  %.0f ms\n",
		x.At, s.r.Calls, s.r.Turns, x.PSS, x.Heap, x.Goroutines, x.Files, x.Latency)
	return nil
}

func mb(n int64) float64 { return float64(n/1e4) / 100 }

func (s *soaker) report() *SoakReport {
	r := &s.r
	r.Machine, r.Hours = ThisMachine(), time.Since(s.began).Hours()
	warm := r.Samples[len(r.Samples)/10:]
	fit := func(of func(Sample) float64) float64 {
		var at []time.Duration
		var v []float64
		for _, x := range warm {
			at = append(at, time.Duration(x.At*float64(time.Second)))
			v = append(v, of(x))
		}
		return float64(int(100*slope(at, v))) / 100
	}
	r.Slopes = Slopes{
		PSS:        fit(func(x Sample) float64 { return x.PSS }),
		Heap:       fit(func(x Sample) float64 { return x.Heap }),
		Goroutines: fit(func(x Sample) float64 { return float64(x.Goroutines) }),
		Files:      fit(func(x Sample) float64 { return float64(x.Files) }),
		Latency:    fit(func(x Sample) float64 { return x.Latency }),
	}
	return r
}

// Print writes the report for people.
func (r *SoakReport) Print(w io.Writer) {
	fmt.Fprintf(w, "%.2f h, %d calls, %d turns, %d lost\n", r.Hours, r.Calls, r.Turns, r.Lost)
	fmt.Fprintf(w, "growth an hour: memory %+.2f MB, heap %+.2f MB, goroutines %+.1f, files %+.1f, voice to voice %+.1f ms\n",
		r.Slopes.PSS, r.Slopes.Heap, r.Slopes.Goroutines, r.Slopes.Files, r.Slopes.Latency)
	r.Machine.Print(w)
}
