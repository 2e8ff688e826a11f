// Package brief builds editions: it collects documents, digests them, checks every claim, embeds, and publishes what passes the gate.
package brief

import (
	"context"
	"iter"
	"time"

	"github.com/aubade/aubade/store"
)

// A Source fetches documents. It yields what is new or changed since the given time (zero: everything), with Raw and
// Text filled in. A non-nil error ends the sequence; documents before it stand.
type Source interface {
	Name() string
	Fetch(ctx context.Context, since time.Time) iter.Seq2[store.Document, error]
}

// A Lister is a source that knows all that it has: what it gave once and does not list any more is gone.
type Lister interface {
	// List returns the URLs of its documents.
	List(ctx context.Context) ([]string, error)
}
