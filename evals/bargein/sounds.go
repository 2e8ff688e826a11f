package bargein

import (
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// A sound adds itself to a stretch of samples, of which 1 is full scale.
type sound func(out []float64, r *rand.Rand)

// length is how many samples a stretch of seconds has.
func length(s float64) int { return int(s * audio.Rate) }

// wordLength is how long a word takes to say.
func wordLength(word string) time.Duration {
	return time.Duration(80+35*min(len(word), 9)) * time.Millisecond
}

// speech is somebody who says words at a pitch in Hz and a level in dBFS: a hum with the formants of a vowel, rising and
// falling, with a breath of noise before each word.
func speech(words string, pitch, level float64) sound {
	return func(out []float64, r *rand.Rand) {
		at := 0
		for k, w := range strings.Fields(words) {
			n := length(wordLength(w).Seconds())
			f1, f2 := 350+450*r.Float64(), 1000+1100*r.Float64()
			p := pitch * (1 + 0.12*math.Sin(float64(k)*2.1))
			gain := decibels(level) * 2.2
			phase, noise := 0.0, length(0.035)
			for i := range n {
				if at+i >= len(out) {
					return
				}
				t := float64(i) / float64(n)
				edge := math.Min(1, math.Min(t, 1-t)*8)
				if i < noise {
					out[at+i] += gain * 0.12 * edge * r.NormFloat64()
					continue
				}
				phase += p * (1 + 0.05*math.Sin(7*t)) / audio.Rate
				v, norm := 0.0, 0.0
				for h := 1.0; h*p < 3400; h++ {
					a := 1/(1+math.Pow((h*p-f1)/120, 2)) + 0.5/(1+math.Pow((h*p-f2)/160, 2)) + 0.03
					v += a * math.Sin(2*math.Pi*h*phase)
					norm += a * a
				}
				out[at+i] += gain * edge * v / math.Sqrt(norm) * (0.85 + 0.15*r.Float64())
			}
			at += n + length(0.01)
		}
	}
}

// burst is noise that dies away: a click, a key, a slam. low smooths it, from 0, white, to nearly 1, a thump.
func burst(seconds, level, low float64) sound {
	return func(out []float64, r *rand.Rand) {
		v := 0.0
		for i := range min(len(out), length(seconds*4)) {
			v = low*v + (1-low)*r.NormFloat64()
			out[i] += decibels(level) * v / math.Sqrt((1-low)/(1+low)) * math.Exp(-float64(i)/float64(length(seconds)))
		}
	}
}

// keys is typing: a key every so many seconds.
func keys(n int, every, level float64) sound {
	return func(out []float64, r *rand.Rand) {
		for i := range n {
			at := length(every * (float64(i) + 0.3*r.Float64()))
			if at < len(out) {
				burst(0.008, level+3*r.NormFloat64(), 0.3)(out[at:], r)
			}
		}
	}
}

// rumble is a road or an engine: deep noise that swells and goes, with a hum in it.
func rumble(seconds, level, hum float64) sound {
	return func(out []float64, r *rand.Rand) {
		v, n := 0.0, min(len(out), length(seconds))
		for i := range n {
			v = 0.985*v + 0.015*r.NormFloat64()
			t := float64(i) / float64(n)
			x := v / math.Sqrt(0.015/1.985)
			if hum > 0 {
				x += 0.4 * math.Sin(2*math.Pi*hum*float64(i)/audio.Rate)
			}
			out[i] += decibels(level) * x * math.Sin(math.Pi*t)
		}
	}
}

// hiss is steady noise.
func hiss(seconds, level float64) sound {
	return func(out []float64, r *rand.Rand) {
		for i := range min(len(out), length(seconds)) {
			out[i] += decibels(level) * r.NormFloat64()
		}
	}
}

// tone is a beep, a horn or a creak that slides from one pitch to another.
func tone(seconds, from, to, level float64) sound {
	return func(out []float64, _ *rand.Rand) {
		n, phase := min(len(out), length(seconds)), 0.0
		for i := range n {
			t := float64(i) / float64(n)
			phase += (from + (to-from)*t) / audio.Rate
			out[i] += decibels(level) * 1.2 * (math.Sin(2*math.Pi*phase) + 0.3*math.Sin(4*math.Pi*phase)) * math.Min(1, 20*math.Min(t, 1-t))
		}
	}
}

// cough is a rough voice and breath, at once.
func cough(seconds, level float64) sound {
	return func(out []float64, r *rand.Rand) {
		n := min(len(out), length(seconds))
		for i := range n {
			t := float64(i) / float64(n)
			rough := math.Sin(2 * math.Pi * float64(i) * (140 + 60*r.Float64()) / audio.Rate)
			out[i] += decibels(level) * (r.NormFloat64() + 0.3*rough) * math.Pow(1-t, 1.5)
		}
	}
}

// after puts a sound some seconds later.
func after(seconds float64, s sound) sound {
	return func(out []float64, r *rand.Rand) {
		if at := length(seconds); at < len(out) {
			s(out[at:], r)
		}
	}
}

// together mixes sounds.
func together(all ...sound) sound {
	return func(out []float64, r *rand.Rand) {
		for _, s := range all {
			s(out, r)
		}
	}
}

// headset is a sound through a telephone's band, 300 to 3400 Hz.
func headset(s sound) sound {
	return func(out []float64, r *rand.Rand) {
		dry := make([]float64, len(out))
		s(dry, r)
		low, high := biquad{cut: 3400}, biquad{cut: 300, high: true}
		low.set()
		high.set()
		for i, v := range dry {
			out[i] += high.filter(low.filter(v))
		}
	}
}

// A biquad is a second-order Butterworth filter (R. Bristow-Johnson's cookbook).
type biquad struct {
	cut                float64
	high               bool
	b0, b1, b2, a1, a2 float64
	x1, x2, y1, y2     float64
}

func (f *biquad) set() {
	w := 2 * math.Pi * f.cut / audio.Rate
	alpha, c := math.Sin(w)/math.Sqrt2, math.Cos(w)
	a0 := 1 + alpha
	f.b0, f.b1 = (1-c)/2/a0, (1-c)/a0
	if f.high {
		f.b0, f.b1 = (1+c)/2/a0, -(1+c)/a0
	}
	f.b2, f.a1, f.a2 = f.b0, -2*c/a0, (1-alpha)/a0
}

func (f *biquad) filter(x float64) float64 {
	y := f.b0*x + f.b1*f.x1 + f.b2*f.x2 - f.a1*f.y1 - f.a2*f.y2
	f.x2, f.x1, f.y2, f.y1 = f.x1, x, f.y1, y
	return y
}

func decibels(db float64) float64 { return math.Pow(10, db/20) }

// render makes samples of a sound in a room whose quiet is noise at -66 dBFS.
func render(total time.Duration, seed uint64, s sound) []int16 {
	r := rand.New(rand.NewPCG(seed, 11))
	mix := make([]float64, audio.At(total))
	hiss(total.Seconds(), -66)(mix, r)
	s(mix, r)
	pcm := make([]int16, len(mix))
	for i, v := range mix {
		pcm[i] = int16(32767 * math.Max(-1, math.Min(1, v)))
	}
	return pcm
}
