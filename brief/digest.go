package brief

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// ErrGaveUp is what a digester returns that can read no document more in this run: its server does not answer, or nothing
// that it answers is of use. What was digested before is kept.
var ErrGaveUp = errors.New("given up")

// A Digester reads one document and says what it claims. Equal documents and lexicons should give equal digests; the
// Name must change when that breaks, because digests are kept under it.
type Digester interface {
	Name() string
	Digest(ctx context.Context, d store.Document, l lexicon.Lexicon) (Digest, error)
}

// A Digest is what one document claims: each claim with the span that says it.
type Digest struct {
	Facts    []store.Fact    `json:"facts"`
	Passages []store.Passage `json:"passages"`
	Refused  []Refusal       `json:"refused,omitempty"`
	Spent    Spent           `json:"spent"`
	// Unread says that the digester could not read the document this time: what is here is not all, and not to be kept.
	Unread string `json:"unread,omitempty"`
}

// A Refusal is a claim that did not stand up to the checks.
type Refusal struct {
	Document string `json:"document"`
	Claim    string `json:"claim"`
	Reason   string `json:"reason"`
}

// Spent is what models cost.
type Spent struct {
	Calls      int     `json:"calls"`
	Cached     int     `json:"cached"` // answers that came from the cache instead
	Prompt     int     `json:"prompt_tokens"`
	Completion int     `json:"completion_tokens"`
	Dollars    float64 `json:"dollars"`
}

// Add sums up.
func (s *Spent) Add(t Spent) {
	s.Calls += t.Calls
	s.Cached += t.Cached
	s.Prompt += t.Prompt
	s.Completion += t.Completion
	s.Dollars += t.Dollars
}

// FactID is the same for the same claim from the same place, whenever it is built.
func FactID(f store.Fact) string {
	return "f-" + shortHash(f.Entity, f.Metric, f.Value.Value.Text('f'), string(f.Value.Unit), PeriodKey(f.Period), f.Span.Document, fmt.Sprint(f.Span.Start), f.Formula)
}

// PassageID is the same for the same passage of the same document.
func PassageID(p store.Passage) string {
	return "p-" + shortHash(p.Span.Document, fmt.Sprint(p.Span.Start), p.Text)
}

// PeriodKey names a period for sorting and comparing.
func PeriodKey(p quantity.Period) string {
	end := ""
	if !p.End.IsZero() {
		end = p.End.Format("2006-01-02")
	}
	if p.Year > 0 {
		return fmt.Sprintf("%s/%04d/%02d", p.Kind, p.Year, p.N)
	}
	return string(p.Kind) + "/" + end
}

func shortHash(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(h[:8])
}

// Cite is the citation of a span of a document.
func Cite(d store.Document, id, quote string) store.Citation {
	return store.Citation{Document: d.ID, Passage: id, Title: d.Title, URL: d.URL, Publisher: d.Publisher, Published: d.Published, Kind: d.Kind, Quote: quote}
}
