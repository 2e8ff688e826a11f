package audio

import "math"

// A Resampler changes the rate of a stream of mono samples, with a windowed sinc in as many phases as the ratio has. It
// passes what lies below 0.9 of the lower Nyquist frequency and takes 80 dB off what would alias. It is not safe for
// concurrent use.
type Resampler struct {
	up, down int // the ratio in lowest terms: up samples out for each down samples in
	phases   int
	half     int         // taps on either side
	taps     [][]float32 // by phase

	buf  []float32 // input from base on
	base int       // index of buf[0] in the input; the first half-1 before 0 are silence
	in   int       // samples taken
	out  int       // samples given
}

const (
	kaiserBeta = 8.0 // 80 dB
	zeroes     = 16  // zero crossings of the sinc on either side
	maxPhases  = 1024
)

// NewResampler makes one for a stream. Both rates must be positive.
func NewResampler(from, to int) *Resampler {
	g := gcd(from, to)
	r := &Resampler{up: to / g, down: from / g}
	// Odd ratios would need a table of megabytes: their phases are rounded, which costs some of the 80 dB.
	r.phases = min(r.up, maxPhases)
	cutoff := 0.95 * min(1, float64(to)/float64(from)) // of the input's Nyquist frequency
	r.half = int(math.Ceil(zeroes / cutoff))
	r.base = 1 - r.half
	r.buf = make([]float32, r.half-1)
	r.taps = make([][]float32, r.phases)
	for p := range r.taps {
		t := make([]float32, 2*r.half)
		sum := 0.0
		for k := range t {
			// The distance from the output's place to the k-th input sample.
			x := float64(k-r.half+1) - float64(p)/float64(r.phases)
			v := cutoff * sinc(cutoff*x) * kaiser(x/float64(r.half))
			t[k] = float32(v)
			sum += v
		}
		for k := range t {
			t[k] /= float32(sum) // a constant stays what it is, in every phase
		}
		r.taps[p] = t
	}
	return r
}

// Write takes samples and appends to dst those that are complete.
func (r *Resampler) Write(dst, src []int16) []int16 {
	if r.up == r.down {
		return append(dst, src...)
	}
	for _, v := range src {
		r.buf = append(r.buf, float32(v))
	}
	r.in += len(src)
	return r.drain(dst)
}

// Flush appends what is still inside, as if silence followed, and begins a new stream.
func (r *Resampler) Flush(dst []int16) []int16 {
	if r.up == r.down {
		return dst
	}
	want := (r.in*r.up + r.down - 1) / r.down // as long as the input was
	r.buf = append(r.buf, make([]float32, r.half+1)...)
	dst = r.drain(dst)
	dst = dst[:len(dst)-max(0, r.out-want)]
	r.buf = append(r.buf[:0], make([]float32, r.half-1)...)
	r.base, r.in, r.out = 1-r.half, 0, 0
	return dst
}

func (r *Resampler) drain(dst []int16) []int16 {
	for {
		place := r.out * r.down
		first := place/r.up - r.half + 1 - r.base
		if first+2*r.half > len(r.buf) {
			break
		}
		taps := r.taps[place%r.up*r.phases/r.up]
		var sum float32
		for k, v := range r.buf[first : first+2*r.half] {
			sum += v * taps[k]
		}
		dst = append(dst, int16(math.Round(float64(min(32767, max(-32768, sum))))))
		r.out++
	}
	// What lies before the next output's first tap is not needed any more.
	if drop := min(r.out*r.down/r.up-r.half+1-r.base, len(r.buf)); drop > 4096 {
		r.buf = r.buf[:copy(r.buf, r.buf[drop:])]
		r.base += drop
	}
	return dst
}

// Resample changes the rate of all of a sound.
func Resample(pcm []int16, from, to int) []int16 {
	if from == to {
		return pcm
	}
	r := NewResampler(from, to)
	out := make([]int16, 0, len(pcm)*r.up/r.down+1)
	return r.Flush(r.Write(out, pcm))
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is the window at a place between -1 and 1.
func kaiser(x float64) float64 {
	if x <= -1 || x >= 1 {
		return 0
	}
	return bessel0(kaiserBeta*math.Sqrt(1-x*x)) / bessel0(kaiserBeta)
}

// bessel0 is the modified Bessel function of the first kind and order 0, by its series.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-12*sum; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}
