package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/livekit"
	"github.com/aubade/aubade/voice/livekit/caller"
)

// TurnOptions says how to measure single turns.
type TurnOptions struct {
	Turns []Turn
	Stub  Stub
	// InterruptEvery makes the caller take the floor from every so manieth answer; 0 never does.
	InterruptEvery int
	// More are turns of the same kind, on which the endpointer's setting is judged.
	More []Turn
	// Here runs server and agent in this process, for tests.
	Here bool
	Log  io.Writer // progress; nil keeps silent
	// Profile is a file for the agent's CPU profile; empty writes none.
	Profile string
	Trace   io.Writer // every event of every turn, by its time after the last word; nil keeps silent
}

// A TurnReport is what one caller's turns came to. Delays are read off the waveforms, except where it says otherwise.
type TurnReport struct {
	Machine Machine `json:"machine"`
	Stub    struct {
		Final, FirstToken, FirstAudio float64
		Partials                      bool
		SlowHelper                    float64
	} `json:"stub_ms"`
	Turns    int `json:"turns"`
	Answered int `json:"answered"`
	Lost     int `json:"lost"` // no answer within 6 s
	// TTFA is the last loud sample of the turn at the microphone → the first loud sample of the agent at the caller.
	TTFA Spread `json:"ttfa"`
	// Transport is there and back through the same server and codecs, with nobody thinking in between.
	Transport Spread `json:"transport"`
	// EndOfTurn is the endpointer's wait, by the agent's own account.
	EndOfTurn Spread `json:"end_of_turn"`
	// OwnShare is TTFA − transport − max(end-of-turn wait, the stubs one after the other).
	OwnShare Spread `json:"own_share"`
	// Parts are the mean parts of the silence by the agent's own account, in ms.
	Parts []MeanPart `json:"parts"`

	Pauses  int     `json:"pauses"`   // within turns, of at least 100 ms
	Cut     int     `json:"cut"`      // pauses at which the turn was declared to be over
	CutRate float64 `json:"cut_rate"` // Cut ÷ Pauses
	Over    int     `json:"spoken_over"`

	// Setting is the cut rate of the endpointer's setting on many such turns.
	Setting Setting `json:"setting"`

	// Speculated in time are replies that had been begun when the turn ended; in vain, those that more words undid. Saved is
	// by how much earlier they had been begun.
	InTime int    `json:"speculated_in_time"`
	InVain int    `json:"speculated_in_vain"`
	Saved  Spread `json:"saved"`

	Interruptions int    `json:"interruptions"`
	Ducked        Spread `json:"ducked"`  // the caller's first sample → the last agent sample within 12 dB of the reply's level
	Stopped       Spread `json:"stopped"` // → the last agent sample that is loud at all

	// CPU is milliseconds of one core a second of call.
	Listening Share `json:"listening_cpu_ms_per_s"`
	Talking   Share `json:"talking_cpu_ms_per_s"`
	AgentPSS  int64 `json:"agent_pss_bytes_per_call"` // beyond the agent without a call
	Late      int   `json:"late_answers_told"`

	Each []TurnResult `json:"each"`
}

// Share tells the three processes apart.
type Share struct {
	Server float64 `json:"server"`
	Agent  float64 `json:"agent"`
	Client float64 `json:"client"`
	Others float64 `json:"others"` // everything else on the machine
}

// MeanPart is one part of the silence.
type MeanPart struct {
	Name string  `json:"name"`
	MS   float64 `json:"ms"`
}

// TurnResult is one turn.
type TurnResult struct {
	ID        string  `json:"id"`
	TTFA      float64 `json:"ttfa_ms,omitempty"`
	EndOfTurn float64 `json:"end_of_turn_ms,omitempty"`
	Own       float64 `json:"own_ms,omitempty"`
	Pauses    int     `json:"pauses"`
	Cut       int     `json:"cut"`
	Over      bool    `json:"spoken_over,omitempty"`
	Lost      bool    `json:"lost,omitempty"`
	Interrupt bool    `json:"interruption,omitempty"`
}

// interruption is what the caller says to take the floor.
var interruption = func() Turn {
	t := Turn{ID: "interruption"}
	for i, w := range strings.Fields("wait how about Halden instead") {
		from := time.Duration(i) * 260 * time.Millisecond
		t.add(w, from, from+250*time.Millisecond)
	}
	return t
}()

