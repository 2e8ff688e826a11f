package livekit

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/livekit/livekit-server/pkg/config"
	"github.com/livekit/livekit-server/pkg/routing"
	"github.com/livekit/livekit-server/pkg/service"
	"github.com/livekit/livekit-server/pkg/telemetry/prometheus"
)

// Keys sign the tokens of one LiveKit deployment.
type Keys struct {
	Key    string
	Secret string // at least 32 characters
}

// NewKeys makes keys that nobody else has, for a server that lives as long as its process.
func NewKeys() Keys {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails
	return Keys{Key: "API" + hex.EncodeToString(b[:6]), Secret: hex.EncodeToString(b)}
}

// Options says how to serve. The zero value serves this machine alone, on free ports, with new keys.
type Options struct {
	// Port is the TCP port of the signalling; 0 picks a free one.
	Port int
	// UDPPort carries all media; 0 picks a free one.
	UDPPort int
	// LAN is the address under which other machines reach this one's media; nil keeps everything on loopback.
	// Signalling stays on loopback either way: the page's reverse proxy carries it.
	LAN net.IP
	// Keys sign tokens; the zero value makes new ones.
	Keys Keys
}

// A Server is an embedded LiveKit server.
type Server struct {
	// URL is where participants and workers connect, e.g. ws://127.0.0.1:7880.
	URL  string
	Keys Keys

	lk     *service.LivekitServer
	failed chan error // holds at most the one error with which the server ended
}

// Serve starts a server and returns when it answers; ctx bounds the start, Close ends the server. Each server leaves
// some of LiveKit's own goroutines behind when it ends, so a test binary starts one and keeps it.
func Serve(ctx context.Context, o Options) (*Server, error) {
	if o.Keys == (Keys{}) {
		o.Keys = NewKeys()
	}
	var err error
	if o.Port, err = freePort("tcp", o.Port); err != nil {
		return nil, fmt.Errorf("serve LiveKit: %w", err)
	}
	if o.UDPPort, err = freePort("udp", o.UDPPort); err != nil {
		return nil, fmt.Errorf("serve LiveKit: %w", err)
	}
	conf, err := config.NewConfig(o.yaml(), true, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("serve LiveKit: %w", err)
	}
	if err := conf.ValidateKeys(); err != nil {
		return nil, fmt.Errorf("serve LiveKit: %w", err)
	}
	node, err := routing.NewLocalNode(conf)
	if err != nil {
		return nil, fmt.Errorf("serve LiveKit: node: %w", err)
	}
	// The server's counters have no home until this is called, and it panics without them.
	if err := prometheus.Init(string(node.NodeID()), node.NodeType()); err != nil {
		return nil, fmt.Errorf("serve LiveKit: counters: %w", err)
	}
	lk, err := service.InitializeServer(conf, node)
	if err != nil {
		return nil, fmt.Errorf("serve LiveKit: %w", err)
	}
	s := &Server{
		URL:    fmt.Sprintf("ws://127.0.0.1:%d", o.Port),
		Keys:   o.Keys,
		lk:     lk,
		failed: make(chan error, 1),
	}
	go func() { s.failed <- lk.Start() }() // ended and awaited by Close

	for tick := time.NewTicker(5 * time.Millisecond); !lk.IsRunning(); {
		select {
		case err := <-s.failed:
			return nil, fmt.Errorf("serve LiveKit on port %d: %w", o.Port, err)
		case <-ctx.Done():
			return nil, fmt.Errorf("serve LiveKit: %w", ctx.Err())
		case <-tick.C:
		}
	}
	return s, nil
}

// Done delivers an error if the server ends by itself.
func (s *Server) Done() <-chan error { return s.failed }

// Close ends all calls and the server.
func (s *Server) Close() {
	s.lk.Stop(true)
	<-s.failed
}

// yaml is LiveKit's own configuration. The default TCP media port would bind every interface whatever the address says,
// and a node address that is set keeps the public STUN servers out.
func (o Options) yaml() string {
	var b strings.Builder
	fmt.Fprintf(&b, "port: %d\nbind_addresses: [127.0.0.1]\n", o.Port)
	fmt.Fprintf(&b, "keys: {%q: %q}\n", o.Keys.Key, o.Keys.Secret)
	fmt.Fprintf(&b, "turn: {enabled: false}\n")
	fmt.Fprintf(&b, "rtc:\n  udp_port: %d\n  tcp_port: 0\n  use_external_ip: false\n", o.UDPPort)
	if o.LAN == nil {
		fmt.Fprintf(&b, "  node_ip: 127.0.0.1\n  enable_loopback_candidate: true\n  interfaces: {includes: [lo]}\n")
	} else {
		fmt.Fprintf(&b, "  node_ip: %s\n  enable_loopback_candidate: true\n", o.LAN)
	}
	return b.String()
}

// freePort returns port if it can be bound, or a free one where port is 0.
func freePort(network string, port int) (int, error) {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	if network == "udp" {
		c, err := net.ListenPacket("udp", address)
		if err != nil {
			return 0, portError(port, err)
		}
		defer c.Close()
		return c.LocalAddr().(*net.UDPAddr).Port, nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return 0, portError(port, err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func portError(port int, err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return fmt.Errorf("port %d cannot be used: %w", port, err)
}
