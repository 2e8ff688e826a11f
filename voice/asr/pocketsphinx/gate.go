package pocketsphinx

import (
	"math"

	"github.com/aubade/aubade/voice/audio"
)

// A gate keeps silence from the decoders: cheap and trusting, since what decides about turns is the real VAD. It opens on
// sound well above the quiet of the room, with what came just before, and closes by itself only after long quiet.
type gate struct {
	open  bool
	floor float64 // the room's quiet: RMS of a frame
	loud  int     // frames in a row above it
	quiet audio.Position
	ring  []int16 // the last [preRoll] of sound
	from  audio.Position
}

const (
	preRoll    = audio.Position(audio.Rate * 4 / 10)
	giveUp     = audio.Position(audio.Rate * 3)
	openAt     = 2.5 // times the floor
	leastFloor = 30  // of 32768: below it is digital silence
	opening    = 2   // frames
)

func newGate() gate { return gate{floor: 200} }

// hear takes a frame. When the gate opens it returns all that the decoder must hear, the frame included.
func (g *gate) hear(f audio.Frame) audio.Frame {
	if len(g.ring) == 0 {
		g.from = f.At
	}
	g.ring = append(g.ring, f.PCM...)
	if over := audio.Position(len(g.ring)) - preRoll; over > preRoll {
		g.ring = g.ring[:copy(g.ring, g.ring[over:])]
		g.from += over
	}
	level := rms(f.PCM)
	if level > openAt*max(g.floor, leastFloor) {
		g.loud++
		g.quiet = 0
	} else {
		g.loud = 0
		g.quiet += audio.Position(len(f.PCM))
	}
	if !g.open {
		// The floor follows quickly down and slowly up: a voice is no quiet.
		if level < g.floor {
			g.floor += 0.2 * (level - g.floor)
		} else {
			g.floor += 0.01 * (level - g.floor)
		}
		if g.loud >= opening {
			g.open, g.quiet = true, 0
			pre := audio.Position(len(g.ring)) - preRoll - audio.Position(len(f.PCM))
			pre = max(pre, 0)
			return audio.Frame{PCM: g.ring[pre:], Rate: audio.Rate, At: g.from + pre}
		}
		return audio.Frame{}
	}
	if g.quiet > giveUp {
		g.close()
	}
	return audio.Frame{}
}

func (g *gate) close() {
	g.open, g.loud, g.quiet = false, 0, 0
}

func rms(pcm []int16) float64 {
	if len(pcm) == 0 {
		return 0
	}
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum / float64(len(pcm)))
}