// script is the turns with an interruption after every n-th.
func script(turns []Turn, n int) []Turn {
	var s []Turn
	for i, t := range turns {
		s = append(s, t)
		if n > 0 && (i+1)%n == 0 {
			s = append(s, interruption)
		}
	}
	return s
}

// Turns measures.
func Turns(ctx context.Context, o TurnOptions) (*TurnReport, error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	say := script(o.Turns, o.InterruptEvery)
	h, err := startHost(ctx, o.Here, agentConfig{Stub: o.Stub, Turns: say, Profile: o.Profile})
	if err != nil {
		return nil, fmt.Errorf("bench turn: %w", err)
	}
	m := &turnMeter{o: o, h: h, say: say}
	err = m.run(ctx)
	if err := errors.Join(err, h.close()); err != nil {
		return nil, fmt.Errorf("bench turn: %w", err)
	}
	return m.report(), nil
}

// A turnMeter collects what one caller sees.
type turnMeter struct {
	o   TurnOptions
	h   *host
	say []Turn

	transport, ttfa, wait, own, ducked, stopped, saved []time.Duration
	r                                                  TurnReport
	parts                                              map[string]time.Duration
	order                                              []string
	falls                                              int

	mu    sync.Mutex
	ends  []time.Time // turn.end events
	fell  []fall
	trace []traced
}

// A fall is a waterfall and when it was told.
type fall struct {
	*voice.Breakdown
	at time.Time
}

type traced struct {
	e  voice.Event
	at time.Time
}

func (m *turnMeter) run(ctx context.Context) error {
	idle := agentUsage(m.h)
	if err := m.calibrate(ctx); err != nil {
		return fmt.Errorf("calibrate the transport: %w", err)
	}
	c, err := dial(ctx, m.h, "bench-0", caller.Options{OnEvent: m.event})
	if err != nil {
		return err
	}
	defer c.Hangup()
	s := m.sample()
	idleFor := 5 * time.Second
	if m.o.Here {
		idleFor = time.Second
	}
	if err := pause(ctx, idleFor); err != nil {
		return err
	}
	m.r.Listening = s.since(m)
	m.r.AgentPSS = agentUsage(m.h).PSS - idle.PSS
	s = m.sample()
	for i, t := range m.say {
		if t.ID == interruption.ID {
			continue // said by the turn before
		}
		var next *Turn
		if i+1 < len(m.say) && m.say[i+1].ID == interruption.ID {
			next = &m.say[i+1]
		}
		if err := m.turn(ctx, c, t, next); err != nil {
			return fmt.Errorf("turn %s: %w", t.ID, err)
		}
		fmt.Fprintf(m.o.Log, "\rturn %d of %d ", i+1, len(m.say))
	}
	fmt.Fprintln(m.o.Log)
	m.r.Talking = s.since(m)
	return nil
}

// dial joins a room as its user.
func dial(ctx context.Context, h *host, room string, o caller.Options) (*caller.Caller, error) {
	token, err := h.Keys.Token(livekit.Pass{Room: room, Identity: "caller"})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return caller.Dial(ctx, h.URL, token, o)
}

// calibrate measures the way there and back. The beeps begin at every place within a packet.
func (m *turnMeter) calibrate(ctx context.Context) error {
	c, err := dial(ctx, m.h, "echo-0", caller.Options{})
	if err != nil {
		return err
	}
	defer c.Hangup()
	step := 1 // ms
	if m.o.Here {
		step = 5
	}
	for lead := 0; lead < 20; lead += step {
		pcm := make([]int16, (lead*16)+1600)
		for i := lead * 16; i < len(pcm); i++ {
			pcm[i] = int16(9000 * hum(float64(i+20)/audio.Rate, 120))
		}
		beep, err := caller.Encode(pcm, audio.Rate)
		if err != nil {
			return err
		}
		if err := pause(ctx, 600*time.Millisecond); err != nil {
			return err
		}
		said, err := c.Say(ctx, beep)
		if err != nil {
			return err
		}
		wait, cancel := context.WithTimeout(ctx, 2*time.Second)
		first, err := c.Answer(wait, said.From)
		cancel()
		if err != nil {
			return err
		}
		m.transport = append(m.transport, first.Sub(said.From))
	}
	return nil
}

