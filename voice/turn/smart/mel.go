package smart

import (
	"math"

	"github.com/aubade/aubade/voice/audio"
)

// The shape of the model's input: Mels rows of Frames columns, row by row.
const (
	Mels   = 80
	Frames = 800

	samples = 8 * audio.Rate
	hop     = audio.Rate / 100
	size    = audio.Rate / 40 // of a spectrum's window: 25 ms
	bins    = size/2 + 1
)

// A band is one triangle of the filter bank: weights of the spectrum from a bin on.
type band struct {
	from    int
	weights []float64
}

var (
	hann    = makeHann()
	filters = makeFilters()
)

// makeHann is the periodic Hann window.
func makeHann() (w [size]float64) {
	for i := range w {
		w[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/size)
	}
	return w
}

// makeFilters are Slaney's mels: linear below 1 kHz, logarithmic above, every triangle of the same area.
func makeFilters() (bank [Mels]band) {
	const corner, cornerMel = 1000.0, 15.0
	ratio := math.Log(6.4) / 27
	toMel := func(hz float64) float64 {
		if hz < corner {
			return 3 * hz / 200
		}
		return cornerMel + math.Log(hz/corner)/ratio
	}
	toHz := func(mel float64) float64 {
		if mel < cornerMel {
			return 200 * mel / 3
		}
		return corner * math.Exp(ratio*(mel-cornerMel))
	}
	top := toMel(audio.Rate / 2)
	edge := func(i int) float64 { return toHz(top * float64(i) / (Mels + 1)) }
	for m := range bank {
		low, mid, high := edge(m), edge(m+1), edge(m+2)
		for k := range bins {
			hz := float64(k) * audio.Rate / size
			w := min((hz-low)/(mid-low), (high-hz)/(high-mid))
			if w <= 0 {
				continue
			}
			if len(bank[m].weights) == 0 {
				bank[m].from = k
			}
			bank[m].weights = append(bank[m].weights, w*2/(high-low))
		}
	}
	return bank
}

// Features is the model's input for some sound at audio.Rate, oldest sample first: of longer sound the last 8 s count,
// and shorter sound is preceded by silence.
//
//	normalise → windows of 25 ms every 10 → power → 80 mels → log10 → the top 80 dB, as (x + 4) / 4
func Features(pcm []int16) []float32 {
	x, silent := normalise(pcm)
	out := make([]float32, Mels*Frames)
	most := math.Inf(-1)
	column := func(t int, power *[bins]float64) {
		for m := range filters {
			sum := 0.0
			for i, w := range filters[m].weights {
				sum += w * power[filters[m].from+i]
			}
			v := math.Log10(max(sum, 1e-10))
			most = max(most, v)
			out[m*Frames+t] = float32(v)
		}
	}
	// The windows that hold nothing but the silence in front are all alike.
	first := 0
	if alike := (silent - size/2) / hop; alike > 2 {
		first = alike
		var power, none [bins]float64
		spectra(x, first-1, first-1, &power, &none)
		for t := range first {
			column(t, &power)
		}
	}
	for t := first; t < Frames; t += 2 {
		var a, b [bins]float64
		spectra(x, t, min(t+1, Frames-1), &a, &b)
		column(t, &a)
		if t+1 < Frames {
			column(t+1, &b)
		}
	}
	for i, v := range out {
		out[i] = float32((max(float64(v), most-8) + 4) / 4)
	}
	return out
}

// normalise brings the last 8 s to mean 0 and variance 1, and says how many samples of silence stand in front.
func normalise(pcm []int16) (x []float64, silent int) {
	if len(pcm) > samples {
		pcm = pcm[len(pcm)-samples:]
	}
	silent = samples - len(pcm)
	x = make([]float64, samples)
	mean := 0.0
	for i, s := range pcm {
		x[silent+i] = float64(s) / 32768
		mean += x[silent+i]
	}
	mean /= samples
	variance := 0.0
	for _, v := range x {
		variance += (v - mean) * (v - mean)
	}
	scale := 1 / math.Sqrt(variance/samples+1e-7)
	for i := range x {
		x[i] = (x[i] - mean) * scale
	}
	return x, silent
}

// spectra are the power spectra of two windows, which one complex transform yields together. Window t is centred on
// sample t·hop; beyond the ends the sound is mirrored.
func spectra(x []float64, t, u int, a, b *[bins]float64) {
	var in, out [size]complex128
	for i := range in {
		in[i] = complex(hann[i]*at(x, t*hop+i-size/2), hann[i]*at(x, u*hop+i-size/2))
	}
	transform(out[:], in[:], 1, size)
	for k := range bins {
		p, q := out[k], out[(size-k)%size]
		q = complex(real(q), -imag(q))
		left, right := (p+q)/2, (p-q)/2
		a[k] = real(left)*real(left) + imag(left)*imag(left)
		b[k] = real(right)*real(right) + imag(right)*imag(right)
	}
}

func at(x []float64, i int) float64 {
	if i < 0 {
		i = -i
	}
	if i >= len(x) {
		i = 2*len(x) - 2 - i
	}
	return x[i]
}

var roots = makeRoots()

// makeRoots are the powers of e^(-2πi/size).
func makeRoots() (w [size]complex128) {
	for i := range w {
		s, c := math.Sincos(-2 * math.Pi * float64(i) / size)
		w[i] = complex(c, s)
	}
	return w
}

// transform is the discrete Fourier transform of n samples of in, stride apart, for an n that divides size = 2⁴·5².
func transform(out, in []complex128, stride, n int) {
	if n == 1 {
		out[0] = in[0]
		return
	}
	p := 2
	if n%2 != 0 {
		p = 5
	}
	m := n / p
	for r := range p {
		transform(out[r*m:(r+1)*m], in[r*stride:], stride*p, m)
	}
	step := size / n
	if p == 2 {
		for k := range m {
			even, odd := out[k], out[m+k]*roots[k*step]
			out[k], out[m+k] = even+odd, even-odd
		}
		return
	}
	for k := range m {
		var part [5]complex128
		for r := range part {
			part[r] = out[r*m+k] * roots[r*k*step]
		}
		for q := range 5 {
			sum := part[0]
			for r := 1; r < 5; r++ {
				sum += part[r] * roots[r*q%5*(size/5)]
			}
			out[q*m+k] = sum
		}
	}
}
