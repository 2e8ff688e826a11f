package pocketsphinx

import (
	"context"
	"errors"
	"testing"

	"github.com/aubade/aubade/voice"
)

// Whoever flushes may be the one who reads, and the decoders may die at any moment: a flush of silence neither waits nor panics.
func TestAFlushOfSilenceWaitsForNobody(t *testing.T) {
	s := &stream{results: make(chan voice.Transcript, 8), gate: newGate()}
	s.ctx, s.cancel = context.WithCancel(t.Context())
	defer s.cancel()
	for i := range cap(s.results) {
		if err := s.Flush(); err != nil {
			t.Fatalf("flush %d: %v", i+1, err)
		}
	}
	if err := s.Flush(); !errors.Is(err, errUnread) {
		t.Errorf("with nobody who reads: %v", err)
	}
	for range cap(s.results) {
		if f := <-s.results; !f.Final || f.Text != "" {
			t.Errorf("the final of silence is %+v", f)
		}
	}
	s.end()
	if err := s.Flush(); !errors.Is(err, errClosed) {
		t.Errorf("after the decoders have ended: %v", err)
	}
}
