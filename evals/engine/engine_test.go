package engine

import (
	"bufio"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

func TestEveryPacketComesBack(t *testing.T) {
	client, server := net.Pipe()
	served := make(chan error, 1)
	go func() { served <- Serve(t.Context(), server) }()
	r, err := Drive(t.Context(), client, Options{Sessions: 20, For: time.Second, Warm: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_ = client.Close()
	if err := <-served; err != nil && !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
	if r.Sent != 400 || r.Returned != r.Sent || r.Lost != 0 || r.Wrong != 0 {
		t.Errorf("sent %d, returned %d, lost %d, wrong %d", r.Sent, r.Returned, r.Lost, r.Wrong)
	}
	if r.Min <= 0 || r.Avg < r.Min || r.P99 < r.P95 || r.P95 < r.P50 || r.Max < r.P99 || r.CPUPerPacket <= 0 || r.PerSession <= 0 {
		t.Errorf("implausible: %+v", r)
	}
}

// A mirror that loses, spoils and repeats is found out.
func TestEveryPacketIsAccountedFor(t *testing.T) {
	client, server := net.Pipe()
	go func() {
		defer server.Close()
		r, m := bufio.NewReaderSize(server, 1<<16), new(message)
		for m.read(r) == nil {
			answer := m
			switch {
			case m.session == control:
				answer, _ = controlOf(look{CPU: time.Second})
			case m.session == 1: // is lost
				continue
			case m.session == 2: // comes back twice
				_, _ = server.Write(m.append(nil))
			case m.session == 3:
				m.pcm[160]++
			}
			if _, err := server.Write(answer.append(nil)); err != nil {
				return
			}
		}
	}()
	r, err := Drive(t.Context(), client, Options{Sessions: 4, For: time.Second, Warm: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_ = client.Close()
	// Of four sessions with 20 packets each: one is whole, one is lost, one came twice, one has other sound.
	if r.Sent != 80 || r.Returned != 40 || r.Lost != 40 || r.Wrong != 40 {
		t.Errorf("sent %d, returned %d, lost %d, wrong %d", r.Sent, r.Returned, r.Lost, r.Wrong)
	}
}

func TestAnEngineThatDiesIsAnError(t *testing.T) {
	client, server := net.Pipe()
	go func() {
		_, _ = io.ReadFull(server, make([]byte, wireSize))
		_ = server.Close()
	}()
	if _, err := Drive(t.Context(), client, Options{Sessions: 1, For: time.Second}); err == nil {
		t.Error("no error")
	}
}

// BenchmarkPacket is what 50 ms of sound cost on their way through one session.
func BenchmarkPacket(b *testing.B) {
	h := &host{out: make(chan *message, 8)}
	e := newEcho(h)
	s, err := e.session()
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Run(b.Context()) }()
	free := make(chan *message, 4)
	for range cap(free) {
		free <- new(message)
	}
	go func() {
		for m := range h.out {
			free <- m
		}
	}()
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		e.in <- <-free
	}
	b.StopTimer()
	close(e.in)
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	close(h.out)
}
