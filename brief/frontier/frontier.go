// Package frontier digests documents with a large model, and believes nothing that the document does not prove.
package frontier

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/brief/prompts"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/llm"
	"github.com/aubade/aubade/store"
)

// A Cache keeps a model's answers. store.DB is one.
type Cache interface {
	Cached(ctx context.Context, key string) ([]byte, bool, error)
	Cache(ctx context.Context, key string, value []byte) error
}

// Config says with what and how far a digester may go.
type Config struct {
	Model llm.Model
	// Version, if set, is told beside the model's name: what it says may change without its name.
	Version string
	Cache   Cache
	// Plain reads what needs no model: prices, tagged values, calendars; and what the caps or a dead server leave over.
	Plain brief.Digester
	// MaxTokens and MaxUSD cap one run; 0 means no cap. Documents come in the watch-list's order, so what is over is what
	// is watched least.
	MaxTokens int
	MaxUSD    float64
	// USDPerMillionIn and Out are the model's prices; 0 means that it costs nothing.
	USDPerMillionIn, USDPerMillionOut float64
	// Problem, if set, hears of each document that the model could not read. It is called from many goroutines.
	Problem func(url string, err error)
}

// A Digester is one run's.
type Digester struct {
	Config

	mu    sync.Mutex
	spent brief.Spent // tokens and money reserved or used so far

	circuit circuit
}

// New makes a digester for one run.
func New(c Config) *Digester { return &Digester{Config: c} }

// Name is what digests are kept under.
func (g *Digester) Name() string {
	model := g.Model.Name()
	if g.Version != "" {
		model += "@" + g.Version
	}
	return "frontier/" + prompts.Version + " " + model + " " + g.Plain.Name()
}

// Digest asks the model for claims, checks each, sends the refused ones back once with the reason, and drops what is
// refused again. A model that is of no use, document after document, ends the run with [brief.ErrGaveUp].
func (g *Digester) Digest(ctx context.Context, d store.Document, l lexicon.Lexicon) (brief.Digest, error) {
	if plain(d) {
		return g.Plain.Digest(ctx, d, l)
	}
	if err := g.circuit.broken(); err != nil {
		return brief.Digest{}, err
	}
	var out brief.Digest
	for _, part := range parts(d.Text) {
		got, err := g.part(ctx, d, part, l)
		out.Spent.Add(got.Spent)
		if err != nil {
			if ctx.Err() != nil {
				return out, context.Cause(ctx)
			}
			if err := g.failed(d, err); err != nil {
				return out, err
			}
			return g.instead(ctx, d, l, out.Spent, err)
		}
		out.Facts = append(out.Facts, got.Facts...)
		out.Passages = append(out.Passages, got.Passages...)
		out.Refused = append(out.Refused, got.Refused...)
	}
	switch {
	case out.Spent.Calls == 0: // the cache answered, which says nothing of the server
	case len(out.Facts)+len(out.Passages) == 0 && len(out.Refused) > 0:
		if err := g.failed(d, fmt.Errorf("%w: %s", errNothing, out.Refused[0].Reason)); err != nil {
			return out, err
		}
	default:
		g.circuit.worked()
	}
	return out, nil
}

// failed tells of a document that the model did not read, and says whether that ends the run.
func (g *Digester) failed(d store.Document, err error) error {
	if g.Problem != nil && !errors.Is(err, errCap) {
		g.Problem(d.URL, err)
	}
	return g.circuit.failed(g.Model.Name(), err)
}

// Estimate is what reading a document would cost: the instruction and the text of every part, and an answer that is about
// half as long again as the text, as the prepared answers of the sample market are.
func (g *Digester) Estimate(d store.Document, l lexicon.Lexicon) (in, out int) {
	if _, replayed := g.Model.(*Prepared); replayed || plain(d) {
		return 0, 0
	}
	for _, part := range parts(d.Text) {
		in += brief.Tokens(prompts.Digest(names(l))) + brief.Tokens(prompts.Document(fence(d), d.Title, d.Publisher, "2006-01-02", string(d.Kind), part))
		out += 100 + brief.Tokens(part)*3/2
	}
	return in, out
}

// plain says that code reads a document better than any model.
func plain(d store.Document) bool {
	switch d.Kind {
	case store.Prices, store.Chain, store.Calendar:
		return true
	}
	return strings.HasPrefix(d.Text, "concept | ")
}

// instead digests a document without the model, for now: the digest is used and not kept.
func (g *Digester) instead(ctx context.Context, d store.Document, l lexicon.Lexicon, spent brief.Spent, why error) (brief.Digest, error) {
	out, err := g.Plain.Digest(ctx, d, l)
	if err != nil {
		return out, err
	}
	out.Spent.Add(spent)
	out.Unread = why.Error()
	return out, nil
}

