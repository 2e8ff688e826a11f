package audio

import "time"

const (
	// Rate is the sample rate, in Hz, of everything that Aubade hears. What it says keeps the voice's own rate.
	Rate = 16000

	// FrameDuration is the length of a frame; the last one of an utterance may be shorter.
	FrameDuration = 20 * time.Millisecond

	// FrameSamples is the number of samples of a full frame at Rate.
	FrameSamples = Rate / 50
)

// Position is a place on the audio clock of what is heard: the number of samples at [Rate] since the stream began.
// Turn-taking counts positions and never reads a wall clock.
type Position int64

// Duration is the time from the stream's beginning to p.
func (p Position) Duration() time.Duration { return time.Duration(p) * time.Second / Rate }

// Sub is the time from q to p.
func (p Position) Sub(q Position) time.Duration { return (p - q).Duration() }

// Add is the position d after p.
func (p Position) Add(d time.Duration) Position { return p + At(d) }

// At is the position that lies d after the stream's beginning.
func At(d time.Duration) Position { return Position(d * Rate / time.Second) }

// A Frame is up to 20 ms of mono 16-bit PCM. Whoever receives a frame owns its samples.
type Frame struct {
	PCM  []int16
	Rate int // Hz

	// At is the place of the first sample in its stream, in samples at Rate.
	At Position

	// Filled says that no packet held this frame: it is silence or the decoder's concealment.
	Filled bool

	// Marks are the words that begin within this frame, in order. Only synthesised frames carry them.
	Marks []Mark
}

// Duration is the time that the frame lasts.
func (f Frame) Duration() time.Duration {
	if f.Rate == 0 {
		return 0
	}
	return time.Duration(len(f.PCM)) * time.Second / time.Duration(f.Rate)
}

// End is the position just after the frame's last sample.
func (f Frame) End() Position { return f.At + Position(len(f.PCM)) }

// A Mark says that a word of the spoken text begins Offset samples into the frame.
type Mark struct {
	Offset int
	// Start and End are byte offsets of the word in the text of the clause.
	Start, End int
}
