package turn

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

type overlapCase struct {
	title  string
	want   Ruling
	agent  []Word
	learn  float64
	sounds []sound
	words  []known
}

type sound struct {
	from, to    audio.Position
	probability float32
	level       float64
}

type known struct {
	at    audio.Position
	words []Word
}

func readOverlaps(t testing.TB) []overlapCase {
	text, err := os.ReadFile("testdata/overlaps.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []overlapCase
	var c *overlapCase
	seconds := func(s string) audio.Position {
		var v float64
		if _, err := fmt.Sscan(s, &v); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		return audio.At(time.Duration(math.Round(v * 1e9)))
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "--" {
			continue
		}
		if f[0] == "#" {
			cases = append(cases, overlapCase{title: strings.Join(f[1:], " ")})
			c = &cases[len(cases)-1]
			continue
		}
		switch f[0] {
		case "agent":
			from := seconds(f[1])
			for i, w := range f[2:] {
				at := from.Add(time.Duration(i) * 300 * time.Millisecond)
				c.agent = append(c.agent, Word{Text: w, Start: at, End: at.Add(300 * time.Millisecond)})
			}
		case "learn":
			fmt.Sscan(f[1], &c.learn)
		case "sound":
			from, to, _ := strings.Cut(f[1], "-")
			s := sound{from: seconds(from), to: seconds(to)}
			fmt.Sscan(f[2], &s.probability)
			fmt.Sscan(f[3], &s.level)
			c.sounds = append(c.sounds, s)
		case "words":
			k := known{at: seconds(f[1])}
			n := len(f) - 2
			for i, w := range f[2:] {
				end := k.at.Add(-200*time.Millisecond - time.Duration(n-1-i)*250*time.Millisecond)
				k.words = append(k.words, Word{Text: w, Start: end.Add(-250 * time.Millisecond), End: end})
			}
			c.words = append(c.words, k)
		case "want":
			c.want = Ruling(f[1])
			if f[1] == "none" {
				c.want = NoOverlap
			}
		default:
			t.Fatalf("what is %q?", line)
		}
	}
	return cases
}

// play runs a case frame by frame and returns the rulings by the time since the first onset.
func (c overlapCase) play(each func(now, onset audio.Position, d Overlapping)) {
	v := NewOverlap(OverlapOptions{})
	g := NewGate(GateOptions{})
	v.Begin()
	v.Saying(c.agent)
	if c.learn != 0 {
		for range 100 {
			v.Learn(c.learn)
		}
	}
	onset := Never
	words := c.words
	for now := audio.At(audio.FrameDuration); now <= audio.At(7*time.Second); now = now.Add(audio.FrameDuration) {
		p, level := float32(0.03), -60.0
		for _, s := range c.sounds {
			if now > s.from && now <= s.to {
				// A syllable is louder than the gap after it.
				p, level = s.probability, s.level+4*math.Sin(float64(now)/audio.Rate*25)
				onset = min(onset, s.from)
			}
		}
		if m, ok := g.Hear(p, now); ok {
			v.Voice(m.Speaking, m.At)
		}
		v.Sound(p, level)
		for len(words) > 0 && words[0].at <= now {
			v.Words(words[0].words, false, now)
			words = words[1:]
		}
		each(now, onset, v.Decide(now))
	}
}

func TestOverlaps(t *testing.T) {
	cases := readOverlaps(t)
	var others, stops, real, missed int
	for _, c := range cases {
		var last, at500 Ruling
		stopped, ducked := audio.Position(0), audio.Position(0)
		var waited bool
		c.play(func(now, onset audio.Position, d Overlapping) {
			if d.Ruling != NoOverlap && ducked == 0 {
				ducked = now
			}
			if d.Ruling == Real && stopped == 0 {
				stopped = now
			}
			if onset != Never && now.Sub(onset) <= 500*time.Millisecond {
				at500 = d.Ruling
			}
			if onset != Never && d.Ruling == Duck && now.Sub(onset) >= 500*time.Millisecond && len(c.sounds) == 1 {
				waited = true
			}
			if d.Ruling != NoOverlap {
				last = d.Ruling
			}
		})
		if waited {
			t.Errorf("%s: no ruling within 500 ms", c.title)
		}
		onset := c.sounds[0].from
		if c.want == Real {
			real++
			if stopped == 0 {
				missed++
				t.Errorf("%s: ruled %q in the end, and %q within 500 ms; it was real", c.title, last, at500)
			}
			if at := ducked.Sub(onset); at > 60*time.Millisecond {
				t.Errorf("%s: ducked after %v", c.title, at)
			}
			continue
		}
		others++
		if stopped != 0 {
			stops++
			t.Logf("%s: a false stop", c.title)
		} else if last != c.want {
			t.Errorf("%s: ruled %q, want %q", c.title, last, c.want)
		}
	}
	t.Logf("%d cases: %d of %d false stops, %d of %d interruptions missed", len(cases), stops, others, missed, real)
	if len(cases) < 60 || float64(stops) > 0.05*float64(others) {
		t.Errorf("%d false stops in %d cases are too many", stops, others)
	}
}