// errCap says that the run's allowance is used up.
var errCap = errors.New("the cap of this run is reached")

// reserve takes what a request may cost out of the allowance, or says that nothing is left.
func (g *Digester) reserve(tokens int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	cost := float64(tokens) / 1e6 * g.USDPerMillionIn
	used := g.spent.Prompt + g.spent.Completion
	switch {
	case g.MaxTokens > 0 && used+tokens > g.MaxTokens:
		return fmt.Errorf("%w: %d of %d tokens", errCap, used, g.MaxTokens)
	case g.MaxUSD > 0 && g.spent.Dollars+cost > g.MaxUSD:
		return fmt.Errorf("%w: $%.2f of $%.2f", errCap, g.spent.Dollars, g.MaxUSD)
	}
	g.spent.Prompt += tokens
	g.spent.Dollars += cost
	return nil
}

// settle replaces what was reserved by what was used.
func (g *Digester) settle(reserved int, u llm.Usage) brief.Spent {
	s := brief.Spent{Calls: 1, Prompt: u.Prompt, Completion: u.Completion}
	s.Dollars = float64(u.Prompt)/1e6*g.USDPerMillionIn + float64(u.Completion)/1e6*g.USDPerMillionOut
	g.mu.Lock()
	defer g.mu.Unlock()
	g.spent.Prompt += u.Prompt - reserved
	g.spent.Completion += u.Completion
	g.spent.Dollars += s.Dollars - float64(reserved)/1e6*g.USDPerMillionIn
	return s
}

// part digests one part of a document.
func (g *Digester) part(ctx context.Context, d store.Document, text string, l lexicon.Lexicon) (brief.Digest, error) {
	var out brief.Digest
	messages := []llm.Message{
		{From: llm.System, Text: prompts.Digest(names(l))},
		{From: llm.User, Text: prompts.Document(fence(d), d.Title, d.Publisher, d.Published.Format("2006-01-02"), string(d.Kind), text)},
	}
	for round := range 2 {
		raw, spent, err := g.ask(ctx, messages)
		out.Spent.Add(spent)
		if err != nil {
			return out, err
		}
		a, err := decode(raw)
		if err != nil && round == 1 {
			return out, err
		}
		claims, refused := read(a, d, l)
		if err != nil {
			refused = []prompts.Refusal{{Claim: "the whole answer", Reason: err.Error()}}
		}
		out.Facts = append(out.Facts, claims.Facts...)
		out.Passages = append(out.Passages, claims.Passages...)
		if len(refused) == 0 {
			return out, nil
		}
		if round == 1 {
			for _, r := range refused {
				out.Refused = append(out.Refused, brief.Refusal{Document: d.ID, Claim: r.Claim, Reason: r.Reason})
			}
			return out, nil
		}
		messages = append(messages, llm.Message{From: llm.Assistant, Text: raw}, llm.Message{From: llm.User, Text: prompts.SendBack(refused)})
	}
	return out, nil
}

// maxAnswer bounds what one answer may cost.
const maxAnswer = 4000

// ask sends messages, or takes the answer from the cache.
func (g *Digester) ask(ctx context.Context, messages []llm.Message) (string, brief.Spent, error) {
	key := Key(g.Model.Name(), messages)
	if b, ok, err := g.Cache.Cached(ctx, key); err != nil {
		return "", brief.Spent{}, err
	} else if ok {
		return string(b), brief.Spent{Cached: 1}, nil
	}
	tokens := maxAnswer / 4
	for _, m := range messages {
		tokens += brief.Tokens(m.Text)
	}
	if err := g.reserve(tokens); err != nil {
		return "", brief.Spent{}, err
	}
	zero := float32(0)
	var (
		text  strings.Builder
		usage llm.Usage
		fail  error
	)
	for delta, err := range g.Model.Stream(ctx, llm.Request{Messages: messages, Temperature: &zero, MaxTokens: maxAnswer, Schema: schema, SchemaName: "digest"}) {
		if err != nil {
			fail = err
			break
		}
		text.WriteString(delta.Text)
		if delta.Usage != nil {
			usage = *delta.Usage
		}
	}
	if usage == (llm.Usage{}) {
		// Servers that do not count are counted for.
		usage = llm.Usage{Prompt: tokens - maxAnswer/4, Completion: brief.Tokens(text.String())}
	}
	spent := g.settle(tokens, usage)
	if fail != nil {
		return "", spent, fail
	}
	if _, err := decode(text.String()); err == nil {
		// Garbage is not kept: it would be garbage again tomorrow.
		if err := g.Cache.Cache(ctx, key, []byte(text.String())); err != nil {
			return "", spent, err
		}
	}
	return text.String(), spent, nil
}
