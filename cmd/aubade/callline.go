package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

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

// lineOf is what a table of the call says of an event, if it says anything. Its time is the session's.
func lineOf(e voice.Event) (callLine, bool) {
	l := callLine{At: e.At.Seconds()}
	switch e.Kind {
	case voice.Final:
		l.Who, l.What = "understood", e.Text
	case voice.Rejected:
		l.Who, l.What = "understood", "(not about this market) "+e.Text
	case voice.Saying:
		if e.Say == nil {
			return l, false
		}
		l.Who, l.What, l.Citations = "agent", e.Say.Text, e.Say.Citations
	case voice.BargeIn:
		l.Who, l.What = "interrupted", "heard until then: "+e.Heard
	case voice.Deferral:
		if e.Finding == nil {
			return l, false
		}
		l.Who, l.What = "owed", e.Finding.Question+": "+e.Finding.State
	case voice.Waterfall:
		l.Who, l.Waterfall = "waterfall", e.Waterfall
		var parts []string
		for _, p := range e.Waterfall.Parts {
			parts = append(parts, fmt.Sprintf("%s %d ms", p.Name, p.For.Milliseconds()))
		}
		l.What = fmt.Sprintf("%d ms = %s", e.Waterfall.TTFA.Milliseconds(), strings.Join(parts, " + "))
	default:
		return l, false
	}
	return l, true
}

// printCall prints the table of a call.
func printCall(w io.Writer, lines []callLine) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "seconds\twho\twhat\tsilence heard")
	for _, l := range lines {
		silence := ""
		if l.TTFA != 0 {
			silence = fmt.Sprintf("%.0f ms", l.TTFA*1000)
		}
		fmt.Fprintf(t, "%7.2f\t%s\t%s\t%s\n", l.At, l.Who, l.What, silence)
	}
	return t.Flush()
}
