package bench

import (
	"strings"
	"testing"
	"time"
)

func TestCallsAreMeasuredThroughARealServer(t *testing.T) {
	r, err := Calls(t.Context(), CallsOptions{
		Sessions: []int{2}, For: 9 * time.Second, Every: 8 * time.Second, Turns: Invented(2, 3), Stub: stubs, Label: "a <test>", Here: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	l := r.Levels[0]
	if l.Joined != 2 || l.Turns < 2 || l.Answered+l.Lost+l.Over != l.Turns {
		t.Errorf("got %+v", l)
	}
	var b strings.Builder
	r.Print(&b)
	if err := r.CSV(&b); err != nil {
		t.Error(err)
	}
	if err := r.HTML(&b); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"knee", "a <test>,2,", "a &lt;test&gt;", "<polyline"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestTheKneeIsTheLastLevelThatHolds(t *testing.T) {
	level := func(n, lost int, p95 float64) Level {
		return Level{Sessions: n, Joined: n, Lost: lost, VoiceToVoice: Spread{P95: p95}, CPU: Share{Agent: float64(10 * n)}}
	}
	tests := []struct {
		name   string
		levels []Level
		knee   int
	}{
		{"all hold", []Level{level(1, 0, 500), level(5, 0, 600)}, 5},
		{"p95 has grown by a third", []Level{level(1, 0, 500), level(5, 0, 640), level(10, 0, 680)}, 5},
		{"a turn was lost", []Level{level(1, 0, 500), level(5, 1, 500)}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &CallsReport{Levels: tt.levels}
			if r.knee(); r.Knee != tt.knee || r.PerCore != 100 {
				t.Errorf("knee %d, %v a core, want %d and 100", r.Knee, r.PerCore, tt.knee)
			}
		})
	}
}

func TestSoakLooksAtTheAgentAgainAndAgain(t *testing.T) {
	r, err := Soak(t.Context(), SoakOptions{
		For: 8 * time.Second, Sessions: 1, Call: 3 * time.Second, Sample: 2 * time.Second, Turns: Invented(3, 3), Stub: stubs, Here: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Samples) < 3 || r.Calls == 0 || r.Samples[0].Goroutines == 0 {
		t.Errorf("got %+v", r)
	}
}
