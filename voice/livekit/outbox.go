package livekit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	lkproto "github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"google.golang.org/protobuf/proto"

	"github.com/aubade/aubade/voice"
)

// What front-ends that know LiveKit's agents look for, and our own page beside them.
const (
	attrState          = "lk.agent.state"
	attrSegment        = "lk.segment_id"
	attrTrack          = "lk.transcribed_track_id"
	attrFinal          = "lk.transcription_final"
	topicTranscription = "lk.transcription"
	TopicEvents        = "aubade.events"

	// packetLimit is what a reliable packet may hold; a text that is longer is cut into chunks, an event is shortened.
	packetLimit = 14_000
)

// A screen takes what is shown: the SDK's participant, or a test's list.
type screen interface {
	state(s string)
	send(p *lkproto.DataPacket) error
}

type wire struct{ p *lksdk.LocalParticipant }

func (w wire) state(s string) { w.p.SetAttributes(map[string]string{attrState: s}) }

func (w wire) send(p *lkproto.DataPacket) error {
	return w.p.PublishDataPacket(dataPacket{p}, lksdk.WithDataPublishReliable(true))
}

type dataPacket struct{ p *lkproto.DataPacket }

func (d dataPacket) ToProto() *lkproto.DataPacket { return d.p }

// An outbox shows events on screens, in order, without making the session wait: 256 events may wait to be sent; beyond
// that they are dropped, and the session is told.
type outbox struct {
	to          screen
	track, self string // of the agent; known before run
	events      chan voice.Event
	flushes     chan chan struct{}
	asks        chan string // identities that want the story so far; 4 may wait, more are dropped: they will ask again

	// Owned by run.
	user    func() string
	userSeg segment
	ours    segment
	streams int
	story   []told
}

// told is an event that was sent.
type told struct {
	kind voice.EventKind
	turn int
	data []byte
}

// storyLimit is how many events are kept for a page that comes late or comes back.
const storyLimit = 300

// A segment is one stretch of transcript that front-ends replace as it grows.
type segment struct {
	n    int
	open bool
	text string
	turn int
}

var errOutboxFull = errors.New("show an event: the network is 256 events behind")

func newOutbox(to screen, user func() string) *outbox {
	return &outbox{
		to: to, user: user,
		events:  make(chan voice.Event, 256),
		flushes: make(chan chan struct{}),
		asks:    make(chan string, 4),
	}
}

func (b *outbox) put(e voice.Event) error {
	select {
	case b.events <- e:
		return nil
	default:
		return errOutboxFull
	}
}

// flush waits until what was put has been sent, or for at most d.
func (b *outbox) flush(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	done := make(chan struct{})
	select {
	case b.flushes <- done:
	case <-t.C:
		return
	}
	select {
	case <-done:
	case <-t.C:
	}
}

func (b *outbox) run(ctx context.Context) error {
	for {
		select {
		case e := <-b.events:
			b.show(e)
		case who := <-b.asks:
			b.retell(who)
		case done := <-b.flushes:
			for len(b.events) > 0 {
				b.show(<-b.events)
			}
			close(done)
		case <-ctx.Done():
			return nil
		}
	}
}

// show sends one event in each of the forms that somebody reads. What cannot be sent is lost: the next event says more.
func (b *outbox) show(e voice.Event) {
	switch e.Kind {
	case voice.StateChange:
		b.to.state(e.Text)
	case voice.Partial, voice.Final, voice.Rejected:
		if e.Text != "" {
			b.userSeg.open = true
			b.transcribe(b.user(), "", fmt.Sprintf("user-%d", b.userSeg.n), e.Text, e.Kind != voice.Partial)
		}
		if e.Kind != voice.Partial && b.userSeg.open {
			b.userSeg = segment{n: b.userSeg.n + 1}
		}
	case voice.Caption:
		if b.ours.turn != e.Turn {
			b.close()
			b.ours.turn = e.Turn
		}
		b.ours.open = true
		b.ours.text = strings.Join(strings.Fields(b.ours.text+" "+e.Text), " ")
		b.transcribe(b.self, b.track, fmt.Sprintf("agent-%d", b.ours.n), b.ours.text, false)
	case voice.ReplyEnd:
		b.close()
	}
	b.event(e)
}

// close ends the agent's segment.
func (b *outbox) close() {
	if b.ours.open {
		b.transcribe(b.self, b.track, fmt.Sprintf("agent-%d", b.ours.n), b.ours.text, true)
	}
	b.ours = segment{n: b.ours.n + 1}
}

