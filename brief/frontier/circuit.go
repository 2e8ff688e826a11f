package frontier

import (
	"errors"
	"fmt"
	"sync"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/internal/llm/openai"
)

// A circuit ends a run whose model is of no use. Each request has waited and tried again already; to do that for every
// document of a night would take hours, and the edition would be the plain digester's under the model's name.
//
//	the key is not accepted                         at once
//	no answer, after every retry                    noAnswer documents in a row
//	an answer of which nothing can be believed      noUse documents in a row
type circuit struct {
	mu      sync.Mutex
	silent  int // documents in a row
	useless int
	open    error
}

const (
	noAnswer = 3
	noUse    = 10
)

// errForm says that an answer was not of the form that was asked for, even when asked again.
var errForm = errors.New("it is not JSON of the form that was asked for")

// errNothing says that no claim of an answer stood up to the checks.
var errNothing = errors.New("no claim stood up to the checks")

// broken is why the run has ended, or nil.
func (c *circuit) broken() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open
}

// worked says that the model read a document.
func (c *circuit) worked() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.silent, c.useless = 0, 0
}

// failed counts why a document was not read, and says whether that ends the run. What is no fault of the model's, as a
// cap that is reached, is not counted.
func (c *circuit) failed(model string, err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open != nil {
		return c.open
	}
	why := err
	if e := (*openai.Error)(nil); errors.As(err, &e) {
		why = e // without the path to it, which the digester's name says again
	}
	switch {
	case errors.Is(err, openai.ErrAuth):
		c.open = fmt.Errorf("%w: %s: %w", brief.ErrGaveUp, model, why)
	case is(err, openai.ErrUnreachable, openai.ErrStalled, openai.ErrServer, openai.ErrRateLimited):
		if c.silent++; c.silent >= noAnswer {
			c.open = fmt.Errorf("%w: %s gave no answer for %d documents in a row: %w", brief.ErrGaveUp, model, c.silent, why)
		}
	case is(err, openai.ErrGarbage, openai.ErrCutOff, openai.ErrRefused, openai.ErrTooLong, errForm, errNothing):
		c.silent = 0
		if c.useless++; c.useless >= noUse {
			c.open = fmt.Errorf("%w: %s gave no answer of use for %d documents in a row: %w", brief.ErrGaveUp, model, c.useless, why)
		}
	}
	return c.open
}

func is(err error, targets ...error) bool {
	for _, t := range targets {
		if errors.Is(err, t) {
			return true
		}
	}
	return false
}
