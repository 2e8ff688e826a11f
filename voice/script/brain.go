package script

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/aubade/aubade/voice"
)

// Brain answers as the script says. A line "model" answers the next question that has none, or with for="words" the one
// with these words in it; ttft delays its first sentence, gap each other one; error, stall and silent are what they say; parting
// ends the call.
type Brain struct {
	lines []Line

	mu       sync.Mutex
	given    map[int]int // turn → line
	used     map[int]bool
	asked    []voice.Turn
	prepared []string
	reports  []voice.HeardReport
	late     map[string]string // agent → finding state
	began    bool
	timers   []*time.Timer

	ready chan struct{}
	log   chan voice.Event
}

func newBrain(lines []Line) *Brain {
	return &Brain{
		lines: lines, given: map[int]int{}, used: map[int]bool{}, late: map[string]string{},
		ready: make(chan struct{}, 1), // one signal stands for all
		log:   make(chan voice.Event, 64),
	}
}

// Asked lists the turns that were to be answered, speculations included.
func (b *Brain) Asked() []voice.Turn {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]voice.Turn(nil), b.asked...)
}

// Reports lists what the brain was told that the user heard.
func (b *Brain) Reports() []voice.HeardReport {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]voice.HeardReport(nil), b.reports...)
}

// Prepared lists the words that the brain read ahead for.
func (b *Brain) Prepared() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.prepared...)
}

func (b *Brain) prepare(t voice.Transcript) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.prepared = append(b.prepared, t.Text)
}

// answer finds the line that answers a turn.
func (b *Brain) answer(t voice.Turn) (Line, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, t)
	if t.Kind != voice.Asked {
		for _, l := range b.lines {
			if l.Who == string(t.Kind) {
				return l, true
			}
		}
		return Line{}, false
	}
	text := strings.ToLower(t.Transcript.Text)
	for _, l := range b.lines {
		if l.Who == "model" && l.has("for") && strings.Contains(text, strings.ToLower(l.Args["for"])) {
			return l, true
		}
	}
	for i, l := range b.lines {
		if l.Who == "model" && !l.has("for") && !b.used[i] {
			// A speculation uses a line up only when it is spoken.
			b.given[t.ID] = i
			b.used[i] = !t.Speculative
			return l, true
		}
	}
	return Line{}, false
}

func (b *Brain) respond(ctx context.Context, t voice.Turn) iter.Seq2[voice.Say, error] {
	return func(yield func(voice.Say, error) bool) {
		l, ok := b.answer(t)
		if t.Kind == voice.Telling {
			b.tell(yield)
			return
		}
		if t.Kind == voice.Asked { // helpers only read, so that a speculation may ask them
			b.askHelpers(t.ID)
		}
		if !ok || l.has("silent") {
			return
		}
		if l.has("stall") {
			<-ctx.Done()
			yield(voice.Say{}, ctx.Err())
			return
		}
		if sleep(ctx, l.dur("ttft", 0)) != nil {
			return
		}
		kind := voice.Answer
		if t.Kind != voice.Asked {
			kind = voice.Prompt
		}
		if l.has("parting") {
			kind = voice.Parting
		}
		for i, s := range sentences(l.Text) {
			if i > 0 && sleep(ctx, l.dur("gap", 0)) != nil {
				return
			}
			if !yield(voice.Say{Kind: kind, Text: s}, nil) {
				return
			}
		}
		if l.has("error") {
			yield(voice.Say{}, errors.New(l.Args["error"]))
		}
	}
}

// askHelpers starts the script's agents, once.
func (b *Brain) askHelpers(turn int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.began {
		return
	}
	b.began = true
	n := 0
	for _, l := range b.lines {
		if l.Who != "agent" {
			continue
		}
		n++
		b.late[l.Name] = "pending"
		b.timers = append(b.timers, time.AfterFunc(l.For, func() { b.move(l, "ready") }))
	}
	if n > 0 {
		b.post(voice.Event{Kind: voice.Gathered, Turn: turn, Counts: &voice.Counts{Deferred: n}})
	}
}

func (b *Brain) move(l Line, state string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.late[l.Name] = state
	b.post(voice.Event{Kind: voice.Deferral, Finding: &voice.Deferred{ID: l.Name, Agent: l.Name, Question: l.Args["name"], State: state}})
	if state == "ready" {
		select {
		case b.ready <- struct{}{}:
		default:
		}
	}
}

// post drops what nobody reads any more.
func (b *Brain) post(e voice.Event) {
	select {
	case b.log <- e:
	default:
	}
}

func (b *Brain) tell(yield func(voice.Say, error) bool) {
	for _, l := range b.lines {
		if l.Who != "agent" {
			continue
		}
		b.mu.Lock()
		ready := b.late[l.Name] == "ready"
		b.mu.Unlock()
		if !ready {
			continue
		}
		b.move(l, "offered")
		if !yield(voice.Say{Kind: voice.Told, Finding: l.Name, Text: l.Text}, nil) {
			return
		}
	}
}

func (b *Brain) heard(r voice.HeardReport) {
	b.mu.Lock()
	b.reports = append(b.reports, r)
	if i, ok := b.given[r.Turn]; ok {
		// A turn that was taken back is asked again, in other words.
		b.used[i] = !errors.Is(r.Cause, voice.ErrResumed) && !errors.Is(r.Cause, voice.ErrRevised)
	}
	b.mu.Unlock()
	for _, h := range r.Says {
		if h.Say.Kind != voice.Told {
			continue
		}
		for _, l := range b.lines {
			if l.Who == "agent" && l.Name == h.Say.Finding {
				state := "ready"
				if h.Complete {
					state = "spoken"
				}
				b.move(l, state)
			}
		}
	}
}

// sentences splits at full stops that a space follows.
func sentences(text string) []string {
	var out []string
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		end := len(text)
		for i := range text {
			if strings.ContainsRune(".!?", rune(text[i])) && (i+1 == len(text) || text[i+1] == ' ') {
				end = i + 1
				break
			}
		}
		out = append(out, text[:end])
		text = text[end:]
	}
	return out
}
