// Package caller is a simulated user: it joins a room, says recorded things, and keeps what it hears.
//
// Its microphone is a metronome: a packet every 20 ms at an absolute deadline, silence included, as a browser without DTX
// sends it, so that a slow agent is not forgiven. What it hears is placed on the wall clock as it arrives, so that delays
// can be read off the two waveforms.
package caller

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	lkproto "github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"github.com/aubade/aubade/internal/native/opus"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/livekit"
)

// Loud is the level above which the agent's voice counts as heard, in dBFS.
const Loud = -50

// Options says how a caller behaves.
type Options struct {
	// Keep keeps the sound that was heard, for a recording; otherwise only when it was loud is known.
	Keep bool
	// DTX stops sending in silence, but for a packet every 400 ms, as browsers do when they are not told otherwise.
	DTX bool
	// OnEvent is called with each event of the session as it arrives, on a goroutine of the SDK's.
	OnEvent func(e voice.Event, at time.Time)
}

// A Caller is in a room.
type Caller struct {
	o     Options
	lk    *lksdk.Room
	track *lksdk.LocalTrack
	stop  context.CancelFunc
	tasks sync.WaitGroup

	agentHears chan struct{} // closed when somebody has subscribed to our microphone
	gone       chan struct{} // closed when the connection has ended

	mu      sync.Mutex
	changed chan struct{} // closed and replaced when something was heard
	saying  *saying
	queue   []*saying
	spoken  []Spoken
	heard   []Heard
	late    time.Duration
}

// saying is a clip on its way out.
type saying struct {
	clip *Clip
	next int
	out  Spoken
	done chan struct{}
}

// Spoken is a clip that was said. Times are those of the microphone: a packet that is sent now holds the last 20 ms.
type Spoken struct {
	Clip  *Clip
	Began time.Time // of the clip's first sample
	From  time.Time // of the first loud sample
	To    time.Time // just after the last one
}

// Heard is one packet of the agent's voice.
type Heard struct {
	At    time.Time // when its first sample sounds
	Level float64   // dBFS
	Onset time.Duration
	PCM   []int16 // at audio.Rate; only if it was to be kept
}

// End is when its last sample has sounded.
func (h Heard) End() time.Time { return h.At.Add(packetTime) }

// Dial joins a room and returns when somebody there listens.
func Dial(ctx context.Context, url, token string, o Options) (*Caller, error) {
	c := &Caller{
		o:          o,
		agentHears: make(chan struct{}), gone: make(chan struct{}),
		changed: make(chan struct{}),
	}
	if err := c.dial(ctx, url, token); err != nil {
		return nil, fmt.Errorf("call %s: %w", url, err)
	}
	return c, nil
}

func (c *Caller) dial(ctx context.Context, url, token string) error {
	if err := opus.Load(); err != nil {
		return err
	}
	var err error
	c.track, err = lksdk.NewLocalSampleTrack(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2})
	if err != nil {
		return err
	}
	bound := make(chan struct{})
	c.track.OnBind(sync.OnceFunc(func() { close(bound) }))
	c.lk = lksdk.NewRoom(&lksdk.RoomCallback{
		OnDisconnected:         sync.OnceFunc(func() { close(c.gone) }),
		OnLocalTrackSubscribed: func(*lksdk.LocalTrackPublication, *lksdk.LocalParticipant) { c.subscribed() },
		ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackSubscribed: func(t *webrtc.TrackRemote, _ *lksdk.RemoteTrackPublication, _ *lksdk.RemoteParticipant) {
				if t.Kind() == webrtc.RTPCodecTypeAudio {
					c.tasks.Go(func() { c.listen(t) })
				}
			},
			OnDataPacket: c.packet,
		},
	})
	if err := c.lk.JoinWithContextAndToken(ctx, url, token); err != nil {
		return err
	}
	if _, err := c.lk.LocalParticipant.PublishTrack(c.track, &lksdk.TrackPublicationOptions{
		Name: "microphone", Source: lkproto.TrackSource_MICROPHONE, DisableDTX: !c.o.DTX,
	}); err != nil {
		c.lk.Disconnect()
		return fmt.Errorf("publish the microphone: %w", err)
	}
	life, stop := context.WithCancel(context.Background())
	c.stop = stop
	for _, ready := range []chan struct{}{bound, c.agentHears} {
		select {
		case <-ready:
		case <-ctx.Done():
			c.Hangup()
			return fmt.Errorf("wait for somebody who listens: %w", context.Cause(ctx))
		}
		if ready == bound {
			c.tasks.Go(func() { c.pump(life) })
		}
	}
	return nil
}

func (c *Caller) subscribed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.agentHears:
	default:
		close(c.agentHears)
	}
}

// Gone is closed when the connection has ended.
func (c *Caller) Gone() <-chan struct{} { return c.gone }

// Hangup leaves the room.
func (c *Caller) Hangup() {
	c.stop()
	c.lk.Disconnect()
	c.tasks.Wait()
}

// Drop breaks the connection as a network does, so that the SDK reconnects.
func (c *Caller) Drop() { c.lk.Simulate(lksdk.SimulateSignalReconnect) }

