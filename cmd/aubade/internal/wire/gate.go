package wire

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/evals"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
)

// A gate lets evals judge for brief, neither of which knows the other.
type gate struct{ night *Night }

// frozenQuestions is the file, in the domain's folder, of questions whose answers do not depend on the build.
const frozenQuestions = "questions.jsonl"

func (g gate) Judge(ctx context.Context, db *store.DB, candidate store.Edition, live *store.Edition) (brief.Verdict, error) {
	frozen, err := evals.LoadCases(filepath.Join(g.night.Domain.Dir, frozenQuestions))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return brief.Verdict{}, err
	}
	e := evals.Gate{DB: db, Frozen: frozen, Now: g.night.Domain.Now(time.Now()), Open: func(ctx context.Context, e store.Edition) (*retrieval.Retriever, error) {
		embedder, err := OpenEmbedder(ctx, db, e)
		if err != nil {
			return nil, err
		}
		r, err := retrieval.New(ctx, db, e, embedder)
		if err != nil {
			return nil, err
		}
		r.Now = func() time.Time { return g.night.Domain.Now(time.Now()) }
		return r, nil
	}}
	checks, err := e.Check(ctx, candidate, live)
	if err != nil {
		return brief.Verdict{}, err
	}
	v := brief.Verdict{Pass: true}
	for _, c := range checks {
		v.Checks = append(v.Checks, brief.Check{Name: c.Name, Value: c.Value, Least: c.Least, Pass: c.Pass(), Text: c.Text})
		v.Pass = v.Pass && c.Pass()
	}
	return v, nil
}
