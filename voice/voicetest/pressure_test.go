package voicetest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/script"
)

// TestWhoeverIsTooSlow lets a room, and then a voice, be ten times too slow for a minute: memory stays flat, and an
// interruption is still heard within 200 ms.
func TestWhoeverIsTooSlow(t *testing.T) {
	for _, c := range []struct{ name, line string }{
		{"a room ten times too slow", "room slow=10"},
		{"a voice ten times too slow", "voice slow=10"},
		{"a room and a voice that keep up", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var long strings.Builder
			for i := range 400 {
				fmt.Fprintf(&long, "This is sentence number %d of a very long answer. ", i)
			}
			sc, err := script.Parse(fmt.Sprintf("%s\n1s type \"tell me everything\"\nmodel %q\n62s tap\n66s leave\n", c.line, long.String()))
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				call, err := sc.Call()
				if err != nil {
					t.Fatal(err)
				}
				log := &Log{}
				cfg := call.Config(log)
				cfg.Options.LookAhead = 2 * time.Second
				s, err := voice.New(cfg)
				if err != nil {
					t.Fatal(err)
				}
				done := make(chan error, 1)
				go func() { done <- s.Run(t.Context()) }()
				time.Sleep(10 * time.Second)
				early, asked := heap(), len(call.Voice.Asked())
				time.Sleep(51500 * time.Millisecond)
				// Half a megabyte is what the log and the list of clauses of this test may take.
				if late := heap(); late > early+512<<10 {
					t.Errorf("memory grew from %d to %d KB", early>>10, late>>10)
				}
				if c.line == "room slow=10" && len(call.Voice.Asked()) > asked+4 {
					t.Errorf("%d clauses were synthesised for a room that played 5 s", len(call.Voice.Asked())-asked)
				}
				if err := <-done; err != nil {
					t.Fatal(err)
				}
				spans := call.Speaker.Spans()
				if len(spans) == 0 {
					t.Fatal("nothing was heard")
				}
				if last := spans[len(spans)-1].To; last > 62200*time.Millisecond {
					t.Errorf("the voice went on until %v", last)
				}
				for _, e := range log.Events() {
					if e.Kind == voice.BargeIn && e.Heard == "" {
						t.Error("nothing is said to have been heard")
					}
				}
			})
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
