package browser

import (
	"math"
	"time"
)

const (
	// chunkSize is how many samples one entry of HeardAt stands for.
	chunkSize = 1024
	// windowSize is how many samples a level is taken of: 10.7 ms.
	windowSize = 512
)

// Loudest is the level in dBFS of the loudest window that sounded between two moments of the page; -100 where none did.
func (l *Log) Loudest(from, to float64) float64 { return l.loudest(l.HeardAt, from, to) }

func (l *Log) loudest(clock []float64, from, to float64) float64 {
	top := -100.0
	l.each(clock, func(at, level float64) {
		if at >= from && at < to {
			top = math.Max(top, level)
		}
	})
	return top
}

// An Interruption is what became of the agent's voice when the caller spoke over it.
type Interruption struct {
	Level float64 // of the voice in the 600 ms before, in dBFS
	After float64 // ms on the clock of the sound from the caller's first sample to the last window within 12 dB of Level
	Busy  float64 // how much of the machine others used around it, 0 to 1
}

// Interruption looks at what was heard around the n-th thing that was said.
func (l *Log) Interruption(n int) Interruption {
	for _, s := range l.Steps {
		if s.Do != "say" {
			continue
		}
		if n > 0 {
			n--
			continue
		}
		i := Interruption{Level: l.loudest(l.SoundAt, s.Sounds-600, s.Sounds)}
		l.each(l.SoundAt, func(at, level float64) {
			if at >= s.Sounds && at < s.Sounds+1500 && level >= i.Level-12 {
				i.After = at + 1000*windowSize/float64(l.Rate) - s.Sounds
			}
		})
		at := time.UnixMicro(int64(1000 * (l.Origin + s.From)))
		i.Busy = l.others.Share(at.Add(-500*time.Millisecond), at.Add(time.Second))
		return i
	}
	return Interruption{Level: -100}
}

// each visits the windows of the sound. clock has the time of each chunk.
func (l *Log) each(clock []float64, f func(at, level float64)) {
	for i, at := range clock {
		for k := 0; k < chunkSize; k += windowSize {
			from := i*chunkSize + k
			if from+windowSize > len(l.sound) {
				return
			}
			var sum float64
			for _, v := range l.sound[from : from+windowSize] {
				sum += float64(v) * float64(v)
			}
			f(at+1000*float64(k)/float64(l.Rate), 10*math.Log10(sum/windowSize/(32768*32768)+1e-10))
		}
	}
}

// interrupting says whether the caller was speaking, or had been within a quarter of a second.
func (l *Log) interrupting(at float64) bool {
	for _, s := range l.Steps {
		if s.Do == "say" && at >= s.From && at < s.To+250 {
			return true
		}
	}
	return false
}
