package declared

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/aubade/aubade/internal/domain"
)

var errClosed = errors.New("the helper is closed")

// A client calls one tool of an MCP server. It connects when it is first asked, and anew after the connection has broken.
type client struct {
	declared domain.Helper
	ctx      context.Context // of the connections, which outlive the questions
	cancel   context.CancelFunc
	wg       sync.WaitGroup

	mu   sync.Mutex
	dial *dial // under way or done; nil: none
}

// A dial is one attempt to connect, shared by all who wait for it.
type dial struct {
	done    chan struct{}
	session *mcp.ClientSession
	err     error
}

func newClient(h domain.Helper) *client {
	c := &client{declared: h}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

func (c *client) transport() mcp.Transport {
	if len(c.declared.Command) > 0 {
		cmd := exec.CommandContext(c.ctx, c.declared.Command[0], c.declared.Command[1:]...)
		return &mcp.CommandTransport{Command: cmd, TerminateDuration: time.Second}
	}
	// The Desk decides whether to ask again.
	return &mcp.StreamableClientTransport{Endpoint: c.declared.URL, MaxRetries: -1, DisableStandaloneSSE: true}
}

// connect returns the session, or begins to make one. It waits no longer than ctx.
func (c *client) connect(ctx context.Context) (*dial, error) {
	c.mu.Lock()
	if c.ctx.Err() != nil {
		c.mu.Unlock()
		return nil, errClosed
	}
	d := c.dial
	if d == nil {
		d = &dial{done: make(chan struct{})}
		c.dial = d
		c.wg.Go(func() { // ends with the handshake, or with Close
			defer close(d.done)
			m := mcp.NewClient(&mcp.Implementation{Name: "aubade", Version: "1"}, nil)
			d.session, d.err = m.Connect(c.ctx, c.transport(), nil)
		})
	}
	c.mu.Unlock()
	select {
	case <-d.done:
	case <-ctx.Done():
		return nil, fmt.Errorf("connect: %w", context.Cause(ctx))
	}
	if d.err != nil {
		c.forget(d)
		return nil, fmt.Errorf("connect: %w", d.err)
	}
	return d, nil
}

// forget lets the next question connect anew.
func (c *client) forget(d *dial) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dial == d {
		c.dial = nil
	}
}

// call asks the tool. Its arguments are entity, ticker, metric and text.
func (c *client) call(ctx context.Context, s subject) (answer, error) {
	d, err := c.connect(ctx)
	if err != nil {
		return answer{}, err
	}
	r, err := d.session.CallTool(ctx, &mcp.CallToolParams{Name: c.declared.Tool, Arguments: s})
	if err != nil {
		if ctx.Err() == nil {
			c.forget(d)
			c.wg.Go(func() { _ = d.session.Close() }) // it is broken already
		}
		return answer{}, fmt.Errorf("call %s: %w", c.declared.Tool, err)
	}
	out := answer{url: c.declared.URL}
	var texts []string
	for _, part := range r.Content {
		if t, ok := part.(*mcp.TextContent); ok {
			texts = append(texts, t.Text)
		}
	}
	out.text = strings.Join(texts, " ")
	if r.IsError {
		return answer{}, fmt.Errorf("call %s: the tool says: %s", c.declared.Tool, out.text)
	}
	body := []byte(out.text)
	if r.StructuredContent != nil {
		if body, err = json.Marshal(r.StructuredContent); err != nil {
			return answer{}, fmt.Errorf("call %s: %w", c.declared.Tool, err)
		}
	}
	if v, err := decode(body); err == nil { // else the answer is words, which have no paths
		out.data = v
	}
	return out, nil
}

// close hangs up.
func (c *client) close() error {
	c.mu.Lock()
	d := c.dial
	c.dial = nil
	c.cancel()
	c.mu.Unlock()
	if d != nil {
		<-d.done
		if d.session != nil {
			_ = d.session.Close() // what it says of a connection that we end is no news
		}
	}
	c.wg.Wait()
	return nil
}