func (m *turnMeter) event(e voice.Event, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.o.Trace != nil {
		m.trace = append(m.trace, traced{e, at})
	}
	switch e.Kind {
	case voice.TurnEnd:
		m.ends = append(m.ends, at)
	case voice.Speculated:
		if e.Text == "in vain" {
			m.r.InVain++
		} else {
			m.r.InTime++
			m.saved = append(m.saved, e.Saved)
		}
	case voice.Waterfall:
		m.fell = append(m.fell, fall{e.Waterfall, at})
	case voice.Saying:
		if e.Say != nil && e.Say.Kind == voice.Told {
			m.r.Late++
		}
	}
}

// turn says one turn, waits for the answer, interrupts it if there is something to interrupt with, and waits for silence.
func (m *turnMeter) turn(ctx context.Context, c *caller.Caller, t Turn, next *Turn) error {
	clip, err := t.Clip()
	if err != nil {
		return err
	}
	said, err := c.Say(ctx, clip)
	if err != nil {
		return err
	}
	res := TurnResult{ID: t.ID, Pauses: len(t.Pauses())}
	wait, cancel := context.WithDeadline(ctx, said.To.Add(6*time.Second))
	first, err := c.Answer(wait, said.To)
	cancel()
	switch {
	case errors.Is(err, caller.ErrSilence) && ctx.Err() == nil:
		res.Lost = true
		m.r.Lost++
	case err != nil:
		return err
	}
	if next != nil && !res.Lost {
		if err := m.interrupt(ctx, c, first, *next); err != nil {
			return err
		}
	}
	quiet := 900 * time.Millisecond
	if m.o.Stub.SlowHelper > 0 {
		quiet = 1600 * time.Millisecond // longer than the lull in which a late answer is told
	}
	if err := c.Quiet(ctx, quiet); err != nil {
		return err
	}
	m.judge(c, t, said, first, &res) // now that the agent's own account has arrived
	m.r.Each = append(m.r.Each, res)
	m.print(t, said, first)
	c.Forget()
	return nil
}

// print traces one turn.
func (m *turnMeter) print(t Turn, said caller.Spoken, first time.Time) {
	if m.o.Trace == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	fmt.Fprintf(m.o.Trace, "%s %q: first sound %.0f ms after the last word\n", t.ID, t.Text(), ms(first.Sub(said.To)))
	if n := len(m.r.Each); n > 0 {
		fmt.Fprintf(m.o.Trace, "  by the agent's account the end of the turn took %.0f ms, and our own share %.0f\n", m.r.Each[n-1].EndOfTurn, m.r.Each[n-1].Own)
	}
	for _, x := range m.trace {
		if x.e.Kind != voice.Caption {
			fmt.Fprintf(m.o.Trace, "  %8.0f  %-12s %d %q %s\n", ms(x.at.Sub(said.To)), x.e.Kind, x.e.Turn, x.e.Text, x.e.Cause)
		}
	}
	m.trace = nil
}

// judge draws one turn's figures.
func (m *turnMeter) judge(c *caller.Caller, t Turn, said caller.Spoken, first time.Time, res *TurnResult) {
	m.r.Turns++
	m.r.Pauses += res.Pauses
	m.mu.Lock()
	for _, at := range m.ends {
		// An end that came before the last word had begun was one too early.
		if at.After(said.Began) && at.Before(said.Began.Add(t.Words[len(t.Words)-1].From)) {
			res.Cut++
		}
	}
	m.ends = nil
	// The first after the last word is this turn's; an interruption's answer has one of its own.
	var fall *voice.Breakdown
	for _, f := range m.fell {
		if fall == nil && !f.at.Before(said.To) {
			fall = f.Breakdown
		}
	}
	m.fell = nil
	m.mu.Unlock()
	m.r.Cut += res.Cut
	if last, ok := c.LastLoud(said.To); ok && last.After(said.From) {
		res.Over = true
		m.r.Over++
		return
	}
	if res.Lost {
		return
	}
	m.r.Answered++
	ttfa := first.Sub(said.To)
	m.ttfa = append(m.ttfa, ttfa)
	res.TTFA = ms(ttfa)
	if fall == nil || len(fall.Parts) == 0 {
		return
	}
	if m.parts == nil {
		m.parts = map[string]time.Duration{}
	}
	m.falls++
	for _, p := range fall.Parts {
		if _, ok := m.parts[p.Name]; !ok {
			m.order = append(m.order, p.Name)
		}
		m.parts[p.Name] += p.For
	}
	eot := fall.Parts[0].For
	res.EndOfTurn = ms(eot)
	m.wait = append(m.wait, eot)
	transport := time.Duration(spread(m.transport).P50 * float64(time.Millisecond))
	own := ttfa - transport - max(eot, m.o.Stub.Sum())
	res.Own = ms(own)
	m.own = append(m.own, own)
}

