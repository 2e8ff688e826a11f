package voicetest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/script"
	"github.com/aubade/aubade/voice/turn"
)

var update = flag.Bool("update", false, "rewrite the timelines with what happens now")

// TestTimelines plays every conversation of testdata on virtual time. Its file has the sections script, optionally show
// (kinds of events that are left out otherwise), and want: the log, what the room heard, and what the brain was told.
func TestTimelines(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no timelines", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			section := func(name string) string {
				for _, f := range a.Files {
					if f.Name == name {
						return string(f.Data)
					}
				}
				return ""
			}
			sc, err := script.Parse(section("script"))
			if err != nil {
				t.Fatal(err)
			}
			var got string
			synctest.Test(t, func(t *testing.T) { got = play(t, sc, strings.Fields(section("show"))) })
			if *update {
				kept := a.Files[:0]
				for _, f := range a.Files {
					if f.Name != "want" {
						kept = append(kept, f)
					}
				}
				a.Files = append(kept, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := section("want"); got != want {
				t.Errorf("the conversation went otherwise (-update rewrites it):\n%s", diff(want, got))
			}
		})
	}
}

// hidden are the events that would drown the others.
var hidden = map[voice.EventKind]bool{
	voice.Caption: true, voice.Partial: true, voice.StateChange: true, voice.Waterfall: true, voice.SessionReady: true,
	voice.Stage: true,
}

func play(t *testing.T, sc *script.Script, show []string) string {
	call, err := sc.Call()
	if err != nil {
		t.Fatal(err)
	}
	log := &Log{}
	cfg := call.Config(log)
	// The waits of the shipped endpointer are its own tests' business: here every complete thought ends after 500 ms.
	cfg.Options.Turn = turn.Options{Floor: 500 * time.Millisecond, Ceiling: 500 * time.Millisecond, HoldCeiling: 2 * time.Second}
	cfg.Options.SpeculateAbove = 0.05
	s, err := voice.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if err := s.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatal("the call lasted an hour")
	}
	shown := map[voice.EventKind]bool{}
	for _, k := range show {
		shown[voice.EventKind(k)] = true
	}
	var b strings.Builder
	for _, e := range log.Events() {
		if !hidden[e.Kind] || shown[e.Kind] {
			fmt.Fprintln(&b, Format(e))
		}
	}
	for _, p := range call.Speaker.Spans() {
		fmt.Fprintf(&b, "room  %.3f–%.3f", p.From.Seconds(), p.To.Seconds())
		if p.Gain != 0 {
			fmt.Fprintf(&b, " %+.0f dB", p.Gain)
		}
		fmt.Fprintln(&b)
	}
	for _, r := range call.Brain.Reports() {
		fmt.Fprintf(&b, "told  %d", r.Turn)
		for _, h := range r.Says {
			fmt.Fprintf(&b, " %q", h.Heard)
			if !h.Complete {
				fmt.Fprint(&b, "…")
			}
		}
		if r.Cause != nil {
			fmt.Fprintf(&b, " (%v)", r.Cause)
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

// diff lists the lines that only one of the two has, in order.
func diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var b strings.Builder
	for len(w) > 0 || len(g) > 0 {
		switch {
		case len(w) > 0 && len(g) > 0 && w[0] == g[0]:
			fmt.Fprintln(&b, " ", w[0])
			w, g = w[1:], g[1:]
		case len(g) > 0 && (len(w) == 0 || !contains(w, g[0])):
			fmt.Fprintln(&b, "+", g[0])
			g = g[1:]
		default:
			fmt.Fprintln(&b, "-", w[0])
			w = w[1:]
		}
	}
	return b.String()
}

func contains(lines []string, l string) bool {
	for _, x := range lines {
		if x == l {
			return true
		}
	}
	return false
}
