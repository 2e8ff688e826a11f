package livekit

import (
	"context"
	"iter"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/aubade/aubade/internal/native/opus"
	"github.com/aubade/aubade/voice/audio"
)

// stall is how late a timer may be before it says more about us than about the network.
const stall = 30 * time.Millisecond

// A microphone is what the user says, over as many tracks and connections as it takes. Its clock runs from the first
// frame to the end of the call: while there is no track it hears silence.
type microphone struct {
	dec *opus.Decoder

	mu   sync.Mutex
	recv *receiver

	news chan struct{} // holds one: something was pushed
	left chan struct{} // closed when the user has gone for good
	once sync.Once
}

func newMicrophone() (*microphone, error) {
	dec, err := opus.NewDecoder(audio.Rate, 1)
	if err != nil {
		return nil, err
	}
	return &microphone{
		dec:  dec,
		recv: newReceiver(dec, time.Now()),
		news: make(chan struct{}, 1),
		left: make(chan struct{}),
	}, nil
}

// listen pushes a track's packets until it ends.
func (m *microphone) listen(t *webrtc.TrackRemote) {
	for {
		p, _, err := t.ReadRTP()
		if err != nil {
			return
		}
		m.push(p, time.Now())
	}
}

func (m *microphone) push(p *rtp.Packet, now time.Time) {
	m.mu.Lock()
	m.recv.push(p, now)
	m.mu.Unlock()
	select {
	case m.news <- struct{}{}:
	default: // whoever was told has not looked yet
	}
}

// leave ends the sequence of frames.
func (m *microphone) leave() { m.once.Do(func() { close(m.left) }) }

// Frames yields what the user says from now on, 20 ms at a time, until the user leaves or ctx ends. It may be ranged over
// once at a time.
func (m *microphone) Frames(ctx context.Context) iter.Seq2[audio.Frame, error] {
	return func(yield func(audio.Frame, error) bool) {
		m.mu.Lock()
		if now := time.Now(); m.recv.at == 0 && !m.recv.begun {
			m.recv.due = now // nobody listened until now
		}
		m.mu.Unlock()
		timer := time.NewTimer(0)
		defer timer.Stop()
		for {
			m.mu.Lock()
			f, ok := m.recv.take(time.Now())
			wake := m.recv.wake()
			m.mu.Unlock()
			if ok {
				if !yield(f, nil) {
					return
				}
				select {
				case <-ctx.Done():
					return
				case <-m.left:
					return
				default:
					continue
				}
			}
			timer.Reset(time.Until(wake))
			select {
			case <-m.news:
			case <-timer.C:
				if late := time.Since(wake); late > stall {
					// It was this process that slept, and the packets of that time are on their way up.
					m.mu.Lock()
					m.recv.due = m.recv.due.Add(late)
					m.mu.Unlock()
				}
			case <-m.left:
				return
			case <-ctx.Done():
				return
			}
		}
	}
}

func (m *microphone) stats() ReceiveStats {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.recv.stats
}
