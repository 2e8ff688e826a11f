package energy

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/turn"
)

// A track is sound in the making, and where in it somebody speaks.
type track struct {
	pcm    []float64
	rng    *rand.Rand
	spoken [][2]int
}

func newTrack(d time.Duration) *track {
	return &track{pcm: make([]float64, int(audio.At(d))), rng: rand.New(rand.NewPCG(1, 2))}
}

// speak adds a voice: a pulse train whose pitch wanders, through two formants that change with each syllable, with a
// hiss between some of them. This is not speech, but it has the features that the detector claims to hear.
func (tr *track) speak(from, d time.Duration, db, pitch float64) *track {
	start, n := int(audio.At(from)), int(audio.At(d))
	tr.spoken = append(tr.spoken, [2]int{start, start + n})
	out := make([]float64, n)
	phase := 0.0
	var r1, r2 [2]float64
	formants := [][2]float64{{700, 1200}, {300, 2200}, {500, 1700}, {450, 900}}
	syllable := audio.Rate * 180 / 1000
	for i := range out {
		s := i / syllable
		in := float64(i%syllable) / float64(syllable)
		f := formants[s%len(formants)]
		p := pitch * (1 + 0.1*math.Sin(2*math.Pi*1.3*float64(i)/audio.Rate))
		phase += p / audio.Rate
		x := 0.0
		if phase >= 1 {
			phase--
			x = 1
		}
		hiss := 0.0
		if s%3 == 2 && in < 0.35 {
			x, hiss = 0, 0.05*tr.rng.NormFloat64()
		}
		y := resonate(&r1, x, f[0], 80) + 0.6*resonate(&r2, x, f[1], 120)
		out[i] = y*math.Pow(math.Sin(math.Pi*in), 0.5) + hiss
	}
	return tr.mix(start, out, db)
}

func resonate(s *[2]float64, x, f, width float64) float64 {
	r := math.Exp(-math.Pi * width / audio.Rate)
	y := x + 2*r*math.Cos(2*math.Pi*f/audio.Rate)*s[0] - r*r*s[1]
	s[1], s[0] = s[0], y
	return y
}

// mix adds sound at a level in dBFS.
func (tr *track) mix(start int, x []float64, db float64) *track {
	power := 0.0
	for _, v := range x {
		power += v * v
	}
	gain := math.Pow(10, db/20) / math.Sqrt(power/float64(len(x))+1e-20)
	for i, v := range x {
		if start+i < len(tr.pcm) {
			tr.pcm[start+i] += gain * v
		}
	}
	return tr
}

func (tr *track) noise(db float64) *track {
	x := make([]float64, len(tr.pcm))
	for i := range x {
		x[i] = tr.rng.NormFloat64()
	}
	return tr.mix(0, x, db)
}

// road is noise that falls by 6 dB an octave, as in a car.
func (tr *track) road(db float64) *track {
	x := make([]float64, len(tr.pcm))
	y := 0.0
	for i := range x {
		y = 0.97*y + tr.rng.NormFloat64()
		x[i] = y
	}
	return tr.mix(0, x, db)
}

func (tr *track) hum(hz, db float64) *track {
	x := make([]float64, len(tr.pcm))
	for i := range x {
		for k := 1.0; k <= 5; k++ {
			x[i] += math.Sin(2*math.Pi*hz*k*float64(i)/audio.Rate) / k
		}
	}
	return tr.mix(0, x, db)
}

// keys are bursts of 8 ms, as from a keyboard, eight a second.
func (tr *track) keys(db float64) *track {
	for at := 0; at+200 < len(tr.pcm); at += audio.Rate/8 + tr.rng.IntN(500) {
		x := make([]float64, 128)
		for i := range x {
			x[i] = tr.rng.NormFloat64() * math.Exp(-float64(i)/30)
		}
		tr.mix(at, x, db)
	}
	return tr
}

// babble is a room of voices, none of them near.
func (tr *track) babble(db float64) *track {
	room := newTrack(audio.Position(len(tr.pcm)).Duration())
	for i := range 12 {
		room.speak(time.Duration(i*37)*time.Millisecond, audio.Position(len(tr.pcm)).Duration(), -20, 90+13*float64(i))
	}
	return tr.mix(0, room.pcm, db)
}

func (tr *track) frames() []audio.Frame {
	var out []audio.Frame
	for at := 0; at+audio.FrameSamples <= len(tr.pcm); at += audio.FrameSamples {
		f := audio.Frame{Rate: audio.Rate, At: audio.Position(at), PCM: make([]int16, audio.FrameSamples)}
		for i := range f.PCM {
			f.PCM[i] = int16(max(-32768, min(32767, tr.pcm[at+i]*32768)))
		}
		out = append(out, f)
	}
	return out
}

