package turn

import (
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

var vocabulary = strings.Fields("how did larkspur close and the wait hang on um compare halden thank you stop right no i meant " +
	"my number is five okay mm-hm what <unk> … of volume today")

// moves turns bytes into a sequence of happenings: three bytes each, what and how long after the last.
func moves(data []byte, do func(op, arg byte, now audio.Position)) {
	now := audio.Position(0)
	for ; len(data) >= 3; data = data[3:] {
		now = now.Add(time.Duration(data[1]) * 5 * time.Millisecond)
		do(data[0], data[2], now)
	}
}

func someWords(arg byte, now audio.Position) []Word {
	var words []Word
	for i := range int(arg % 7) {
		w := Word{Text: vocabulary[(int(arg)*7+i*5)%len(vocabulary)]}
		if arg%3 != 0 { // some recognizers give no times
			w.Start = max(0, now.Add(time.Duration(i-8)*200*time.Millisecond))
			w.End = w.Start.Add(180 * time.Millisecond)
		}
		words = append(words, w)
	}
	return words
}

// Whatever the order of events: nothing ends under speech or before it, everything ends by the deadline, and an end stays
// an end until something happens.
func FuzzEndpointer(f *testing.F) {
	f.Add([]byte{0, 10, 1, 1, 100, 0, 2, 40, 5, 4, 10, 0, 0, 30, 0})
	f.Add([]byte{2, 10, 9, 1, 100, 0, 0, 40, 5, 5, 10, 0, 1, 255, 0, 6, 255, 1})
	f.Add([]byte{0, 0, 0, 3, 50, 8, 1, 10, 0, 4, 200, 99, 1, 1, 1, 7, 9, 9})
	f.Fuzz(func(t *testing.T, data []byte) {
		o := Options{}.withDefaults()
		e := New(Options{})
		speaking, spoke := false, false
		until := audio.Position(0)
		moves(data, func(op, arg byte, now audio.Position) {
			switch op % 8 {
			case 0:
				e.Voice(true, now)
				speaking, spoke = true, true
			case 1:
				if speaking {
					until = max(until, now)
					e.Voice(false, now)
					speaking = false
				}
			case 2, 3:
				e.Words(someWords(arg, now), op%8 == 3, float32(arg%11)/10, now)
			case 4:
				e.Acoustic(float32(arg)/200-0.1, now)
			case 5:
				e.Next()
				spoke = speaking
			case 6:
				e.SetPatience(time.Duration(arg) * 50 * time.Millisecond)
			case 7:
				e.Expect()
			}
			d := e.Decide(now)
			if d.Complete < 0 || d.Complete > 1 || d.Complete != d.Complete {
				t.Fatalf("probability %v", d.Complete)
			}
			if speaking || !spoke {
				if d.End || d.WaitUntil != Never {
					t.Fatalf("speaking %v, spoke %v: %+v", speaking, spoke, d)
				}
				return
			}
			if d.End != (now >= d.WaitUntil) {
				t.Fatalf("at %v: %+v", now, d)
			}
			limit := until.Add(o.Deadline)
			if d.Why == HoldAsked {
				limit = until.Add(o.Asked)
			}
			if d.WaitUntil > limit && d.WaitUntil > now {
				t.Fatalf("speech ended at %v and we wait until %v", until, d.WaitUntil)
			}
			if d.WaitUntil < until.Add(o.Floor) {
				t.Fatalf("speech ended at %v and we end at %v", until, d.WaitUntil)
			}
			later := now.Add(time.Duration(arg) * 100 * time.Millisecond)
			if l := e.Decide(later); l.WaitUntil != d.WaitUntil || d.End && !l.End {
				t.Fatalf("nothing happened, and %+v became %+v", d, l)
			}
			if !e.Decide(max(limit, now)).End {
				t.Fatalf("not over at the deadline: %+v", d)
			}
		})
	})
}

// Whatever the order of events: nothing is judged before it is heard, real stays real, and no judgement is put off beyond
// the time for it.
func FuzzOverlap(f *testing.F) {
	f.Add([]byte{0, 10, 1, 2, 100, 20, 1, 40, 5, 4, 10, 0, 0, 30, 0})
	f.Add([]byte{3, 0, 33, 0, 10, 1, 2, 60, 21, 2, 100, 5, 5, 4, 10, 2, 2, 9})
	f.Fuzz(func(t *testing.T, data []byte) {
		v := NewOverlap(OverlapOptions{})
		heard, real := false, false
		onset, end := audio.Position(0), audio.Position(0)
		speaking := false
		moves(data, func(op, arg byte, now audio.Position) {
			switch op % 6 {
			case 0:
				if !speaking {
					if heard && now.Sub(end) > v.o.Join {
						heard, real = false, false
					}
					if !heard {
						heard, onset = true, now
					}
					speaking = true
				}
				v.Voice(true, now)
			case 1:
				if speaking {
					speaking, end = false, now
				}
				v.Voice(false, now)
			case 2:
				v.Words(someWords(arg, now), arg%5 == 0, now)
			case 3:
				v.Saying(someWords(arg, now))
			case 4:
				v.Sound(float32(arg)/255, -float64(arg)/3)
				v.Learn(-float64(arg) / 4)
			case 5:
				v.Begin()
				heard, real = false, false
			}
			d := v.Decide(now)
			if (d.Ruling == NoOverlap) == heard {
				t.Fatalf("heard %v, and it is %q", heard, d.Ruling)
			}
			if real && d.Ruling != Real {
				t.Fatalf("what was real is %q", d.Ruling)
			}
			real = real || d.Ruling == Real
			if d.Ruling == Duck {
				if now.Sub(onset) >= v.o.Within {
					t.Fatalf("undecided %v after the onset", now.Sub(onset))
				}
				if d.WaitUntil != onset.Add(v.o.Within) {
					t.Fatalf("undecided, and we wait until %v", d.WaitUntil)
				}
			}
		})
	})
}

func FuzzGate(f *testing.F) {
	f.Add([]byte{200, 200, 200, 200, 0, 0, 0, 0, 0, 0, 200, 0, 200})
	f.Fuzz(func(t *testing.T, data []byte) {
		g := NewGate(GateOptions{})
		last, at := Mark{}, audio.Position(0)
		for _, b := range data {
			at = at.Add(audio.FrameDuration)
			m, ok := g.Hear(float32(b)/255, at)
			if !ok {
				continue
			}
			if m.Speaking == last.Speaking || m.At < last.At || m.At > at {
				t.Fatalf("%+v after %+v at %v", m, last, at)
			}
			last = m
		}
	})
}

// A decision after a long turn: all of it is read again when words arrive, and nothing when they do not.
func BenchmarkDecide(b *testing.B) {
	words := say(strings.Repeat("so how should we think about the margins of the new stores and the um outlook for next year ", 10), 0)
	e := New(Options{})
	e.Voice(true, 0)
	until := words[len(words)-1].End
	e.Voice(false, until)
	b.Run("new words", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			e.Words(words[:len(words)-i%2], false, 0, until.Add(200*time.Millisecond))
			e.Decide(until.Add(200 * time.Millisecond))
		}
	})
	b.Run("nothing new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			e.Decide(until.Add(300 * time.Millisecond))
		}
	})
}