// interrupt takes the floor 700 ms into an answer.
func (m *turnMeter) interrupt(ctx context.Context, c *caller.Caller, answer time.Time, t Turn) error {
	clip, err := t.Clip()
	if err != nil {
		return err
	}
	if err := pause(ctx, time.Until(answer.Add(700*time.Millisecond))); err != nil {
		return err
	}
	said, err := c.Say(ctx, clip)
	if err != nil {
		return err
	}
	if err := pause(ctx, time.Until(said.To)); err != nil {
		return err
	}
	level := -100.0
	for _, h := range c.Heard(said.From.Add(-300*time.Millisecond), said.From) {
		level = max(level, h.Level)
	}
	var near, loud time.Duration
	for _, h := range c.Heard(said.From, said.To) {
		if h.Level >= level-12 {
			near = h.End().Sub(said.From)
		}
		if h.Level >= caller.Loud {
			loud = h.End().Sub(said.From)
		}
	}
	if level >= caller.Loud { // else the answer was over: there was nothing to interrupt
		m.r.Interruptions++
		m.ducked = append(m.ducked, near)
		m.stopped = append(m.stopped, loud)
	}
	wait, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := c.Answer(wait, said.To); err != nil && ctx.Err() != nil {
		return err
	}
	return nil
}

func (m *turnMeter) report() *TurnReport {
	r := &m.r
	r.Machine = ThisMachine()
	s := m.o.Stub
	r.Stub.Final, r.Stub.FirstToken, r.Stub.FirstAudio = ms(s.Final), ms(s.FirstToken), ms(s.FirstAudio)
	r.Stub.Partials, r.Stub.SlowHelper = s.Partials, ms(s.SlowHelper)
	r.TTFA, r.Transport, r.EndOfTurn, r.OwnShare = spread(m.ttfa), spread(m.transport), spread(m.wait), spread(m.own)
	r.Ducked, r.Stopped, r.Saved = spread(m.ducked), spread(m.stopped), spread(m.saved)
	if len(m.o.More) > 0 {
		r.Setting = replay(m.o.More, wire.Endings(lexiconOfAsked()), m.o.Stub.wordLag())
	}
	if r.Pauses > 0 {
		r.CutRate = float64(r.Cut) / float64(r.Pauses)
	}
	for _, name := range m.order {
		r.Parts = append(r.Parts, MeanPart{name, ms(m.parts[name] / time.Duration(m.falls))})
	}
	return r
}

// A sample is what had been used at a moment.
type sample struct {
	at                    time.Time
	server, agent, client time.Duration
	machine               time.Duration
}

func (m *turnMeter) sample() sample { return sampleOf(m.h) }

func sampleOf(h *host) sample {
	busy, _ := machineCPU()
	return sample{time.Now(), usageOf(h.server).CPU, agentUsage(h).CPU, usageOf(selfPID).CPU, busy}
}

// since is milliseconds of one core a second since then.
func (s sample) since(m *turnMeter) Share { return s.until(sampleOf(m.h), m.h) }

func (s sample) until(e sample, h *host) Share {
	per := func(d time.Duration) float64 { return float64(int(10*ms(d)/e.at.Sub(s.at).Seconds())) / 10 }
	sh := Share{Server: per(e.server - s.server), Agent: per(e.agent - s.agent), Client: per(e.client - s.client)}
	ours := e.server - s.server + e.agent - s.agent + e.client - s.client
	if h.server == selfPID {
		sh.Server, sh.Agent = 0, 0 // one process: it cannot be told apart
		ours = e.client - s.client
	}
	sh.Others = max(0, per(e.machine-s.machine-ours))
	return sh
}