// Say queues a clip and returns when its last packet was sent.
func (c *Caller) Say(ctx context.Context, clip *Clip) (Spoken, error) {
	s := &saying{clip: clip, done: make(chan struct{})}
	c.mu.Lock()
	c.queue = append(c.queue, s)
	c.mu.Unlock()
	select {
	case <-s.done:
		return s.out, nil
	case <-c.gone:
		return Spoken{}, fmt.Errorf("say: the call has ended")
	case <-ctx.Done():
		return Spoken{}, context.Cause(ctx)
	}
}

// Late is how far the metronome was ever behind: where that is much, it is the caller's machine that is slow.
func (c *Caller) Late() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.late
}

// Type sends a line of text, as chat boxes do.
func (c *Caller) Type(text string) {
	c.lk.LocalParticipant.SendText(text, lksdk.StreamTextOptions{Topic: livekit.TopicChat})
}

// Tap does what a tap on our page does: interrupt, hangup, goodbye, mute, unmute, present.
func (c *Caller) Tap(do string) error {
	data, err := json.Marshal(struct {
		Do string `json:"do"`
	}{do})
	if err != nil {
		return err
	}
	return c.lk.LocalParticipant.PublishDataPacket(&lksdk.UserDataPacket{Payload: data, Topic: livekit.TopicControl}, lksdk.WithDataPublishReliable(true))
}

// silence is one packet of it.
var silence = sync.OnceValues(func() (*Clip, error) { return Encode(make([]int16, 480), 24000) })

// pump is the microphone.
func (c *Caller) pump(ctx context.Context) {
	quiet, err := silence()
	if err != nil {
		return
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	deadline := time.Now()
	var lastSent time.Time
	hangover := 0
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		if late := time.Since(deadline); late > 0 {
			c.mu.Lock()
			c.late = max(c.late, late)
			c.mu.Unlock()
		}
		packet, level := c.nextPacket(deadline)
		if packet != nil {
			hangover = 10
		} else {
			packet, level = quiet.packets[0], 127
			hangover--
		}
		if !c.o.DTX || hangover > 0 || deadline.Sub(lastSent) >= 400*time.Millisecond {
			_ = c.track.WriteSample(media.Sample{Data: packet, Duration: packetTime, Timestamp: deadline},
				&lksdk.SampleWriteOptions{AudioLevel: &level})
			lastSent = deadline
		}
		deadline = deadline.Add(packetTime)
		timer.Reset(time.Until(deadline))
	}
}

// nextPacket is the next packet of what is being said; nil in silence.
func (c *Caller) nextPacket(deadline time.Time) ([]byte, uint8) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.saying == nil {
		if len(c.queue) == 0 {
			return nil, 127
		}
		c.saying, c.queue = c.queue[0], c.queue[1:]
		began := deadline.Add(-packetTime)
		s := c.saying
		s.out = Spoken{Clip: s.clip, Began: began, From: began.Add(s.clip.From), To: began.Add(s.clip.To)}
	}
	s := c.saying
	if s.next == len(s.clip.packets) { // an empty clip
		c.finish()
		return nil, 127
	}
	p := s.clip.packets[s.next]
	s.next++
	if s.next == len(s.clip.packets) {
		c.finish()
	}
	return p, 30
}

func (c *Caller) finish() {
	c.spoken = append(c.spoken, c.saying.out)
	close(c.saying.done)
	c.saying = nil
}

// listen decodes the agent's voice as it arrives. A packet sounds when it arrives, or when the one before it has ended.
func (c *Caller) listen(t *webrtc.TrackRemote) {
	dec, err := opus.NewDecoder(audio.Rate, 1)
	if err != nil {
		return
	}
	defer dec.Close()
	pcm := make([]int16, dec.MaxSamples())
	var end time.Time
	for {
		p, _, err := t.ReadRTP()
		if err != nil {
			return
		}
		now := time.Now()
		if len(p.Payload) == 0 {
			continue
		}
		n, err := dec.Decode(p.Payload, pcm)
		if err != nil {
			continue
		}
		if end.Before(now) {
			end = now
		}
		for at := 0; at < n; at += audio.FrameSamples {
			f := pcm[at:min(at+audio.FrameSamples, n)]
			h := Heard{At: end, Level: Level(f), Onset: onset(f)}
			if c.o.Keep {
				h.PCM = append([]int16(nil), f...)
			}
			end = end.Add(packetTime)
			if h.Level < Loud && !c.o.Keep {
				continue
			}
			c.mu.Lock()
			c.heard = append(c.heard, h)
			close(c.changed)
			c.changed = make(chan struct{})
			c.mu.Unlock()
		}
	}
}

// onset is the place of the first sample that is loud.
func onset(pcm []int16) time.Duration {
	for i, v := range pcm {
		if abs(v) > 104 { // -50 dBFS
			return time.Duration(i) * time.Second / audio.Rate
		}
	}
	return 0
}

func (c *Caller) packet(d lksdk.DataPacket, _ lksdk.DataReceiveParams) {
	u, ok := d.(*lksdk.UserDataPacket)
	if !ok || u.Topic != livekit.TopicEvents || c.o.OnEvent == nil {
		return
	}
	now := time.Now()
	var e voice.Event
	if json.Unmarshal(u.Payload, &e) == nil {
		c.o.OnEvent(e, now)
	}
}
