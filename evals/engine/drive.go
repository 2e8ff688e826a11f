package engine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// Options say how many sessions are measured, and for how long.
type Options struct {
	Sessions int
	// For is the time measured, after Warm, which is not.
	For, Warm time.Duration
}

// A Result is one row of the table. Latencies are from the moment a packet was due, not from when the client came to
// send it, to the moment its sound was back with the client.
type Result struct {
	Sessions     int           `json:"sessions"`
	Sent         int64         `json:"packets_sent"`
	Returned     int64         `json:"packets_returned"`
	Lost         int64         `json:"packets_lost"`
	Dropped      int64         `json:"packets_dropped"` // of those lost: at the door of a session that was a second behind
	Wrong        int64         `json:"packets_wrong"`   // came back twice, or with other sound
	Avg          time.Duration `json:"avg_ns"`
	P50          time.Duration `json:"p50_ns"`
	P95          time.Duration `json:"p95_ns"`
	P99          time.Duration `json:"p99_ns"`
	Min          time.Duration `json:"min_ns"`
	Max          time.Duration `json:"max_ns"`
	CPUPerPacket time.Duration `json:"cpu_per_packet_ns"` // of the engine's process, its sockets included
	PerSession   int64         `json:"bytes_per_session"` // heap and stacks, over those of the empty process
	RSS          int64         `json:"resident_bytes_per_session"`
	GCPause      time.Duration `json:"gc_pause_p99_ns"`
	Late         time.Duration `json:"client_late_p99_ns"` // packets were sent so much after they were due
}

// settle is how long nothing is measured after the engine was looked at, which costs it a collection.
const settle = 300 * time.Millisecond

// Drive is the client: it opens sessions in the engine at the other end and sends every one of them 20 packets a second,
// evenly spread over the sessions, by a metronome that does not wait for anybody.
func Drive(ctx context.Context, conn io.ReadWriter, o Options) (Result, error) {
	c := &client{conn: conn, n: int64(o.Sessions), looks: make(chan look, 3), done: make(chan error, 1)}
	go func() { c.done <- c.read() }() // ends with the connection
	r, err := c.measure(ctx, o)
	if err != nil {
		return r, fmt.Errorf("bench engine: %d sessions: %w", o.Sessions, err)
	}
	return r, nil
}

type client struct {
	conn  io.ReadWriter
	n     int64
	looks chan look
	done  chan error

	mu    sync.Mutex
	start time.Time // when packet 0 was due; the k-th of session i is number k*n+i
	first int64     // the packets before this one are not measured
	came  []bool    // of the measured ones
	took  []time.Duration
	wrong int64
}

func (c *client) due(number int64) time.Duration {
	return time.Duration(number) * Packet / time.Duration(c.n)
}

// packets is how many all sessions are sent in a while.
func (c *client) packets(d time.Duration) int64 { return int64(d/Packet) * c.n }

func (c *client) measure(ctx context.Context, o Options) (Result, error) {
	r := Result{Sessions: o.Sessions}
	if err := c.ask(ask{Look: true}); err != nil {
		return r, err
	}
	empty, err := c.answer(ctx)
	if err != nil {
		return r, err
	}
	if err := c.ask(ask{Open: o.Sessions}); err != nil {
		return r, err
	}
	if _, err := c.answer(ctx); err != nil {
		return r, err
	}
	looked := c.packets(o.Warm)
	c.mu.Lock()
	c.first = looked + c.packets(settle)
	r.Sent = c.packets(o.For)
	c.came, c.took = make([]bool, r.Sent), make([]time.Duration, 0, r.Sent)
	c.start = time.Now()
	c.mu.Unlock()
	late, err := c.drive(ctx, looked, c.first+r.Sent)
	if err != nil {
		return r, err
	}
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end) && c.returned() < r.Sent && ctx.Err() == nil; {
		time.Sleep(10 * time.Millisecond) // what is still on its way
	}
	if err := c.ask(ask{Look: true}); err != nil {
		return r, err
	}
	before, err := c.answer(ctx)
	if err != nil {
		return r, err
	}
	after, err := c.answer(ctx)
	if err != nil {
		return r, err
	}
	r.CPUPerPacket = (after.CPU - before.CPU - before.Own) / time.Duration(c.first+r.Sent-looked)
	r.PerSession, r.RSS = (before.Memory-empty.Memory)/c.n, (after.RSS-empty.RSS)/c.n
	r.GCPause, r.Dropped = after.Pause, after.Full-before.Full
	slices.Sort(late)
	r.Late = quantile(late, 99)
	c.mu.Lock()
	defer c.mu.Unlock()
	r.Returned, r.Lost, r.Wrong = int64(len(c.took)), r.Sent-int64(len(c.took)), c.wrong
	if len(c.took) == 0 {
		return r, errors.New("nothing came back")
	}
	slices.Sort(c.took)
	var sum time.Duration
	for _, d := range c.took {
		sum += d
	}
	r.Avg, r.Min, r.Max = sum/time.Duration(len(c.took)), c.took[0], quantile(c.took, 100)
	r.P50, r.P95, r.P99 = quantile(c.took, 50), quantile(c.took, 95), quantile(c.took, 99)
	return r, nil
}

