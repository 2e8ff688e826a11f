package deferral

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// A Model says how long backends take, and how often they fail.
type Model struct {
	Parts    int       `json:"parts"` // backends that each turn asks
	Backends []Backend `json:"backends"`
	Change   *Change   `json:"change,omitempty"`
}

// maxParts is more than any turn asks.
const maxParts = 64

// A Change is when, as a share of the turns, some backends become others, without notice.
type Change struct {
	At       float64   `json:"at"`
	Backends []Backend `json:"backends"` // by name; those not named stay as they are
}

// A Backend answers after a lognormal time or, with the tail's probability, a Pareto one; with the error rate's
// probability what comes then is an error.
type Backend struct {
	Name string `json:"name"`
	Body struct {
		MedianMS float64 `json:"median_ms"`
		Sigma    float64 `json:"sigma"`
	} `json:"body"`
	Tail struct {
		P     float64 `json:"p"`
		XmMS  float64 `json:"xm_ms"`
		Alpha float64 `json:"alpha"`
		CapMS float64 `json:"cap_ms"`
	} `json:"tail"`
	ErrorRate float64 `json:"error_rate"`
}

// ParseModel reads a model file.
func ParseModel(data []byte) (Model, error) {
	var m Model
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return Model{}, fmt.Errorf("read latency model: %w", err)
	}
	if m.Parts < 1 || len(m.Backends) == 0 {
		return Model{}, fmt.Errorf("read latency model: want at least one part and one backend, got %d and %d", m.Parts, len(m.Backends))
	}
	if m.Parts > maxParts {
		return Model{}, fmt.Errorf("read latency model: %d parts, want at most %d", m.Parts, maxParts)
	}
	all := m.Backends
	if m.Change != nil {
		if m.Change.At < 0 || m.Change.At > 1 {
			return Model{}, fmt.Errorf("read latency model: change at %g, want a share of the turns from 0 to 1", m.Change.At)
		}
		for i, b := range m.Change.Backends {
			if j := m.index(i); j < 0 {
				return Model{}, fmt.Errorf("read latency model: change of backend %q, which there is none of", b.Name)
			}
		}
		all = slices.Concat(all, m.Change.Backends)
	}
	for _, b := range all {
		if err := b.check(); err != nil {
			return Model{}, fmt.Errorf("read latency model: backend %q: %w", b.Name, err)
		}
	}
	return m, nil
}

func (b Backend) check() error {
	switch t := b.Tail; {
	case !(b.Body.MedianMS > 0) || b.Body.Sigma < 0:
		return fmt.Errorf("body: median_ms %g, sigma %g", b.Body.MedianMS, b.Body.Sigma)
	case t.P < 0 || t.P > 1:
		return fmt.Errorf("tail: p %g is no probability", t.P)
	case t.P > 0 && (!(t.XmMS > 0) || !(t.Alpha > 0)):
		return fmt.Errorf("tail: xm_ms %g, alpha %g", t.XmMS, t.Alpha)
	case b.ErrorRate < 0 || b.ErrorRate > 1:
		return fmt.Errorf("error_rate %g is no probability", b.ErrorRate)
	}
	return nil
}

// index is which backend the i-th changed one replaces: the one of its name or, where a name is new, the one of its
// place; -1 where there is neither.
func (m Model) index(i int) int {
	if j := slices.IndexFunc(m.Backends, func(b Backend) bool { return b.Name == m.Change.Backends[i].Name }); j >= 0 {
		return j
	}
	if len(m.Change.Backends) == len(m.Backends) {
		return i
	}
	return -1
}

// phases are the backends before and after the change, and the turn at which they change.
func (m Model) phases(turns int) (backends [2][]Backend, change int) {
	backends[0], backends[1], change = m.Backends, slices.Clone(m.Backends), turns
	if m.Change != nil {
		change = int(m.Change.At * float64(turns))
		for i, b := range m.Change.Backends {
			backends[1][m.index(i)] = b
		}
	}
	return backends, change
}

// cdf is the chance that an attempt has ended within t.
func (b Backend) cdf(t time.Duration) float64 {
	ms := float64(t) / float64(time.Millisecond)
	if ms <= 0 {
		return 0
	}
	var body, tail float64
	if b.Body.Sigma > 0 {
		body = 0.5 * math.Erfc(-math.Log(ms/b.Body.MedianMS)/(b.Body.Sigma*math.Sqrt2))
	} else if ms >= b.Body.MedianMS {
		body = 1
	}
	if ms >= b.Tail.XmMS {
		tail = 1 - math.Pow(b.Tail.XmMS/ms, b.Tail.Alpha)
	}
	if b.Tail.CapMS > 0 && ms >= b.Tail.CapMS {
		tail = 1
	}
	return (1-b.Tail.P)*body + b.Tail.P*tail
}

// quantile is when the share q of the attempts have ended.
func (b Backend) quantile(q float64) time.Duration {
	lo, hi := time.Duration(0), time.Hour
	for hi-lo > 10*time.Microsecond {
		if mid := (lo + hi) / 2; b.cdf(mid) < q {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// An outcome is how one attempt ends.
type outcome struct {
	after  time.Duration
	failed bool
}

// dice draw outcomes. Every attempt of every turn has its own, whatever was drawn before: so all policies meet the same
// luck, and their difference is theirs.
type dice struct {
	seed uint64
	pcg  *rand.PCG
	rand *rand.Rand
}

func newDice(seed uint64) *dice {
	pcg := rand.NewPCG(seed, 0)
	return &dice{seed: seed, pcg: pcg, rand: rand.New(pcg)}
}

func (d *dice) draw(b *Backend, turn, part, attempt int) outcome {
	d.pcg.Seed(d.seed, uint64(turn)<<20|uint64(part)<<10|uint64(attempt)+1)
	var ms float64
	if d.rand.Float64() < b.Tail.P {
		ms = b.Tail.XmMS / math.Pow(1-d.rand.Float64(), 1/b.Tail.Alpha)
		if b.Tail.CapMS > 0 {
			ms = min(ms, b.Tail.CapMS)
		}
	} else {
		ms = b.Body.MedianMS * math.Exp(b.Body.Sigma*d.rand.NormFloat64())
	}
	return outcome{
		after:  time.Duration(min(ms, 3.6e6) * float64(time.Millisecond)),
		failed: d.rand.Float64() < b.ErrorRate,
	}
}

// asked is which backends a turn asks: all of them, or as many as it has parts, by lot.
func (d *dice) asked(m Model, turn int, into []int) []int {
	n := len(m.Backends)
	into = into[:0]
	if m.Parts >= n {
		for i := range m.Parts {
			into = append(into, i%n)
		}
		return into
	}
	d.pcg.Seed(d.seed, uint64(turn)<<20)
	for len(into) < m.Parts {
		if i := d.rand.IntN(n); !slices.Contains(into, i) {
			into = append(into, i)
		}
	}
	return into
}
