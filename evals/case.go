package evals

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
)

// Kinds of cases.
const (
	KindNumber       = "number"
	KindComparison   = "comparison"
	KindChange       = "change"
	KindNews         = "news"
	KindOutOfScope   = "out-of-scope" // wants a refusal that offers the domain, and no number
	KindUnanswerable = "unanswerable" // wants "I do not know", and no number
	KindSlow         = "slow"         // wants to be told later, once
)

// A Case is one question with what a right answer holds. A file of cases has one JSON object a line.
type Case struct {
	ID       string `json:"id"`
	Question string `json:"question,omitempty"`
	// Conversation, in place of Question, is asked turn by turn; the last turn is scored.
	Conversation []string `json:"conversation,omitempty"`
	Kind         string   `json:"kind"`
	Value        *Value   `json:"value,omitempty"`
	Accept       []string `json:"accept,omitempty"`   // texts, one of which the answer holds
	Must         []string `json:"must,omitempty"`     // texts, all of which it holds
	MustNot      []string `json:"must_not,omitempty"` // texts, none of which it holds
	Entities     []string `json:"entities,omitempty"`
	Sources      []string `json:"sources,omitempty"` // URLs or paths, one of which is cited
	Within       string   `json:"within,omitempty"`  // how soon the answer is due: "900ms"
	// Faults are what goes wrong with the helpers while the case is asked.
	Faults []Fault `json:"faults,omitempty"`
	// BargeIn interrupts the answer to the last question with another, whose answer is scored; aloud only.
	BargeIn *BargeIn `json:"barge_in,omitempty"`
	// Voice speaks the questions aloud, in place of the run's: "festival" or "espeak-ng:en-us+m3".
	Voice string `json:"voice,omitempty"`
	Truth string `json:"truth,omitempty"` // how the value follows from the sample market's table
}

// Value is the number that is wanted.
type Value struct {
	Number string `json:"number"` // a decimal, scale multiplied out
	Unit   string `json:"unit"`
	// Tolerance is how far off an answer may be, as a share of the number. Rounding in speech is within it.
	Tolerance string `json:"tolerance"`
}

// A Fault is one thing that goes wrong with a helper: it takes longer, or it fails with an error.
type Fault struct {
	Helper string `json:"helper"`
	Delay  string `json:"delay,omitempty"`
	Error  string `json:"error,omitempty"`
}

// A BargeIn is said into an answer, so long after it has begun.
type BargeIn struct {
	After string `json:"after"`
	Say   string `json:"say"`
}

// Turns are what is asked, in order.
func (c Case) Turns() []string {
	if len(c.Conversation) > 0 {
		return c.Conversation
	}
	return []string{c.Question}
}

// quantity is the wanted number as a quantity, and its tolerance.
func (v Value) quantity() (quantity.Quantity, float64, error) {
	d, _, err := apd.NewFromString(v.Number)
	if err != nil {
		return quantity.Quantity{}, 0, fmt.Errorf("value %q: %w", v.Number, err)
	}
	var tolerance float64
	if v.Tolerance != "" {
		if _, err := fmt.Sscan(v.Tolerance, &tolerance); err != nil {
			return quantity.Quantity{}, 0, fmt.Errorf("tolerance %q: %w", v.Tolerance, err)
		}
	}
	return quantity.Quantity{Value: *d, Unit: quantity.Unit(v.Unit), Digits: int(d.NumDigits())}, tolerance, nil
}

// LoadCases reads files of cases. A line that is none, an unknown field and an ID that comes twice are errors that name it.
func LoadCases(files ...string) ([]Case, error) {
	var all []Case
	seen := map[string]bool{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("load cases: %w", err)
		}
		s := bufio.NewScanner(bytes.NewReader(raw))
		s.Buffer(nil, 1<<20)
		for n := 1; s.Scan(); n++ {
			if len(bytes.TrimSpace(s.Bytes())) == 0 {
				continue
			}
			c, err := decodeCase(s.Bytes())
			if err != nil {
				return nil, fmt.Errorf("load cases: %s line %d: %w", f, n, err)
			}
			if seen[c.ID] {
				return nil, fmt.Errorf("load cases: %s line %d: a case is called %q already", f, n, c.ID)
			}
			seen[c.ID] = true
			all = append(all, c)
		}
		if err := s.Err(); err != nil {
			return nil, fmt.Errorf("load cases: %s: %w", f, err)
		}
	}
	return all, nil
}

func decodeCase(line []byte) (Case, error) {
	var c Case
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return c, errors.New("more than one object on a line")
	}
	switch {
	case c.ID == "":
		return c, errors.New("no id")
	case c.Question == "" && len(c.Conversation) == 0:
		return c, errors.New("neither question nor conversation")
	}
	switch c.Kind {
	case KindNumber, KindComparison, KindChange, KindNews, KindOutOfScope, KindUnanswerable, KindSlow:
	default:
		return c, fmt.Errorf("unknown kind %q", c.Kind)
	}
	if c.Value != nil {
		if _, _, err := c.Value.quantity(); err != nil {
			return c, err
		}
	}
	if err := c.checkTimes(); err != nil {
		return c, err
	}
	return c, nil
}

func (c Case) checkTimes() error {
	if c.Within != "" {
		if _, err := time.ParseDuration(c.Within); err != nil {
			return fmt.Errorf("within: %w", err)
		}
	}
	for _, f := range c.Faults {
		if f.Helper == "" || (f.Delay == "") == (f.Error == "") {
			return errors.New("a fault names a helper, and either a delay or an error")
		}
		if _, err := time.ParseDuration(f.Delay); f.Delay != "" && err != nil {
			return fmt.Errorf("fault: %w", err)
		}
	}
	if c.BargeIn != nil {
		if _, err := time.ParseDuration(c.BargeIn.After); err != nil || c.BargeIn.Say == "" {
			return errors.New(`a barge-in is {"after": "800ms", "say": "..."}`)
		}
	}
	return nil
}
