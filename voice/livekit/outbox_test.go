package livekit

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	lkproto "github.com/livekit/protocol/livekit"

	"github.com/aubade/aubade/voice"
)

// A wall is a screen that can be read back, one line for each thing that was sent.
type wall struct{ lines, events []string }

func (w *wall) state(s string) { w.lines = append(w.lines, "state "+s) }

func (w *wall) send(p *lkproto.DataPacket) error {
	switch v := p.Value.(type) {
	case *lkproto.DataPacket_StreamHeader:
		h := v.StreamHeader
		w.lines = append(w.lines, fmt.Sprintf("%s by %s, %s, final=%s track=%s", h.Topic, p.ParticipantIdentity, h.Attributes[attrSegment], h.Attributes[attrFinal], h.Attributes[attrTrack]))
	case *lkproto.DataPacket_StreamChunk:
		w.lines = append(w.lines, fmt.Sprintf("chunk %d %q", v.StreamChunk.ChunkIndex, v.StreamChunk.Content))
	case *lkproto.DataPacket_StreamTrailer:
		w.lines = append(w.lines, "end")
	case *lkproto.DataPacket_Transcription:
		t := v.Transcription
		w.lines = append(w.lines, fmt.Sprintf("packet by %s, %s %q final=%v", t.TranscribedParticipantIdentity, t.Segments[0].Id, t.Segments[0].Text, t.Segments[0].Final))
	case *lkproto.DataPacket_User:
		w.lines = append(w.lines, "event on "+v.User.GetTopic())
		var e struct{ Kind string }
		if err := json.Unmarshal(v.User.Payload, &e); err != nil {
			return err
		}
		w.events = append(w.events, e.Kind)
	}
	return nil
}

func testOutbox(w *wall) *outbox {
	b := newOutbox(w, func() string { return "user" })
	b.track, b.self = "TR", "agent"
	return b
}

func TestAPageThatComesLateIsToldTheStory(t *testing.T) {
	w := &wall{}
	b := testOutbox(w)
	for _, e := range []voice.Event{
		{Kind: voice.SessionReady}, {Kind: voice.Partial, Text: "what"}, {Kind: voice.Final, Text: "what now"},
		{Kind: voice.Caption, Turn: 1, Text: "It"}, {Kind: voice.ReplyEnd, Turn: 1, Heard: "It rose."}, {Kind: voice.Caption, Turn: 2, Text: "And"},
	} {
		b.show(e)
	}
	w.lines, w.events = nil, nil
	b.retell("user")
	want := "sync session.ready final reply.end caption"
	if got := strings.Join(w.events, " "); got != want {
		t.Errorf("told %q, want %q", got, want)
	}
	for range 2 * storyLimit {
		b.show(voice.Event{Kind: voice.StateChange, Text: "thinking"})
	}
	if len(b.story) != storyLimit {
		t.Errorf("%d events are kept, want %d", len(b.story), storyLimit)
	}
}

func TestOutboxSpeaksAsFrontEndsExpect(t *testing.T) {
	tests := []struct {
		name   string
		events []voice.Event
		want   string
	}{
		{
			name:   "the agent's state is an attribute",
			events: []voice.Event{{Kind: voice.StateChange, Text: "thinking"}},
			want:   "state thinking\nevent on aubade.events",
		},
		{
			name: "what the user says grows in one segment, and the next utterance has another",
			events: []voice.Event{
				{Kind: voice.Partial, Text: "what"}, {Kind: voice.Final, Text: "what now"}, {Kind: voice.Partial, Text: "and"},
			},
			want: `lk.transcription by user, user-0, final=false track=
chunk 0 "what"
end
packet by user, user-0 "what" final=false
event on aubade.events
lk.transcription by user, user-0, final=true track=
chunk 0 "what now"
end
packet by user, user-0 "what now" final=true
event on aubade.events
lk.transcription by user, user-1, final=false track=
chunk 0 "and"
end
packet by user, user-1 "and" final=false
event on aubade.events`,
		},
		{
			name: "what the agent says grows as it is heard, and ends with the reply",
			events: []voice.Event{
				{Kind: voice.Caption, Turn: 1, Text: "It"}, {Kind: voice.Caption, Turn: 1, Text: "rose."}, {Kind: voice.ReplyEnd, Turn: 1},
			},
			want: `lk.transcription by agent, agent-1, final=false track=TR
chunk 0 "It"
end
packet by agent, agent-1 "It" final=false
event on aubade.events
lk.transcription by agent, agent-1, final=false track=TR
chunk 0 "It rose."
end
packet by agent, agent-1 "It rose." final=false
event on aubade.events
lk.transcription by agent, agent-1, final=true track=TR
chunk 0 "It rose."
end
packet by agent, agent-1 "It rose." final=true
event on aubade.events`,
		},
		{
			name:   "an empty final closes nothing that was not open",
			events: []voice.Event{{Kind: voice.Final}},
			want:   "event on aubade.events",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := &wall{}
			b := testOutbox(w)
			for _, e := range tt.events {
				b.show(e)
			}
			if got := strings.Join(w.lines, "\n"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestALongTextIsCutBetweenCharacters(t *testing.T) {
	w := &wall{}
	b := testOutbox(w)
	text := strings.Repeat("é", packetLimit) // two bytes each
	b.text(TopicChat, "agent", text, nil)
	var got strings.Builder
	chunks := 0
	for _, l := range w.lines {
		var i int
		var s string
		if n, _ := fmt.Sscanf(l, "chunk %d %q", &i, &s); n == 2 {
			if i != chunks || len(s) > packetLimit || strings.ContainsRune(s, '\uFFFD') {
				t.Errorf("chunk %d has %d bytes", i, len(s))
			}
			got.WriteString(s)
			chunks++
		}
	}
	if got.String() != text || chunks < 2 {
		t.Errorf("%d chunks, %d bytes of %d", chunks, got.Len(), len(text))
	}
}

func TestAnEventThatIsTooLongLosesItsQuotesFirst(t *testing.T) {
	say := &voice.Say{Text: "It rose."}
	for i := range 10 {
		say.Citations = append(say.Citations, voice.Citation{ID: fmt.Sprint(i), Quote: strings.Repeat("x", 2000)})
	}
	data, err := encode(voice.Event{Kind: voice.Saying, Say: say})
	if err != nil || len(data) > packetLimit || !strings.Contains(string(data), "It rose.") {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	if say.Citations[3].Quote == "" {
		t.Error("the session's own sentence was changed")
	}
	say.Text = strings.Repeat("y", packetLimit)
	if _, err := encode(voice.Event{Kind: voice.Saying, Say: say}); err == nil {
		t.Error("an event that fits no packet was taken")
	}
}

func TestAFullOutboxRefusesAndDoesNotWait(t *testing.T) {
	b := testOutbox(&wall{})
	began := time.Now()
	var errs []error
	for range cap(b.events) + 3 {
		errs = append(errs, b.put(voice.Event{Kind: voice.Partial}))
	}
	if n := len(slices.DeleteFunc(errs, func(err error) bool { return err == nil })); n != 3 || time.Since(began) > time.Second {
		t.Errorf("%d were refused, want 3", n)
	}
}
