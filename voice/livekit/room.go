package livekit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	lkproto "github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"
	"golang.org/x/sync/errgroup"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// Grace is how long a user whose connection dropped may take to come back and find the conversation again. Whoever hangs
// up is gone at once.
const Grace = 30 * time.Second

// A Room is one call as the agent sees it: the user's microphone, the agent's voice, and the user's screen. It is a
// [voice.AudioIn], a [voice.AudioOut] and a [voice.Notifier]. The user is the first participant who is not a machine.
type Room struct {
	name string
	lk   *lksdk.Room
	mic  *microphone
	out  *speaker
	box  *outbox

	typed    chan string
	controls chan voice.Control

	here    chan struct{} // closed when a user has come
	hearing chan struct{} // closed when somebody has subscribed to our voice
	once    struct{ here, hearing, close sync.Once }

	stop  context.CancelFunc
	tasks errgroup.Group // speaker, outbox

	mu      sync.Mutex
	user    string      // identity
	waiting *time.Timer // runs while the user is away
}

var (
	_ voice.AudioIn  = (*Room)(nil)
	_ voice.AudioOut = (*Room)(nil)
	_ voice.Notifier = (*Room)(nil)
)

// Join enters a room with a token and publishes the agent's voice. ctx bounds the joining; Close leaves.
func Join(ctx context.Context, url, token string) (*Room, error) {
	r, err := join(ctx, url, token)
	if err != nil {
		return nil, fmt.Errorf("join the room at %s: %w", url, err)
	}
	return r, nil
}