// hear returns the share of spoken frames heard as speech, and of the others.
func hear(t testing.TB, tr *track, after time.Duration) (hits, alarms float64) {
	d := New()
	var spoken, heard, silent, false_ int
	for _, f := range tr.frames() {
		p, at, err := d.Speech(f)
		if err != nil {
			t.Fatal(err)
		}
		if at != f.End() {
			t.Fatalf("the probability of the frame at %d is said to be of %d", f.At, at)
		}
		if p < 0 || p > 1 || math.IsNaN(float64(p)) {
			t.Fatalf("probability %v", p)
		}
		if f.At < audio.At(after) {
			continue
		}
		in, near := false, false
		for _, s := range tr.spoken {
			in = in || int(f.At) >= s[0] && int(f.End()) <= s[1]
			// Voicing is remembered for 200 ms: only the level ends speech sooner.
			near = near || int(f.End()) > s[0] && int(f.At) < s[1]+int(audio.At(60*time.Millisecond))
		}
		switch {
		case in:
			spoken++
			if p >= 0.5 {
				heard++
			}
		case !near:
			silent++
			if p >= 0.5 {
				false_++
			}
		}
	}
	return float64(heard) / max(1, float64(spoken)), float64(false_) / max(1, float64(silent))
}

func TestSpeechIsToldFromTheRoom(t *testing.T) {
	talk := func() *track {
		return newTrack(8*time.Second).speak(2*time.Second, 1500*time.Millisecond, -22, 120).speak(5*time.Second, 1500*time.Millisecond, -22, 210)
	}
	for _, c := range []struct {
		name         string
		track        *track
		hits, alarms float64 // at least, at most
	}{
		{"in silence", talk(), 0.9, 0.01},
		{"in a quiet room", talk().noise(-60), 0.9, 0.01},
		// The dips between the syllables drown in these.
		{"in a loud room, 15 dB below the voice", talk().noise(-37), 0.8, 0.02},
		{"in a car, 12 dB below the voice", talk().road(-34), 0.8, 0.02},
		{"over the mains", talk().hum(50, -34), 0.8, 0.02},
		{"over a keyboard", talk().noise(-60).keys(-30), 0.85, 0.05},
		{"in a canteen, 15 dB below the voice", talk().babble(-37), 0.85, 0.1},
	} {
		t.Run(c.name, func(t *testing.T) {
			hits, alarms := hear(t, c.track, time.Second)
			t.Logf("hears %.1f %% of the speech and %.1f %% of the rest", 100*hits, 100*alarms)
			if hits < c.hits || alarms > c.alarms {
				t.Errorf("hears %.1f %% of the speech, want %.0f; and %.1f %% of the rest, at most %.0f", 100*hits, 100*c.hits, 100*alarms, 100*c.alarms)
			}
		})
	}
}

func TestWhatIsNotSpeechIsNotHeard(t *testing.T) {
	for _, c := range []struct {
		name  string
		track *track
	}{
		{"silence", newTrack(5 * time.Second)},
		{"a loud room", newTrack(5 * time.Second).noise(-30)},
		{"a car", newTrack(5 * time.Second).road(-25)},
		{"mains hum, once the floor has followed", newTrack(8*time.Second).hum(60, -30)},
		{"a keyboard", newTrack(5 * time.Second).noise(-60).keys(-20)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, alarms := hear(t, c.track, 2*time.Second); alarms > 0.03 {
				t.Errorf("%.1f %% is heard as speech", 100*alarms)
			}
		})
	}
}

func TestTheGateMarksTheVoiceWhereItIs(t *testing.T) {
	tr := newTrack(6*time.Second).speak(2*time.Second, 1200*time.Millisecond, -22, 130).noise(-55)
	d, g := New(), turn.NewGate(turn.GateOptions{})
	var marks []turn.Mark
	for _, f := range tr.frames() {
		p, at, _ := d.Speech(f)
		if m, ok := g.Hear(p, at); ok {
			marks = append(marks, m)
		}
	}
	if len(marks) != 2 {
		t.Fatalf("marks are %v, want a start and an end", marks)
	}
	for i, want := range []time.Duration{2 * time.Second, 3200 * time.Millisecond} {
		if off := marks[i].At.Duration() - want; off.Abs() > 100*time.Millisecond {
			t.Errorf("mark %d is %v off", i, off)
		}
	}
}

func TestAHoleInTheStreamIsNotTheRoom(t *testing.T) {
	d := New()
	tr := newTrack(3 * time.Second).noise(-45)
	for i, f := range tr.frames() {
		if i%20 == 7 { // packets are lost now and then
			clear(f.PCM)
			f.Filled = true
		}
		if p, _, _ := d.Speech(f); p >= 0.5 {
			t.Fatalf("the room is heard as speech at %v", f.At.Duration())
		}
	}
}

func TestAnotherRateIsRefused(t *testing.T) {
	if _, _, err := New().Speech(audio.Frame{Rate: 48000, PCM: make([]int16, 960)}); err == nil {
		t.Error("48 kHz were taken for 16")
	}
}

func BenchmarkSpeech(b *testing.B) {
	frames := newTrack(2*time.Second).speak(0, 2*time.Second, -22, 120).noise(-50).frames()
	d := New()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		d.Speech(frames[i%len(frames)])
	}
}