// quantile of sorted values: what q of 100 do not exceed.
func quantile(sorted []time.Duration, q int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, (len(sorted)*q+99)/100-1)]
}

// drive is the metronome. Before packet number looked it has the engine look at itself, and does not wait for the answer.
func (c *client) drive(ctx context.Context, looked, total int64) (late []time.Duration, err error) {
	m := new(message)
	var batch []byte
	for number := int64(0); number < total && ctx.Err() == nil; {
		if wait := c.due(number) - time.Since(c.start); wait > 0 {
			// Sleep a millisecond at a time, and then send all that have come due.
			time.Sleep(max(wait, time.Millisecond))
		}
		now := time.Since(c.start)
		batch = batch[:0]
		for ; number < total && c.due(number) <= now; number++ {
			if number == looked {
				q, err := controlOf(ask{Look: true})
				if err != nil {
					return nil, err
				}
				batch = q.append(batch)
			}
			if number >= c.first {
				late = append(late, now-c.due(number))
			}
			m.session, m.k = uint32(number%c.n), uint32(number/c.n)
			m.stamp()
			batch = m.append(batch)
		}
		if _, err := c.conn.Write(batch); err != nil {
			return nil, err
		}
	}
	return late, context.Cause(ctx)
}

// stamp fills a packet with sound that only this packet has.
func (m *message) stamp() {
	seed := m.session*2654435761 + m.k*40503
	for i := 0; i < samples; i += 16 {
		m.pcm[i] = int16(seed>>16) + int16(i)
	}
}

// stamped says whether the sound is the one that was sent.
func (m *message) stamped() bool {
	seed := m.session*2654435761 + m.k*40503
	for i := 0; i < samples; i += 16 {
		if m.pcm[i] != int16(seed>>16)+int16(i) {
			return false
		}
	}
	return true
}

// read takes down what comes back.
func (c *client) read() error {
	r := bufio.NewReaderSize(c.conn, 256<<10)
	m := new(message)
	for {
		if err := m.read(r); err != nil {
			return err
		}
		if m.session == control {
			var l look
			if err := m.control(&l); err != nil {
				return err
			}
			c.looks <- l
			continue
		}
		c.back(m, time.Now())
	}
}

func (c *client) back(m *message, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	number := int64(m.k)*c.n + int64(m.session)
	i := number - c.first
	switch {
	case i < 0:
	case i >= int64(len(c.came)) || c.came[i] || !m.stamped():
		c.wrong++
	default:
		c.came[i] = true
		c.took = append(c.took, now.Sub(c.start)-c.due(number))
	}
}

func (c *client) returned() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return int64(len(c.took)) + c.wrong
}

func (c *client) ask(a ask) error {
	m, err := controlOf(a)
	if err != nil {
		return err
	}
	_, err = c.conn.Write(m.append(nil))
	return err
}

func (c *client) answer(ctx context.Context) (look, error) {
	select {
	case l := <-c.looks:
		return l, nil
	case err := <-c.done:
		return look{}, fmt.Errorf("the engine is gone: %w", err)
	case <-time.After(time.Minute):
		return look{}, errors.New("the engine does not answer")
	case <-ctx.Done():
		return look{}, context.Cause(ctx)
	}
}
