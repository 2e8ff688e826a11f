package voice

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/turn"
)

// heard is a frame on its way to the recognizer, with what the detector noticed in it.
type heard struct {
	frame audio.Frame
	// onset: speech began a little before; offset: it has ended, at voiced.
	onset, offset bool
	voiced        audio.Position
}

// A mark tells converse about the microphone.
type mark struct {
	kind markKind
	at   audio.Position // tick: now; onset: where speech began; offset: the last voiced sound
	now  audio.Position // where the stream was when this was noticed
	wall time.Time      // of at
	err  error          // trouble

	// Of the speech heard since the onset, for offsets: frames, and their mean level in dBFS.
	voiced int
	level  float64
	// frames are those of speech since the mark before.
	frames []loudness
}

// loudness is what is known of the sound of one frame.
type loudness struct {
	probability float32 // of speech
	level       float64 // dBFS
}

type markKind int

const (
	markTick    markKind = iota // the clock has reached the alarm
	markFirst                   // the first frame: somebody is there
	markOnset                   // the user's voice is heard
	markOffset                  // and is not any more
	markTrouble                 // err
)

// hear reads the microphone until the user leaves, and marks where speech begins and ends. It closes marks.
func (s *Session) hear(ctx context.Context) error {
	defer close(s.marks)
	defer close(s.sound)
	var (
		clock  audio.Clock
		gate   = turn.NewGate(turn.GateOptions{})
		broken bool  // the detector
		stuck  bool  // the recognizer has been, once
		owed   heard // what was noticed in frames that were dropped
		speech loudnesses
	)
	tell := func(m mark) bool {
		m.voiced, m.level = speech.n, speech.mean()
		m.frames, speech.recent = speech.recent, nil
		select {
		case s.marks <- m:
			return true
		case <-ctx.Done():
			return false
		}
	}
	for f, err := range s.cfg.In.Frames(ctx) {
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("hear: %w", err)
		}
		now := f.End()
		if clock.Wall(0).IsZero() && !tell(mark{kind: markFirst, at: f.At, now: now, wall: time.Now()}) {
			return nil
		}
		clock.Observe(now, time.Now())
		s.position.Store(int64(now))
		if s.muted.Load() {
			clear(f.PCM)
		}
		p, at, err := s.cfg.Detector.Speech(f)
		if err != nil {
			// A detector may be on its way back from a crash. Until then loudness has to do.
			if !broken && !tell(mark{kind: markTrouble, now: now, err: fmt.Errorf("hear: detect speech: %w", err)}) {
				return nil
			}
			p, at = float32(min(1, max(0, (level(f.PCM)+50)/15))), now // certain from -35 dBFS
		}
		broken = err != nil

		h := heard{frame: f, onset: owed.onset, offset: owed.offset, voiced: owed.voiced}
		if m, ok := gate.Hear(p, at); ok {
			kind := markOffset
			if m.Speaking {
				kind = markOnset
			}
			h.onset, h.offset, h.voiced = m.Speaking, !m.Speaking, m.At
			if m.Speaking {
				speech = loudnesses{}
			}
			if !tell(mark{kind: kind, at: m.At, now: now, wall: clock.Wall(m.At)}) {
				return nil
			}
		}
		if gate.Speaking() {
			speech.add(p, level(f.PCM))
		}
		if s.hand(h) {
			owed = heard{}
		} else if owed = h; !stuck {
			// Sound that waits for a stuck recognizer would be stale; its watchdog is on the other side.
			stuck = true
			if !tell(mark{kind: markTrouble, now: now, err: errors.New("hear: the recognizer does not take sound: frames are dropped")}) {
				return nil
			}
		}
		if alarm := s.alarm.Load(); alarm != 0 && now >= audio.Position(alarm) && s.alarm.CompareAndSwap(alarm, 0) {
			if !tell(mark{kind: markTick, at: now, now: now, wall: clock.Wall(now)}) {
				return nil
			}
		}
	}
	return nil
}

// hand gives a frame to recognize, which after a burst may need a moment to catch up.
func (s *Session) hand(h heard) bool {
	select {
	case s.sound <- h:
		return true
	default:
	}
	moment := time.NewTimer(audio.FrameDuration / 4)
	defer moment.Stop()
	select {
	case s.sound <- h:
		return true
	case <-moment.C:
		return false
	}
}

// loudnesses sums up a stretch of speech.
type loudnesses struct {
	n      int
	level  float64
	recent []loudness // since the last mark, a second at most
}

func (l *loudnesses) add(p float32, level float64) {
	l.n++
	l.level += level
	if len(l.recent) == int(time.Second/audio.FrameDuration) {
		l.recent = append(l.recent[:0], l.recent[len(l.recent)/2:]...)
	}
	l.recent = append(l.recent, loudness{p, level})
}

func (l *loudnesses) mean() float64 { return l.level / float64(max(1, l.n)) }

// level is the loudness of a frame in dBFS, root mean square; -100 for silence.
func level(pcm []int16) float64 {
	var sum float64
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	if sum == 0 {
		return -100
	}
	return max(-100, 10*math.Log10(sum/float64(len(pcm))/(32768*32768)))
}
