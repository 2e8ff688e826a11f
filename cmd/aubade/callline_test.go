package main

import (
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/voice"
)

// What a call with an interruption, a late answer and a superseded waterfall looks like, and its captions.
func TestATableTellsWhatWasHeardWhen(t *testing.T) {
	fall := func(ms int) *voice.Breakdown {
		d := time.Duration(ms) * time.Millisecond
		return &voice.Breakdown{TTFA: d, Parts: []voice.Part{{Name: "end of turn", For: d}}}
	}
	owed := func(state string) *voice.Deferred { return &voice.Deferred{Question: "the volatility", State: state} }
	d := demonstration{spoken: []saidAt{{what: "How did Halden close?", from: time.Time{}.Add(time.Second), to: time.Time{}.Add(2 * time.Second), answered: time.Time{}.Add(2600 * time.Millisecond)}}}
	for _, e := range []voice.Event{
		{At: 2200, Kind: voice.Final, Text: "how did halden close"},
		{At: 2300, Kind: voice.Saying, Turn: 1, Say: &voice.Say{Text: "It closed at $21.46, up 1%.", Citations: []voice.Citation{{Kind: "prices", Title: "HLDN", Publisher: "Exchange"}}}},
		{At: 2400, Kind: voice.Waterfall, Turn: 1, Waterfall: fall(900)},
		{At: 2600, Kind: voice.Caption, Turn: 1, Text: "It closed"},
		{At: 2700, Kind: voice.Waterfall, Turn: 1, Waterfall: fall(600)},
		{At: 3000, Kind: voice.Caption, Turn: 1, Text: " at $21.46,"},
		{At: 3200, Kind: voice.ReplyEnd, Turn: 1, Heard: "It closed at $21.46,", Cause: "the user took the floor"},
		{At: 4000, Kind: voice.Saying, Turn: 2, Say: &voice.Say{Text: "Nobody heard this."}},
		{At: 4100, Kind: voice.ReplyEnd, Turn: 2},
		{At: 4200, Kind: voice.Deferral, Finding: owed("pending")},
		{At: 4300, Kind: voice.Deferral, Finding: owed("offered")},
		{At: 4400, Kind: voice.Deferral, Finding: owed("spoken")},
		{At: 5000, Kind: voice.Saying, Turn: 3, Say: &voice.Say{Text: "The voice is gone."}, Cause: "not spoken"},
	} {
		d.events = append(d.events, seen{time.Time{}.Add(e.At * time.Millisecond), e})
	}
	var b strings.Builder
	if err := d.print(&b); err != nil {
		t.Fatal(err)
	}
	want := `seconds   silence  who         what
   1.00    600 ms  caller      How did Halden close?
   2.20            understood  how did halden close
   2.40            waterfall   600 ms = end of turn 600
   2.60            agent       It closed at $21.46, … (interrupted)
                               [prices] HLDN, Exchange
   4.20            owed        the volatility: being looked up
   4.40            owed        the volatility: told
   5.00            agent       The voice is gone. (shown, not spoken)
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	wantVTT := `WEBVTT

00:01.000 --> 00:02.000
<v Caller>How did Halden close?

00:02.600 --> 00:03.500
<v Aubade>It closed at $21.46,
`
	if got := d.captions(); got != wantVTT {
		t.Errorf("captions\n%s\nwant\n%s", got, wantVTT)
	}
}