// transcribe sends all that a segment holds so far as a text stream of its own, which replaces what the segment held
// before, and as the older packet that some hooks still read.
func (b *outbox) transcribe(speaker, track, id, text string, final bool) {
	attrs := map[string]string{attrSegment: id, attrFinal: fmt.Sprint(final)}
	if track != "" {
		attrs[attrTrack] = track
	}
	b.text(topicTranscription, speaker, text, attrs)
	_ = b.to.send(&lkproto.DataPacket{Value: &lkproto.DataPacket_Transcription{Transcription: &lkproto.Transcription{
		TranscribedParticipantIdentity: speaker, TrackId: track,
		Segments: []*lkproto.TranscriptionSegment{{Id: id, Text: text, Final: final, Language: "en"}},
	}}})
}

// text sends a whole text stream on behalf of a participant; only a participant of kind agent may speak for others.
func (b *outbox) text(topic, speaker, text string, attrs map[string]string) {
	b.streams++
	id := fmt.Sprintf("%s-%d", b.self, b.streams)
	size := uint64(len(text))
	_ = b.to.send(&lkproto.DataPacket{ParticipantIdentity: speaker, Value: &lkproto.DataPacket_StreamHeader{
		StreamHeader: &lkproto.DataStream_Header{
			StreamId: id, Topic: topic, MimeType: "text/plain", Timestamp: time.Now().UnixMilli(), TotalLength: &size, Attributes: attrs,
			ContentHeader: &lkproto.DataStream_Header_TextHeader{TextHeader: &lkproto.DataStream_TextHeader{OperationType: lkproto.DataStream_CREATE}},
		},
	}})
	for i, rest := uint64(0), text; rest != ""; i++ {
		n := min(len(rest), packetLimit)
		for n < len(rest) && n > 0 && rest[n]&0xc0 == 0x80 {
			n-- // not within a character
		}
		_ = b.to.send(&lkproto.DataPacket{ParticipantIdentity: speaker, Value: &lkproto.DataPacket_StreamChunk{
			StreamChunk: &lkproto.DataStream_Chunk{StreamId: id, ChunkIndex: i, Content: []byte(rest[:n])},
		}})
		rest = rest[n:]
	}
	_ = b.to.send(&lkproto.DataPacket{ParticipantIdentity: speaker, Value: &lkproto.DataPacket_StreamTrailer{
		StreamTrailer: &lkproto.DataStream_Trailer{StreamId: id},
	}})
}

// event sends the event itself, for our own page.
func (b *outbox) event(e voice.Event) {
	data, err := encode(e)
	if err != nil {
		return
	}
	b.keep(told{e.Kind, e.Turn, data})
	b.send(data)
}

func (b *outbox) send(data []byte, to ...string) {
	_ = b.to.send(&lkproto.DataPacket{DestinationIdentities: to, Value: &lkproto.DataPacket_User{
		User: &lkproto.UserPacket{Payload: data, Topic: proto.String(TopicEvents)},
	}})
}

// keep remembers an event. What later ones say again is forgotten: partials, and the captions of a reply that has ended.
func (b *outbox) keep(t told) {
	if t.kind == voice.Partial || t.kind == voice.SpeechStart || t.kind == voice.SpeechEnd {
		return
	}
	if t.kind == voice.ReplyEnd {
		b.story = slices.DeleteFunc(b.story, func(o told) bool { return o.kind == voice.Caption && o.turn == t.turn })
	}
	if b.story = append(b.story, t); len(b.story) > storyLimit {
		b.story = slices.Delete(b.story, 0, len(b.story)-storyLimit)
	}
}

// ask has the story so far told to one participant.
func (b *outbox) ask(who string) {
	select {
	case b.asks <- who:
	default:
	}
}

// retell begins with an event of kind "sync": what the page knew before is to be forgotten.
func (b *outbox) retell(who string) {
	b.send([]byte(`{"kind":"sync"}`), who)
	for _, t := range b.story {
		b.send(t.data, who)
	}
}

// encode is the event as our page reads it: never with sound, and without what a packet has no room for.
func encode(e voice.Event) ([]byte, error) {
	if e.Say != nil {
		say := *e.Say
		say.Audio = nil
		e.Say = &say
	}
	data, err := json.Marshal(e)
	if err == nil && len(data) > packetLimit && e.Say != nil {
		for i := range e.Say.Citations {
			if i == 0 {
				e.Say.Citations = append([]voice.Citation(nil), e.Say.Citations...)
			}
			e.Say.Citations[i].Quote = ""
		}
		data, err = json.Marshal(e)
	}
	if err == nil && len(data) > packetLimit {
		return nil, fmt.Errorf("an event of %d bytes does not fit a packet", len(data))
	}
	return data, err
}
