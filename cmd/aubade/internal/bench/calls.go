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

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/livekit/caller"
)

// CallsOptions says how to measure many calls at once.
type CallsOptions struct {
	Sessions []int         // callers at once, level by level
	For      time.Duration // at each level, after all have joined; longer where it takes that for all turns to be said
	Every    time.Duration // a caller begins a turn so often, whether or not the last one was answered
	Turns    []Turn
	Stub     Stub
	// Real measures `aubade agent` with its configured ears, voice and brain, to whom the callers say Clips.
	Real  bool
	Clips []*caller.Clip
	Label string
	// Profile is a file for the agent's CPU profile at the last level; empty writes none.
	Profile string
	Here    bool
	Log     io.Writer
}

// A CallsReport is a level for each number of sessions.
type CallsReport struct {
	Machine Machine `json:"machine"`
	Label   string  `json:"label"`
	Stub    string  `json:"stub"`
	Levels  []Level `json:"levels"`
	// Knee is the most sessions at which nothing was lost and TTFA's p95 was within 1.3 times that of the first level.
	Knee int `json:"knee"`
	// PerCore is how many calls one core of the agent alone would hold, from its CPU time at the knee.
	PerCore float64 `json:"calls_per_agent_core"`
}

// A Level is so many calls at once.
type Level struct {
	Sessions int     `json:"sessions"`
	Joined   int     `json:"joined"`
	Turns    int     `json:"turns"`
	Answered int     `json:"answered"`
	Lost     int     `json:"lost"`        // no answer before the caller's next turn, or no call at all
	Over     int     `json:"spoken_over"` // the agent spoke before the turn had ended
	PerSec   float64 `json:"turns_per_second"`
	// VoiceToVoice is the last loud sample at the microphone → the first loud one at the caller, from the waveforms.
	VoiceToVoice Spread `json:"voice_to_voice"`
	// TTFA is the agent's own account: end of speech → first audio handed to the room.
	TTFA Spread `json:"ttfa"`
	// Late is how far the callers' metronomes were behind at worst: above 20 ms it is the client that is measured.
	Late     float64 `json:"client_late_ms"`
	CPU      Share   `json:"cpu_ms_per_s"`
	AgentPSS int64   `json:"agent_pss_bytes"`
	SrvPSS   int64   `json:"server_pss_bytes"`
}

// Calls measures.
func Calls(ctx context.Context, o CallsOptions) (*CallsReport, error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	r := &CallsReport{Machine: ThisMachine(), Label: o.Label,
		Stub: fmt.Sprintf("%v / %v / %v", o.Stub.Final, o.Stub.FirstToken, o.Stub.FirstAudio)}
	clips := o.Clips
	if o.Real {
		r.Stub = "none: the configured ears, voice and brain"
	} else {
		clips = make([]*caller.Clip, len(o.Turns))
		for i, t := range o.Turns {
			var err error
			if clips[i], err = t.Clip(); err != nil {
				return nil, fmt.Errorf("bench calls: %w", err)
			}
		}
	}
	for _, c := range clips {
		if c.Duration() > o.Every-2*time.Second {
			return nil, fmt.Errorf("bench calls: a turn of %v leaves no time for an answer within %v", c.Duration(), o.Every)
		}
	}
	most := o.For
	for _, n := range o.Sessions {
		// Turns differ in how long their ends must be waited for: at every level each is said once at least.
		rounds := (len(clips) + n - 1) / n
		o.For = max(most, time.Duration(rounds)*o.Every)
		// A fresh pair of processes for each level: what one left behind does not count against the next.
		h, err := startHost(ctx, o.Here, agentConfig{Stub: o.Stub, Turns: o.Turns, Real: o.Real, Profile: o.Profile})
		if err != nil {
			return nil, fmt.Errorf("bench calls: %w", err)
		}
		l, err := level(ctx, o, h, clips, n)
		if err := errors.Join(err, h.close()); err != nil {
			return nil, fmt.Errorf("bench calls: %d sessions: %w", n, err)
		}
		r.Levels = append(r.Levels, *l)
		fmt.Fprintf(o.Log, "%d sessions: %d turns, %d lost, voice to voice p50 %.0f p95 %.0f ms\n", n, l.Turns, l.Lost, l.VoiceToVoice.P50, l.VoiceToVoice.P95)
	}
	r.knee()
	return r, nil
}

