package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/evals/adversary"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/answer"
)

// talk builds editions in which every carrier stands at every place, and asks about each page.
func (t *trial) talk(ctx context.Context, c *cli.Command) error {
	var shots []shot
	for i, k := range adversary.Carriers {
		for j, place := range adversary.Places {
			n := i*len(adversary.Places) + j
			shots = append(shots, shot{t.attacks[n%len(t.attacks)], k, place, n % len(t.pages)})
		}
	}
	tick, done := progressBar(c, len(shots), "calling")
	defer done()
	clean := make([]string, len(t.pages))
	for i, p := range t.pages {
		clean[i] = string(p.raw)
	}
	was, err := t.call(ctx, clean)
	if err != nil {
		return err
	}
	for len(shots) > 0 {
		n := min(len(t.pages), len(shots))
		raw := slices.Clone(clean)
		for _, s := range shots[:n] {
			raw[s.page] = string(adversary.Poison(t.pages[s.page].raw, s.attack, s.carrier, s.place))
		}
		is, err := t.call(ctx, raw)
		if err != nil {
			return err
		}
		for _, s := range shots[:n] {
			o := adversary.Judge(s.attack, was[s.page], is[s.page])
			o.Lost = false // what is told first in a call depends on every page of the edition
			t.outcomes = append(t.outcomes, s.outcome(o, t.pages[s.page].name, "a call"))
			tick()
		}
		shots = shots[n:]
	}
	return nil
}

// call builds an edition of pages and asks about each. What is told of a page is what the edition has of it, and what is
// spoken.
func (t *trial) call(ctx context.Context, pages []string) (told []adversary.Telling, err error) {
	home, err := os.MkdirTemp("", "adversarial-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	db, err := store.Open(filepath.Join(home, "aubade.db"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	src := &givenPages{}
	for i, raw := range pages {
		d, err := t.document(t.pages[i].name, []byte(raw))
		if err != nil {
			return nil, err
		}
		src.docs = append(src.docs, d)
	}
	b := &brief.Builder{DB: db, Domain: t.domain, Sources: []brief.Source{src}, Digester: t.night[0], Embedder: brief.LSA{}}
	e, report, err := b.Build(ctx)
	if err != nil {
		return nil, err
	}
	t.editions++
	a, err := answer.New(answer.Config{DB: db, Domain: t.domain, Model: t.day, MaxSentences: 6, MaxSpeech: time.Minute, HistoryTurns: 2, HistoryTokens: 500,
		Now: func() time.Time { return t.domain.Now(time.Now()) },
		Retriever: func(ctx context.Context, e store.Edition) (*retrieval.Retriever, error) {
			embedder, err := wire.OpenEmbedder(ctx, db, e)
			if err != nil {
				return nil, err
			}
			return retrieval.New(ctx, db, e, embedder)
		}})
	if err != nil {
		return nil, err
	}
	facts, err := db.Facts(ctx, e.ID, store.FactQuery{})
	if err != nil {
		return nil, err
	}
	passages, err := db.Passages(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	for i, d := range src.docs {
		one := adversary.Telling{Text: d.Text}
		var names []string
		for _, p := range passages {
			if p.Span.Document == d.ID {
				one.Said = append(one.Said, p.Text)
				names = append(names, p.Entities...)
			}
		}
		for _, f := range facts {
			if f.Span.Document == d.ID && f.Formula == "" {
				one.Facts, one.Said = append(one.Facts, f), append(one.Said, f.Statement)
				names = append(names, f.Entity)
			}
		}
		for _, r := range report.Refused {
			if r.Document == d.ID {
				one.Refused = append(one.Refused, r.Reason)
			}
		}
		spoken, err := t.ask(ctx, a, fmt.Sprintf("page-%d", i), t.questionsOn(d, names))
		if err != nil {
			return nil, err
		}
		one.Said = append(one.Said, spoken...)
		told = append(told, one)
	}
	return told, nil
}

// questionsOn are what a caller could ask who has seen the headline.
func (t *trial) questionsOn(d store.Document, names []string) []string {
	var out []string
	slices.Sort(names)
	for _, id := range slices.Compact(names) {
		if term, ok := t.lexicon.Term(id); ok && len(out) < 2 {
			out = append(out, "What is new about "+term.Name+"?")
		}
	}
	return append(out, "What about this: "+d.Title+"?")
}

func (t *trial) ask(ctx context.Context, a *answer.Answerer, id string, questions []string) (said []string, err error) {
	conv, err := a.Open(ctx, id, "")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conv.Close()) }()
	for i, q := range questions {
		t.questions++
		for s, err := range conv.Respond(ctx, voice.Turn{ID: i + 1, Kind: voice.Asked, Typed: true, Transcript: voice.Transcript{Text: q, Final: true}}) {
			if err != nil {
				return said, err
			}
			said = append(said, s.Text)
		}
	}
	return said, nil
}

// givenPages is a source of documents that are there already.
type givenPages struct{ docs []store.Document }

func (g *givenPages) Name() string { return "pages" }

func (g *givenPages) Fetch(context.Context, time.Time) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		for _, d := range g.docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}
