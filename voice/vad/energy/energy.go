// Package energy hears speech without a model: sound that stands out from the room and hums like a voice.
//
// It is what stands in when no neural detector can be loaded. Two things make a frame speech: its level above a floor
// that follows the room, and periodicity at the pitch of a voice within the last fifth of a second. Keys, clicks and
// rustle lack the second, hum and engines the first once the floor has caught up with them. It hears music as speech,
// and whispering not at all.
package energy

import (
	"fmt"
	"math"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

var _ voice.Detector = (*Detector)(nil)

const (
	// Pitch is looked for at a quarter of the rate: voices hum below 400 Hz.
	decimation = 4
	rate       = audio.Rate / decimation
	window     = rate * 40 / 1000 // two periods of the lowest voice, and a bit
	longest    = rate / 75        // lag of the lowest pitch
	shortest   = rate / 400       // and of the highest

	quietest = -68.0 // dBFS: below it, even a studio's silence is the floor
	memory   = 10    // frames for which voicing is remembered: consonants have none
)

// A Detector listens to one stream. Its probabilities are of the frame just heard; it does not buffer.
type Detector struct {
	high    highpass
	ring    [window + longest]float64 // decimated, oldest first
	partial float64
	phase   int

	floor   floor
	voicing [memory]float64
	next    int
	heard   int // frames
}

// New makes a detector for one stream.
func New() *Detector { return &Detector{} }

// Speech says how likely it is that the frame holds speech. The probability belongs to the sound up to at, the end of
// the frame.
func (d *Detector) Speech(f audio.Frame) (probability float32, at audio.Position, err error) {
	if f.Rate != audio.Rate {
		return 0, 0, fmt.Errorf("detect speech: the rate is %d Hz, not %d", f.Rate, audio.Rate)
	}
	if len(f.PCM) == 0 {
		return 0, f.At, nil
	}
	var sum float64
	crossings, before := 0, 0.0
	n := 0
	for _, s := range f.PCM {
		x := d.high.filter(float64(s) / 32768)
		sum += x * x
		if (x < 0) != (before < 0) {
			crossings++
		}
		before = x
		// The mean of four samples is filter enough to look for a pitch.
		d.partial += x
		if d.phase++; d.phase == decimation {
			d.push(d.partial / decimation)
			d.partial, d.phase = 0, 0
			n++
		}
	}
	level := 10 * math.Log10(sum/float64(len(f.PCM))+1e-12)
	if f.Filled && level < quietest {
		return 0, f.End(), nil // a hole in the stream says nothing about the room
	}
	d.heard++
	floor := d.floor.follow(level)
	above := level - floor

	voiced := 0.0
	if above > 3 {
		voiced = d.periodicity()
		// A hiss may look periodic by chance, but crosses zero as no voice does.
		if zero := float64(crossings) / float64(len(f.PCM)); zero > 0.25 {
			voiced *= 0.25 / zero
		}
	}
	d.voicing[d.next] = voiced
	d.next = (d.next + 1) % memory
	return float32(d.judge(above)), f.End(), nil
}

// judge joins level and voicing: both must speak for speech.
func (d *Detector) judge(above float64) float64 {
	// The second best of the last frames: a single periodic frame is a click that rings.
	best, second := 0.0, 0.0
	for _, v := range d.voicing {
		switch {
		case v > best:
			best, second = v, best
		case v > second:
			second = v
		}
	}
	loud := logistic((above - 6) / 1.5)
	hums := logistic((second - 0.5) / 0.05)
	return loud * hums
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func (d *Detector) push(x float64) {
	copy(d.ring[:], d.ring[1:])
	d.ring[len(d.ring)-1] = x
}

// periodicity is the greatest normalised autocorrelation of the last 40 ms at the lag of a voice's pitch, from 0 to 1.
func (d *Detector) periodicity() float64 {
	now := d.ring[longest:]
	var power float64
	for _, x := range now {
		power += x * x
	}
	if power == 0 {
		return 0
	}
	best := 0.0
	var past float64 // power of the lagged window, kept by a running sum
	for _, x := range d.ring[longest-shortest : longest-shortest+window] {
		past += x * x
	}
	for lag := shortest; lag <= longest; lag++ {
		then := d.ring[longest-lag : longest-lag+window]
		var both float64
		for i, x := range now {
			both += x * then[i]
		}
		if r := both / math.Sqrt(power*past+1e-18); r > best {
			best = r
		}
		if lag < longest {
			in, out := d.ring[longest-lag-1], then[window-1]
			past = max(0, past+in*in-out*out)
		}
	}
	return best
}

// highpass takes away what lies below 90 Hz: mains hum, wind, the desk.
type highpass struct{ x1, x2, y1, y2 float64 }

// A second-order Butterworth filter at 90 Hz for 16 kHz, by the bilinear transform.
var (
	omega = math.Tan(math.Pi * 90 / audio.Rate)
	norm  = 1 / (1 + math.Sqrt2*omega + omega*omega)
	fb1   = 2 * (omega*omega - 1) * norm
	fb2   = (1 - math.Sqrt2*omega + omega*omega) * norm
)

func (h *highpass) filter(x float64) float64 {
	y := norm*(x-2*h.x1+h.x2) - fb1*h.y1 - fb2*h.y2
	h.x2, h.x1 = h.x1, x
	h.y2, h.y1 = h.y1, y
	return y
}

// floor follows the level of the room: the least of the smoothed levels of about the last second and a half.
type floor struct {
	smooth float64
	mins   [6]float64 // of 250 ms each
	slot   int
	frames int
	begun  bool
}

func (f *floor) follow(level float64) float64 {
	level = max(level, quietest)
	if !f.begun {
		f.begun = true
		f.smooth = level
		for i := range f.mins {
			// The first sound is taken for the room: a stream that begins with speech is heard a breath late.
			f.mins[i] = min(level, quietest+20)
		}
	}
	f.smooth += 0.4 * (level - f.smooth)
	if f.frames++; f.frames%12 == 0 {
		f.slot = (f.slot + 1) % len(f.mins)
		f.mins[f.slot] = f.smooth
	}
	f.mins[f.slot] = min(f.mins[f.slot], f.smooth)
	least := f.mins[0]
	for _, m := range f.mins {
		least = min(least, m)
	}
	return least
}
