package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aubade/aubade/cmd/aubade/internal/terminal"
	"github.com/aubade/aubade/voice"
)

// A callLine is one line of the table that shows a call.
type callLine struct {
	At   float64 `json:"at"` // seconds since the call began
	Who  string  `json:"who"`
	What string  `json:"what"`
	// TTFA is the silence that the caller heard before the answer, in seconds, from the two waveforms.
	TTFA      float64          `json:"ttfa,omitempty"`
	Waterfall *voice.Breakdown `json:"waterfall,omitempty"`
	Citations []voice.Citation `json:"citations,omitempty"`
}

// A callTable puts a call's events in lines: what was understood, what was heard of each reply, where the silence before it
// went, and what was owed.
type callTable struct {
	lines   []*callLine
	replies map[int]*callLine
	falls   map[int]*callLine
}

func newCallTable() *callTable {
	return &callTable{replies: map[int]*callLine{}, falls: map[int]*callLine{}}
}

func (t *callTable) line(at float64, who, what string) *callLine {
	l := &callLine{At: at, Who: who, What: what}
	t.lines = append(t.lines, l)
	return l
}

// reply is the line of a turn's reply. It begins when the first word is heard.
func (t *callTable) reply(turn int, at float64) *callLine {
	if t.replies[turn] == nil {
		t.replies[turn] = t.line(at, "agent", "")
	}
	return t.replies[turn]
}

// add takes an event that was seen so many seconds after the call began.
func (t *callTable) add(e voice.Event, at float64) {
	switch e.Kind {
	case voice.Final:
		t.line(at, "understood", e.Text)
	case voice.Rejected:
		t.line(at, "understood", strings.TrimSpace("(nothing about this market) "+e.Text))
	case voice.Saying:
		if e.Say == nil {
			return
		}
		r := t.reply(e.Turn, at)
		r.Citations = append(r.Citations, e.Say.Citations...)
		if e.Cause == "not spoken" {
			r.What = e.Say.Text + " (shown, not spoken)"
		}
	case voice.Caption:
		r := t.reply(e.Turn, at)
		if r.What == "" {
			r.At = at
		}
		r.What = strings.Join(strings.Fields(r.What+" "+e.Text), " ")
	case voice.ReplyEnd:
		r := t.reply(e.Turn, at)
		r.What = e.Heard
		if e.Cause != "" && e.Heard != "" {
			r.What += " … (interrupted)"
		}
	case voice.Deferral:
		if word := map[string]string{"pending": "being looked up", "spoken": "told", "expired": "not found in time"}[state(e.Finding)]; word != "" {
			what := e.Finding.Question + ": " + word
			// A question that was asked ahead, and again when it had ended, is owed once.
			if i := slices.IndexFunc(t.lines, func(l *callLine) bool { return l.Who == "owed" && l.What == what }); i < 0 {
				t.line(at, "owed", what)
			}
		}
	case voice.Waterfall:
		if e.Waterfall == nil {
			return
		}
		l := t.falls[e.Turn]
		if l == nil {
			l = t.line(at, "waterfall", "")
			t.falls[e.Turn] = l
		}
		var parts []string
		for _, p := range e.Waterfall.Parts {
			if ms := p.For.Milliseconds(); ms > 0 {
				parts = append(parts, fmt.Sprintf("%s %d", p.Name, ms))
			}
		}
		l.Waterfall, l.What = e.Waterfall, fmt.Sprintf("%d ms = %s", e.Waterfall.TTFA.Milliseconds(), strings.Join(parts, " + "))
		if n := e.Waterfall.FalseCuts; n > 0 {
			l.What += fmt.Sprintf("; %d of %d turns were cut too soon", n, e.Waterfall.Turns)
		}
	}
}

// done are the lines in the order of their times; a reply of which nothing was heard has none.
func (t *callTable) done() []callLine {
	var out []callLine
	for _, l := range t.lines {
		if l.What != "" {
			out = append(out, *l)
		}
	}
	slices.SortStableFunc(out, func(a, b callLine) int { return cmp.Compare(a.At, b.At) })
	return out
}

// printCall prints the table of a call.
func printCall(w io.Writer, lines []callLine) error {
	const row = "%7s  %8s  %-10s  %s\n"
	var b strings.Builder
	fmt.Fprintf(&b, row, "seconds", "silence", "who", "what")
	for _, l := range lines {
		at, silence, who := fmt.Sprintf("%.2f", l.At), "", l.Who
		if l.TTFA != 0 {
			silence = fmt.Sprintf("%.0f ms", l.TTFA*1000)
		}
		for _, text := range terminal.Wrap(l.What, 88) {
			fmt.Fprintf(&b, row, at, silence, who, text)
			at, silence, who = "", "", ""
		}
		for _, c := range l.Citations {
			fmt.Fprintf(&b, row, "", "", "", strings.Join(slices.DeleteFunc([]string{"[" + c.Kind + "] " + c.Title, c.Publisher}, func(s string) bool { return s == "" }), ", "))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func state(f *voice.Deferred) string {
	if f == nil {
		return ""
	}
	return f.State
}
