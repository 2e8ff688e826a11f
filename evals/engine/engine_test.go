package engine

import (
	"context"
	"testing"
	"time"

	"github.com/aubade/aubade/voice"
)

func TestEveryPacketComesBack(t *testing.T) {
	r, err := Run(t.Context(), Options{Sessions: 20, For: time.Second, Warm: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if r.Sent != 400 || r.Returned != r.Sent {
		t.Errorf("sent %d, returned %d", r.Sent, r.Returned)
	}
	if r.Min <= 0 || r.Avg < r.Min || r.P95 < r.Avg/2 || r.P99 < r.P95 || r.Max < r.P99 || r.CPUPerPacket <= 0 || r.PerSession <= 0 {
		t.Errorf("implausible: %+v", r)
	}
}

// BenchmarkPacket is what 50 ms of sound cost on their way through one session.
func BenchmarkPacket(b *testing.B) {
	e := newEcho(b.N)
	s, err := voice.New(voice.Config{
		In: e, Out: e, Detector: e, Recognizer: e, Synthesizer: e, Responder: e,
		Options: voice.Options{Nudge: time.Hour, Patience: 2 * time.Hour, FirstAudio: time.Minute},
	})
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Run(context.Background()) }()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		e.in <- packet{due: time.Since(began)}
	}
	b.StopTimer()
	close(e.in)
	if err := <-done; err != nil {
		b.Fatal(err)
	}
}
