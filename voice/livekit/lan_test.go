package livekit_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/livekit"
	"github.com/aubade/aubade/voice/livekit/caller"
)

// lan is an address of this machine that is not loopback; nil where it has none.
func lan(t *testing.T) net.IP {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			return n.IP
		}
	}
	return nil
}

func TestAServerForTheLocalNetworkCarriesCalls(t *testing.T) {
	ip := lan(t)
	if ip == nil {
		t.Skip("this machine has no address but loopback")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	srv, err := livekit.Serve(ctx, livekit.Options{LAN: ip})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	pass := func(p livekit.Pass) string {
		tok, err := srv.Keys.Token(p)
		if err != nil {
			t.Fatal(err)
		}
		return tok
	}
	r, err := livekit.Join(ctx, srv.URL, pass(livekit.Pass{Room: "lan", Identity: "agent", Agent: true}))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c, err := caller.Dial(ctx, srv.URL, pass(livekit.Pass{Room: "lan", Identity: "user"}), caller.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Hangup()
	if err := r.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	pcm := beep(200*time.Millisecond, 400, 16000)
	for i := 0; i < len(pcm); i += 320 {
		if err := r.Play(ctx, audio.Frame{PCM: pcm[i : i+320], Rate: 16000}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Answer(ctx, began); err != nil {
		t.Error(err)
	}
}
