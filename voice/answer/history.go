package answer

import (
	"github.com/aubade/aubade/internal/llm"
)

// An exchange is one turn of the conversation as it happened: what the user said, and what the user heard.
type exchange struct {
	turn  int
	asked string
	heard string
}

// history is the last turns, oldest first. It holds what was heard, never what was generated.
type history struct {
	turns  int // at most
	tokens int // at most, estimated
	list   []exchange
}

// asked opens an exchange; a second call for the same turn replaces its words (both parts of a false cut are one turn).
func (h *history) asked(turn int, text string) {
	if n := len(h.list); n > 0 && h.list[n-1].turn == turn {
		h.list[n-1].asked = text
		return
	}
	h.list = append(h.list, exchange{turn: turn, asked: text})
	if len(h.list) > h.turns {
		h.list = append(h.list[:0], h.list[len(h.list)-h.turns:]...)
	}
}

// heard adds what of a reply reached the user.
func (h *history) heard(turn int, text string) {
	if text == "" {
		return
	}
	for i := len(h.list) - 1; i >= 0; i-- {
		if h.list[i].turn == turn {
			h.list[i].heard = join(h.list[i].heard, text)
			return
		}
	}
	h.list = append(h.list, exchange{turn: turn, heard: text})
}

// last is the latest thing that the user heard.
func (h *history) last() string {
	for i := len(h.list) - 1; i >= 0; i-- {
		if h.list[i].heard != "" {
			return h.list[i].heard
		}
	}
	return ""
}

// lastAsked is the latest question.
func (h *history) lastAsked() string {
	for i := len(h.list) - 1; i >= 0; i-- {
		if h.list[i].asked != "" {
			return h.list[i].asked
		}
	}
	return ""
}

// messages is the history for a model: the latest exchanges that fit into the token budget, without the turn now asked.
func (h *history) messages(now int) []llm.Message {
	var picked []exchange
	left := h.tokens
	for i := len(h.list) - 1; i >= 0; i-- {
		e := h.list[i]
		if e.turn == now {
			continue
		}
		if left -= estimateTokens(e.asked) + estimateTokens(e.heard); left < 0 {
			break
		}
		picked = append(picked, e)
	}
	var msgs []llm.Message
	for i := len(picked) - 1; i >= 0; i-- {
		if picked[i].asked != "" {
			msgs = append(msgs, llm.Message{From: llm.User, Text: picked[i].asked})
		}
		if picked[i].heard != "" {
			msgs = append(msgs, llm.Message{From: llm.Assistant, Text: picked[i].heard})
		}
	}
	return msgs
}

// estimateTokens is a rough count: English runs at about four bytes a token.
func estimateTokens(s string) int { return (len(s) + 3) / 4 }

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}
