// Package doctor runs checks side by side and says what works, what is missing and how to get it.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"text/tabwriter"
	"time"
)

// A Verdict is what a check found.
type Verdict string

const (
	Works   Verdict = "works"
	Slow    Verdict = "slow"    // it works, but not within the time that a turn has for it
	Lacking Verdict = "missing" // something else stands in, or a part is not used
	Broken  Verdict = "broken"  // Aubade cannot do its job
	Unused  Verdict = "not used"
)

// A Finding is a check's result.
type Finding struct {
	Part    string  `json:"part"`
	Verdict Verdict `json:"verdict"`
	Detail  string  `json:"detail"`
	// Cure is a command or a setting that mends it; empty where nothing is to be mended.
	Cure string  `json:"cure,omitempty"`
	MS   float64 `json:"ms"` // what the check measured; its own duration if nothing else
}

// A Check looks at one part.
type Check struct {
	Part string
	// Needed says that Aubade cannot do without it: an error then is Broken, else Lacking.
	Needed bool
	// Run returns what to say of a part that works. A Trouble carries a cure.
	Run func(ctx context.Context) (detail string, err error)
	// Budget, if not 0, is how long Run may take before the part is called slow.
	Budget time.Duration
	// Cure is told where the error has none of its own.
	Cure string
}

// A Trouble is an error with its cure.
type Trouble struct {
	Err  error
	Cure string
}

func (t *Trouble) Error() string { return t.Err.Error() }
func (t *Trouble) Unwrap() error { return t.Err }

// TooSlow is what a check returns of a part that works, but not within the time that a turn has for it.
type TooSlow struct{ Detail string }

func (s *TooSlow) Error() string { return s.Detail }

// patience bounds a check that hangs.
const patience = 20 * time.Second

// Run makes all checks at once, except those with a budget, which are timed one after the other when the rest is done.
func Run(ctx context.Context, checks []Check) []Finding {
	found := make([]Finding, len(checks))
	var wg sync.WaitGroup
	for i, c := range checks {
		if c.Budget == 0 {
			wg.Go(func() { found[i] = c.look(ctx) })
		}
	}
	wg.Wait()
	for i, c := range checks {
		if c.Budget > 0 {
			found[i] = c.look(ctx)
		}
	}
	return found
}

func (c Check) look(ctx context.Context) Finding {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("no answer within %v", patience))
	defer cancel()
	type result struct {
		detail string
		err    error
	}
	done := make(chan result, 1) // the one result; a check that ignores its context is left behind
	began := time.Now()
	go func() {
		d, err := c.Run(ctx)
		done <- result{d, err}
	}()
	var r result
	select {
	case r = <-done:
	case <-ctx.Done():
		r.err = context.Cause(ctx)
	}
	took := time.Since(began)
	f := Finding{Part: c.Part, Verdict: Works, Detail: r.detail, MS: float64(took.Microseconds()) / 1000}
	var slow *TooSlow
	switch {
	case errors.As(r.err, &slow):
		f.Verdict, f.Detail = Slow, slow.Detail
	case r.err != nil:
		f.Verdict, f.Detail, f.Cure = Lacking, r.err.Error(), c.Cure
		if c.Needed {
			f.Verdict = Broken
		}
		if t := (*Trouble)(nil); errors.As(r.err, &t) && t.Cure != "" {
			f.Cure = t.Cure
		}
	case c.Budget > 0 && took > c.Budget:
		f.Verdict = Slow
		f.Detail = fmt.Sprintf("%s (%.0f ms; a turn has %v for it)", r.detail, f.MS, c.Budget)
	}
	return f
}

// Healthy says whether nothing is broken.
func Healthy(found []Finding) bool {
	for _, f := range found {
		if f.Verdict == Broken {
			return false
		}
	}
	return true
}

// Print writes a table, and below it the cures.
func Print(w io.Writer, found []Finding) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range found {
		fmt.Fprintf(t, "%s\t%s\t%s\n", f.Part, f.Verdict, f.Detail)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	first := true
	for _, f := range found {
		if f.Cure == "" {
			continue
		}
		if first {
			fmt.Fprintln(w, "\nto mend it:")
			first = false
		}
		if _, err := fmt.Fprintf(w, "  %s: %s\n", f.Part, f.Cure); err != nil {
			return err
		}
	}
	return nil
}
