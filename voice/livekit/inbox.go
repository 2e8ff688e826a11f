package livekit

import (
	"encoding/json"
	"strings"

	lkproto "github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/aubade/aubade/voice"
)

const (
	// TopicChat carries what is typed, in every front-end that knows LiveKit's agents.
	TopicChat = "lk.chat"
	// TopicControl carries taps on our own page, as {"do": "interrupt"}.
	TopicControl = "aubade.control"
)

// longestLine is the longest text that is taken for a question, in bytes.
const longestLine = 2000

// controlNames are the words of our page's taps.
var controlNames = map[string]voice.Control{
	"interrupt": voice.Interrupt,
	"hangup":    voice.Hangup,
	"goodbye":   voice.Goodbye,
	"mute":      voice.Mute,
	"unmute":    voice.Unmute,
	"present":   voice.Present,
}

// chat reads one typed line.
func (r *Room) chat(t *lksdk.TextStreamReader, from string) {
	text := t.ReadAll()
	r.line(text, from)
}

// packet reads a tap on our page, and lines typed in front-ends older than text streams.
func (r *Room) packet(d lksdk.DataPacket, p lksdk.DataReceiveParams) {
	switch d := d.(type) {
	case *lkproto.ChatMessage:
		r.line(d.GetMessage(), p.SenderIdentity)
	case *lksdk.UserDataPacket:
		if d.Topic != TopicControl || p.SenderIdentity != r.User() {
			return
		}
		var m struct{ Do string }
		if json.Unmarshal(d.Payload, &m) != nil {
			return
		}
		if m.Do == "sync" {
			r.box.ask(p.SenderIdentity)
			return
		}
		if c, ok := controlNames[m.Do]; ok {
			select {
			case r.controls <- c:
			default:
			}
		}
	}
}

func (r *Room) line(text, from string) {
	text = strings.TrimSpace(text)
	if text == "" || from != r.User() {
		return
	}
	if len(text) > longestLine {
		text = strings.ToValidUTF8(text[:longestLine], "")
	}
	select {
	case r.typed <- text:
	default:
	}
}
