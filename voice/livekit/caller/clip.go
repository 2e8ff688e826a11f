package caller

import (
	"fmt"
	"math"
	"time"

	"github.com/aubade/aubade/internal/native/opus"
)

// packetTime is how much sound one packet of ours holds.
const packetTime = 20 * time.Millisecond

// A Clip is something to say, encoded in advance so that a hundred callers can say it at the price of one.
type Clip struct {
	PCM  []int16
	Rate int
	// From and To bound what is loud in it: within 40 dB of its peak.
	From, To time.Duration

	packets [][]byte
}

// Encode makes a clip. Rate is one that Opus takes: 8, 12, 16, 24 or 48 kHz.
func Encode(pcm []int16, rate int) (*Clip, error) {
	enc, err := opus.NewEncoder(rate, 1)
	if err != nil {
		return nil, fmt.Errorf("encode a clip: %w", err)
	}
	defer enc.Close()
	c := &Clip{PCM: pcm, Rate: rate}
	c.From, c.To = loudPart(pcm, rate)
	size := rate / 50
	buf := make([]byte, opus.MaxPacket)
	frame := make([]int16, size)
	for at := 0; at < len(pcm); at += size {
		clear(frame[copy(frame, pcm[at:min(at+size, len(pcm))]):])
		n, err := enc.Encode(frame, buf)
		if err != nil {
			return nil, fmt.Errorf("encode a clip: %w", err)
		}
		c.packets = append(c.packets, append([]byte(nil), buf[:n]...))
	}
	return c, nil
}

// Duration is how long it takes to say.
func (c *Clip) Duration() time.Duration {
	return time.Duration(len(c.PCM)) * time.Second / time.Duration(c.Rate)
}

// loudPart bounds the samples that are within 40 dB of the loudest.
func loudPart(pcm []int16, rate int) (from, to time.Duration) {
	peak := 0
	for _, v := range pcm {
		peak = max(peak, abs(v))
	}
	limit := max(1, peak/100)
	first, last := -1, -1
	for i, v := range pcm {
		if abs(v) >= limit {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return 0, 0
	}
	at := func(i int) time.Duration { return time.Duration(i) * time.Second / time.Duration(rate) }
	return at(first), at(last + 1)
}

func abs(v int16) int { return max(int(v), -int(v)) }

// Level is the loudness of samples in dB below full scale: 0 is the loudest, -100 is as good as silence.
func Level(pcm []int16) float64 {
	var sum float64
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	if sum == 0 {
		return -100
	}
	return max(-100, 10*math.Log10(sum/float64(len(pcm))/(32768*32768)))
}