func (r *CallsReport) knee() {
	for _, l := range r.Levels {
		if l.Lost == 0 && l.Joined == l.Sessions && l.VoiceToVoice.P95 <= 1.3*r.Levels[0].VoiceToVoice.P95 && l.Sessions > r.Knee {
			r.Knee = l.Sessions
			if l.CPU.Agent > 0 {
				r.PerCore = float64(int(10*1000*float64(l.Sessions)/l.CPU.Agent)) / 10
			}
		}
	}
}

// A crowd is the callers of one level.
type crowd struct {
	mu   sync.Mutex
	l    Level
	v2v  []time.Duration
	ttfa []time.Duration
	late time.Duration
}

func level(ctx context.Context, o CallsOptions, h *host, clips []*caller.Clip, n int) (*Level, error) {
	c := &crowd{l: Level{Sessions: n}}
	var (
		g, _   = errgroup.WithContext(ctx)
		joined sync.WaitGroup
		begin  = make(chan time.Time)
	)
	joined.Add(n)
	for i := range n {
		g.Go(func() error {
			// People do not all call in the same instant.
			_ = pause(ctx, time.Duration(i)*100*time.Millisecond)
			first := i * len(clips) / n
			call, err := dial(ctx, h, fmt.Sprintf("bench-%d-%d", i, first), caller.Options{OnEvent: c.event})
			if err == nil && o.Real {
				hearOut(ctx, call)
			}
			joined.Done()
			at := <-begin
			if err != nil {
				return c.absent(o, err)
			}
			defer call.Hangup()
			c.mu.Lock()
			c.l.Joined++
			c.mu.Unlock()
			return c.talk(ctx, o, call, clips, first, at)
		})
	}
	joined.Wait()
	at := time.Now().Add(500 * time.Millisecond)
	before := sampleOf(h)
	for range n {
		begin <- at
	}
	// Memory is looked at while all are talking.
	_ = pause(ctx, o.For*3/4)
	agent, srv := agentUsage(h).PSS, usageOf(h.server).PSS
	err := g.Wait()
	c.l.CPU = before.until(sampleOf(h), h)
	c.l.AgentPSS, c.l.SrvPSS = agent, srv
	c.l.PerSec = float64(int(100*float64(c.l.Answered)/time.Since(at).Seconds())) / 100
	c.l.VoiceToVoice, c.l.TTFA, c.l.Late = spread(c.v2v), spread(c.ttfa), ms(c.late)
	return &c.l, err
}

// hearOut waits until the agent has greeted.
func hearOut(ctx context.Context, call *caller.Caller) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if _, err := call.Answer(ctx, time.Time{}); err == nil {
		_ = call.Quiet(ctx, 2*time.Second)
	}
	call.Forget()
}

// absent counts all the turns of a caller who got no call as lost.
func (c *crowd) absent(o CallsOptions, _ error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := int(o.For / o.Every)
	c.l.Turns += n
	c.l.Lost += n
	return nil
}

func (c *crowd) event(e voice.Event, _ time.Time) {
	if e.Kind == voice.Waterfall && e.Waterfall != nil {
		c.mu.Lock()
		c.ttfa = append(c.ttfa, e.Waterfall.TTFA)
		c.mu.Unlock()
	}
}

// talk says a turn at each beat of the metronome.
func (c *crowd) talk(ctx context.Context, o CallsOptions, call *caller.Caller, clips []*caller.Clip, first int, began time.Time) error {
	beat := began.Add(rand.N(o.Every))
	for k := first; beat.Before(began.Add(o.For)); k++ {
		if err := pause(ctx, time.Until(beat)); err != nil {
			return err
		}
		next := beat.Add(o.Every)
		said, err := call.Say(ctx, clips[k%len(clips)])
		if err != nil {
			return c.broken(err)
		}
		wait, cancel := context.WithDeadline(ctx, next.Add(-200*time.Millisecond))
		at, err := call.Answer(wait, said.To)
		cancel()
		last, spoke := call.LastLoud(said.To)
		c.mu.Lock()
		c.l.Turns++
		switch {
		case spoke && last.After(said.From):
			c.l.Over++
		case err != nil:
			c.l.Lost++
		default:
			c.l.Answered++
			c.v2v = append(c.v2v, at.Sub(said.To))
		}
		c.late = max(c.late, call.Late())
		c.mu.Unlock()
		call.Forget()
		beat = next
	}
	return nil
}

// broken counts a call that ended by itself.
func (c *crowd) broken(error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.l.Turns++
	c.l.Lost++
	return nil
}
