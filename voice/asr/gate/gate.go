// Package gate tells cheaply whether anything was said at all, so that no server is asked what silence means.
package gate

import (
	"math"

	"github.com/aubade/aubade/voice/audio"
)

const (
	above      = 2.5 // times the room's quiet
	leastFloor = 40  // RMS of 32768: below it is digital silence
	enough     = 3   // loud frames in a row
)

// A Gate listens to one stream. The zero Gate is ready.
type Gate struct {
	floor float64
	loud  int
	heard bool
}

// Hear takes a frame and says whether something was said since the last Reset.
func (g *Gate) Hear(f audio.Frame) bool {
	if g.floor == 0 {
		g.floor = 200
	}
	var sum float64
	for _, s := range f.PCM {
		sum += float64(s) * float64(s)
	}
	level := math.Sqrt(sum / float64(max(1, len(f.PCM))))
	if level > above*max(g.floor, leastFloor) {
		if g.loud++; g.loud >= enough {
			g.heard = true
		}
		return g.heard
	}
	g.loud = 0
	// The floor follows quickly down and slowly up: a voice is no quiet.
	if level < g.floor {
		g.floor += 0.2 * (level - g.floor)
	} else {
		g.floor += 0.01 * (level - g.floor)
	}
	return g.heard
}

// Reset forgets what was said, not how quiet the room is.
func (g *Gate) Reset() { g.heard, g.loud = false, 0 }