func join(ctx context.Context, url, token string) (*Room, error) {
	mic, err := newMicrophone()
	if err != nil {
		return nil, err
	}
	track, err := lksdk.NewLocalSampleTrack(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: rtpRate, Channels: 2})
	if err != nil {
		return nil, err
	}
	bound := make(chan struct{})
	track.OnBind(sync.OnceFunc(func() { close(bound) }))
	out, err := newSpeaker(track)
	if err != nil {
		return nil, err
	}
	r := &Room{
		mic: mic, out: out,
		typed:    make(chan string, 16),
		controls: make(chan voice.Control, 16),
		here:     make(chan struct{}), hearing: make(chan struct{}),
	}
	r.lk = lksdk.NewRoom(r.callbacks())
	r.box = newOutbox(wire{r.lk.LocalParticipant}, r.User)
	if err := r.lk.RegisterTextStreamHandler(TopicChat, r.chat); err != nil {
		return nil, err
	}
	if err := r.lk.JoinWithContextAndToken(ctx, url, token, lksdk.WithExtraAttributes(map[string]string{attrState: "initializing"})); err != nil {
		return nil, err
	}
	pub, err := r.lk.LocalParticipant.PublishTrack(track, &lksdk.TrackPublicationOptions{
		Name: "voice", Source: lkproto.TrackSource_MICROPHONE, Stream: "agent",
	})
	if err == nil {
		// What is written before the track is bound is lost.
		select {
		case <-bound:
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	if err != nil {
		r.lk.Disconnect()
		return nil, fmt.Errorf("publish the voice: %w", err)
	}
	r.name = r.lk.Name()
	r.box.track, r.box.self = pub.SID(), r.lk.LocalParticipant.Identity()

	life, stop := context.WithCancel(context.Background())
	r.stop = stop
	r.tasks.Go(func() error { return out.run(life) })
	r.tasks.Go(func() error { return r.box.run(life) })
	for _, p := range r.lk.GetRemoteParticipants() {
		r.came(p)
	}
	return r, nil
}

// Name is the room's name.
func (r *Room) Name() string { return r.name }

// Ready returns when a user is here who hears the agent. A user who does not listen within 3 s is taken to read.
func (r *Room) Ready(ctx context.Context) error {
	select {
	case <-r.here:
	case <-r.mic.left:
		return errors.New("the room closed before anybody came")
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case <-r.hearing:
	case <-time.After(3 * time.Second):
	case <-r.mic.left:
		return errors.New("the user left before the call began")
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// User is the identity of whoever is being talked to; empty until somebody has come.
func (r *Room) User() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.user
}

// Frames is the user's microphone; see [voice.AudioIn].
func (r *Room) Frames(ctx context.Context) iter.Seq2[audio.Frame, error] { return r.mic.Frames(ctx) }

// Play, Drain, Gain and Cut are the agent's voice; see [voice.AudioOut].
func (r *Room) Play(ctx context.Context, f audio.Frame) error { return r.out.Play(ctx, f) }

// Drain returns when all that was queued has been heard.
func (r *Room) Drain(ctx context.Context) error { return r.out.Drain(ctx) }

// Gain ducks and swells what is playing.
func (r *Room) Gain(db float64) { r.out.Gain(db) }

// Cut drops what is queued and says how much was not heard.
func (r *Room) Cut() time.Duration { return r.out.Cut() }

// Notify shows an event on the user's screen. It never waits for the network.
func (r *Room) Notify(_ context.Context, e voice.Event) error { return r.box.put(e) }

// Typed carries what the user writes. When 16 lines wait, more are dropped.
func (r *Room) Typed() <-chan string { return r.typed }

// Controls carries what the user does on the screen. When 16 wait, more are dropped: they would be repetitions.
func (r *Room) Controls() <-chan voice.Control { return r.controls }

// Received counts what became of the user's packets so far.
func (r *Room) Received() ReceiveStats { return r.mic.stats() }

// linger is how long a room that is closed stays: its last events are sent, but not yet there, and the last word may still
// be in somebody's jitter buffer.
const linger = 250 * time.Millisecond

// Close shows what is still in the outbox, leaves the room and waits for the goroutines of the call.
func (r *Room) Close() error {
	var err error
	r.once.close.Do(func() {
		r.box.flush(500 * time.Millisecond)
		time.Sleep(linger)
		r.stop()
		r.lk.Disconnect()
		r.mic.leave()
		err = r.tasks.Wait()
		r.mu.Lock()
		if r.waiting != nil {
			r.waiting.Stop()
		}
		r.mu.Unlock()
	})
	return err
}

func (r *Room) callbacks() *lksdk.RoomCallback {
	return &lksdk.RoomCallback{
		OnParticipantConnected:    r.came,
		OnParticipantDisconnected: r.went,
		OnDisconnected:            r.mic.leave,
		OnLocalTrackSubscribed: func(*lksdk.LocalTrackPublication, *lksdk.LocalParticipant) {
			r.once.hearing.Do(func() { close(r.hearing) })
		},
		ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackSubscribed: func(t *webrtc.TrackRemote, pub *lksdk.RemoteTrackPublication, p *lksdk.RemoteParticipant) {
				r.came(p) // the announcement of p may be on its way still
				switch {
				case t.Kind() != webrtc.RTPCodecTypeAudio:
					_ = pub.SetSubscribed(false) // nobody here can see
				case p.Identity() == r.User():
					go r.mic.listen(t) // ends with the track, which ends with the connection
				}
			},
			OnDataPacket: r.packet,
		},
	}
}

// came makes p the user if there is none, or takes note that the user is back.
func (r *Room) came(p *lksdk.RemoteParticipant) {
	switch p.Kind() {
	case lksdk.ParticipantAgent, lksdk.ParticipantEgress, lksdk.ParticipantIngress:
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.user == "" {
		r.user = p.Identity()
	}
	if r.user == p.Identity() && r.waiting != nil {
		r.waiting.Stop()
		r.waiting = nil
	}
	r.once.here.Do(func() { close(r.here) })
}

// went ends the call if the user hung up, and waits for one who was cut off.
func (r *Room) went(p *lksdk.RemoteParticipant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.Identity() != r.user || r.waiting != nil {
		return
	}
	switch p.DisconnectReason() {
	case lkproto.DisconnectReason_CLIENT_INITIATED, lkproto.DisconnectReason_PARTICIPANT_REMOVED,
		lkproto.DisconnectReason_ROOM_DELETED, lkproto.DisconnectReason_ROOM_CLOSED:
		r.mic.leave()
	case lkproto.DisconnectReason_DUPLICATE_IDENTITY:
		// The same user on a new connection, which may have been announced already.
		if r.lk.GetParticipantByIdentity(r.user) == nil {
			r.waiting = time.AfterFunc(Grace, r.mic.leave)
		}
	default:
		r.waiting = time.AfterFunc(Grace, r.mic.leave)
	}
}
