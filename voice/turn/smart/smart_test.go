package smart

import (
	"context"
	"errors"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

func noise(n int, level float64) []int16 {
	rng := rand.New(rand.NewPCG(3, 4))
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(level * rng.NormFloat64())
	}
	return pcm
}

func tone(n int, hz float64) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*hz*float64(i)/audio.Rate))
	}
	return pcm
}

// slowly computes one column from the definition, with a plain transform and nothing shared.
func slowly(pcm []int16, t int) (mels [Mels]float64) {
	x := make([]float64, samples)
	if len(pcm) > samples {
		pcm = pcm[len(pcm)-samples:]
	}
	for i, s := range pcm {
		x[samples-len(pcm)+i] = float64(s) / 32768
	}
	var mean, variance float64
	for _, v := range x {
		mean += v / samples
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / samples
	}
	padded := make([]float64, samples+size)
	for i := range padded {
		j := i - size/2
		if j < 0 {
			j = -j
		}
		if j >= samples {
			j = 2*(samples-1) - j
		}
		padded[i] = (x[j] - mean) / math.Sqrt(variance+1e-7)
	}
	var power [bins]float64
	for k := range power {
		var sum complex128
		for i := range size {
			w := 0.5 * (1 - math.Cos(2*math.Pi*float64(i)/size))
			sum += complex(w*padded[t*hop+i], 0) * cmplx.Exp(complex(0, -2*math.Pi*float64(k*i)/size))
		}
		power[k] = real(sum)*real(sum) + imag(sum)*imag(sum)
	}
	for m := range mels {
		sum := 0.0
		for i, w := range filters[m].weights {
			sum += w * power[filters[m].from+i]
		}
		mels[m] = math.Log10(max(sum, 1e-10))
	}
	return mels
}

func TestFeaturesFollowTheDefinition(t *testing.T) {
	for _, c := range []struct {
		name string
		pcm  []int16
	}{
		{"eight seconds", noise(samples, 3000)},
		{"a second and a half, after silence", noise(24321, 3000)},
		{"more than eight seconds", noise(samples+5000, 300)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Features(c.pcm)
			if len(got) != Mels*Frames {
				t.Fatalf("%d values, want %d", len(got), Mels*Frames)
			}
			most := math.Inf(-1)
			columns := []int{0, 1, 2, 399, 640, 641, 648, 649, 650, 651, 652, 700, 797, 798, 799}
			want := map[int][Mels]float64{}
			for _, col := range columns {
				want[col] = slowly(c.pcm, col)
			}
			// The top is of all columns: read it back from the result, which is (top + 4) / 4 at its greatest.
			for _, v := range got {
				most = max(most, float64(v)*4-4)
			}
			for _, col := range columns {
				for m, w := range want[col] {
					w = (max(w, most-8) + 4) / 4
					if diff := math.Abs(w - float64(got[m*Frames+col])); diff > 2e-5 {
						t.Fatalf("mel %d of column %d is %v, want %v", m, col, got[m*Frames+col], w)
					}
				}
			}
		})
	}
}

func TestFilters(t *testing.T) {
	// By hand: 81 steps of 0.5586 mel are 37.24 Hz each below 1 kHz; a triangle 74.48 Hz wide is 2/74.48 high.
	for _, c := range []struct {
		mel, bin int
		want     float64
	}{{0, 1, 0.0248626}, {1, 1, 0.0019908}} {
		b := filters[c.mel]
		if got := b.weights[c.bin-b.from]; math.Abs(got-c.want) > 2e-6 {
			t.Errorf("mel %d weighs bin %d by %.7f, want %.7f", c.mel, c.bin, got, c.want)
		}
	}
	// Wide triangles have area 1 when summed over bins of 40 Hz.
	for m := 50; m < Mels; m++ {
		sum := 0.0
		for _, w := range filters[m].weights {
			sum += w * audio.Rate / size
		}
		if math.Abs(sum-1) > 0.03 {
			t.Errorf("mel %d has area %.3f", m, sum)
		}
	}
}

func TestAToneStandsInItsBand(t *testing.T) {
	for _, c := range []struct {
		hz  float64
		mel int // the band whose middle is nearest, by hand from the scale
	}{{1000, 26}, {4000, 62}, {200, 4}} {
		f := Features(tone(samples, c.hz))
		best := 0
		for m := range Mels {
			if f[m*Frames+400] > f[best*Frames+400] {
				best = m
			}
		}
		if best < c.mel-1 || best > c.mel+1 {
			t.Errorf("%v Hz stand in mel %d, want %d", c.hz, best, c.mel)
		}
	}
}

func TestLoudnessDoesNotMatter(t *testing.T) {
	a, b := Features(tone(samples, 440)), make([]int16, samples)
	for i, s := range tone(samples, 440) {
		b[i] = s / 4
	}
	quiet := Features(b)
	for m := 5; m < 25; m++ {
		if d := math.Abs(float64(a[m*Frames+300] - quiet[m*Frames+300])); d > 0.02 && a[m*Frames+300] > 0 {
			t.Fatalf("mel %d differs by %v", m, d)
		}
	}
}

func TestTheRangeIsEightyDecibels(t *testing.T) {
	for _, pcm := range [][]int16{noise(samples, 3000), tone(20000, 300), make([]int16, 1000)} {
		low, high := float32(math.Inf(1)), float32(math.Inf(-1))
		for _, v := range Features(pcm) {
			low, high = min(low, v), max(high, v)
		}
		if high-low > 2.0001 || math.IsNaN(float64(high)) {
			t.Errorf("from %v to %v", low, high)
		}
	}
}

func TestEndOfTurn(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		name string
		u    voice.Utterance
		run  Run
		want float32
		err  error
	}{
		{"the network is asked", voice.Utterance{Audio: noise(16000, 1000)}, func(f []float32) (float32, error) { return float32(len(f)) / 128000, nil }, 0.5, nil},
		{"no sound", voice.Utterance{}, nil, 0, ErrNoSound},
		{"the network fails", voice.Utterance{Audio: noise(10, 1)}, func([]float32) (float32, error) { return 0, broken }, 0, broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := New(c.run).EndOfTurn(context.Background(), c.u)
			if p != c.want || !errors.Is(err, c.err) {
				t.Errorf("%v, %v; want %v, %v", p, err, c.want, c.err)
			}
		})
	}
	if _, err := New(func([]float32) (float32, error) { return 7, nil }).EndOfTurn(context.Background(), voice.Utterance{Audio: noise(10, 1)}); err == nil {
		t.Error("7 was taken for a probability")
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := New(nil).EndOfTurn(gone, voice.Utterance{Audio: noise(10, 1)}); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancellation: %v", err)
	}
}

func BenchmarkFeatures(b *testing.B) {
	for _, c := range []struct {
		name string
		n    int
	}{{"8s", samples}, {"2s", 2 * audio.Rate}} {
		b.Run(c.name, func(b *testing.B) {
			pcm := noise(c.n, 2000)
			b.ReportAllocs()
			for b.Loop() {
				Features(pcm)
			}
		})
	}
}
