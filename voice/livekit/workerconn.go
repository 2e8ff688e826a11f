package livekit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	lkproto "github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"
)

const (
	// pingEvery keeps the connection, and tells our load, which also tells that we live.
	pingEvery = 5 * time.Second
	// silentFor is how long a server may say nothing, pongs included, before it counts as gone.
	silentFor = 3 * pingEvery
)

// A workerConn is one registration at one server: protobuf over a WebSocket.
type workerConn struct {
	ws *websocket.Conn
	id string
	mu sync.Mutex // writes
}

// register connects and makes the worker known.
func (w *Worker) register(ctx context.Context, url string) (*workerConn, error) {
	token, err := w.Keys.workerToken()
	if err != nil {
		return nil, fmt.Errorf("register at %s: sign: %w", url, err)
	}
	address := strings.Replace(strings.TrimSuffix(url, "/"), "http", "ws", 1) + "/agent?protocol=1"
	dialing, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	ws, resp, err := websocket.DefaultDialer.DialContext(dialing, address, http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		if resp != nil && resp.StatusCode == http.StatusUnauthorized {
			err = errors.New("the server does not know these keys: LIVEKIT_API_KEY and LIVEKIT_API_SECRET must be its own")
		}
		return nil, fmt.Errorf("register at %s: %w", url, err)
	}
	c := &workerConn{ws: ws}
	alive := func(string) error { return ws.SetReadDeadline(time.Now().Add(silentFor)) }
	ws.SetPongHandler(alive)
	if err := errors.Join(alive(""), c.write(&lkproto.WorkerMessage{Message: &lkproto.WorkerMessage_Register{Register: &lkproto.RegisterWorkerRequest{
		Type: lkproto.JobType_JT_ROOM, AgentName: w.Name, Version: "aubade",
		AllowedPermissions: &lkproto.ParticipantPermission{
			//lint:ignore SA1019 servers still ask for the old field
			CanSubscribe: true, CanPublish: true, CanPublishData: true, CanUpdateMetadata: true, Agent: true,
		},
	}}})); err != nil {
		c.close()
		return nil, fmt.Errorf("register at %s: %w", url, err)
	}
	m, err := c.read()
	if err != nil {
		c.close()
		return nil, fmt.Errorf("register at %s: %w", url, err)
	}
	c.id = m.GetRegister().GetWorkerId()
	c.send(w.status())
	// Reads end with the connection; make the connection end with ctx.
	context.AfterFunc(ctx, c.close)
	return c, nil
}

func (c *workerConn) read() (*lkproto.ServerMessage, error) {
	for {
		kind, data, err := c.ws.ReadMessage()
		if err != nil {
			return nil, err
		}
		if kind != websocket.BinaryMessage {
			continue
		}
		m := new(lkproto.ServerMessage)
		if err := proto.Unmarshal(data, m); err != nil {
			return nil, fmt.Errorf("read from the server: %w", err)
		}
		_ = c.ws.SetReadDeadline(time.Now().Add(silentFor))
		return m, nil
	}
}

func (c *workerConn) write(m *lkproto.WorkerMessage) error {
	data, err := proto.Marshal(m)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(2 * time.Second))
	return c.ws.WriteMessage(websocket.BinaryMessage, data)
}

// send writes; what cannot be written breaks the connection, which read notices.
func (c *workerConn) send(m *lkproto.WorkerMessage) {
	if c.write(m) != nil {
		c.close()
	}
}

// beat tells the server that we live, and how busy we are.
func (c *workerConn) beat(ctx context.Context, status func() *lkproto.WorkerMessage) {
	t := time.NewTicker(pingEvery)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			c.send(status())
			_ = c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
		case <-ctx.Done():
			return
		}
	}
}

func (c *workerConn) close() { _ = c.ws.Close() }
