package livekit

import (
	"context"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// srv is the one server of this test binary: each would leave goroutines of LiveKit's behind.
var srv *Server

func TestMain(m *testing.M) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var err error
	if srv, err = Serve(ctx, Options{}); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func TestServerAnswersOnLoopback(t *testing.T) {
	resp, err := http.Get(strings.Replace(srv.URL, "ws://", "http://", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the server's root answered %s", resp.Status)
	}
}

func TestServeNamesThePortThatIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	_, err = Serve(t.Context(), Options{Port: port})
	if err == nil || !strings.Contains(err.Error(), "cannot be used: bind: address already in use") {
		t.Errorf("got %v, want an error that names the port and says that it is in use", err)
	}
}

func TestConfigKeepsToLoopbackUnlessALanAddressIsGiven(t *testing.T) {
	own := Options{Port: 1, UDPPort: 2, Keys: NewKeys()}
	if y := own.yaml(); !strings.Contains(y, "includes: [lo]") || !strings.Contains(y, "tcp_port: 0") {
		t.Errorf("loopback configuration leaks:\n%s", y)
	}
	own.LAN = net.IPv4(192, 168, 1, 7)
	if y := own.yaml(); strings.Contains(y, "includes") || !strings.Contains(y, "node_ip: 192.168.1.7") {
		t.Errorf("LAN configuration does not name the address:\n%s", y)
	}
}
