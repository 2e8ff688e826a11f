package voice

import (
	"context"
	"iter"
	"math"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// An earcon is a short sound in place of words. It goes before what is said, has no writing, and is not part of a turn.
type earcon string

const (
	earconTaken  earcon = "taken"  // the user's turn has been taken, and is being thought about
	earconYours  earcon = "yours"  // the agent has finished: it is the user's turn
	earconAnswer earcon = "answer" // what was deferred is ready, and follows
)

// notes are the pitches of an earcon in Hz: falling for what is closed, rising for what is opened.
var notes = map[earcon][]float64{
	earconTaken: {660}, earconYours: {440, 587}, earconAnswer: {587, 740, 880},
}

// sign plays an earcon, where they are wanted and nothing else is in front of what is said.
func (c *conversation) sign(e earcon) {
	if !c.s.o.Earcons || c.aside != nil || c.over || c.user.speaking {
		return
	}
	r := c.newReply(Turn{ID: c.asked.id, Kind: Asked})
	r.aside, r.earcon = true, e
	r.after = nothing
	r.says = func(context.Context) iter.Seq2[Say, error] {
		return func(yield func(Say, error) bool) { yield(Say{Audio: e.frames()}, nil) }
	}
	r.now.committed, r.now.idle = true, true
	close(r.committed)
	c.aside = r
	c.launch(r)
}

// note is how long each lasts.
const note = 60 * time.Millisecond

// frames is the sound: sines at -26 dBFS that fade in and out, so that nothing clicks.
func (e earcon) frames() []audio.Frame {
	n := int(audio.At(note))
	var pcm []int16
	for _, hz := range notes[e] {
		for i := range n {
			edge := math.Sin(math.Pi * float64(i) / float64(n))
			pcm = append(pcm, int16(1640*edge*edge*math.Sin(2*math.Pi*hz*float64(i)/audio.Rate)))
		}
	}
	var frames []audio.Frame
	for at := 0; at < len(pcm); at += audio.FrameSamples {
		frames = append(frames, audio.Frame{PCM: pcm[at:min(at+audio.FrameSamples, len(pcm))], Rate: audio.Rate, At: audio.Position(at)})
	}
	return frames
}
