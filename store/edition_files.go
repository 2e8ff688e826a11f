package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aubade/aubade/internal/quantity"
)

// editionFiles opens sealed editions, once each.
type editionFiles struct {
	dir  string
	mu   sync.Mutex
	open map[int64]*sql.DB
}

const buildingSuffix = ".building"

func (f *editionFiles) path(id int64) string {
	return filepath.Join(f.dir, fmt.Sprintf("%08d.db", id))
}

// sealed lists the editions that have a file, oldest first.
func (f *editionFiles) sealed() ([]int64, error) {
	names, err := os.ReadDir(f.dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, n := range names {
		if s, ok := strings.CutSuffix(n.Name(), ".db"); ok {
			if id, err := strconv.ParseInt(s, 10, 64); err == nil {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids, nil
}

func (f *editionFiles) get(id int64) (*sql.DB, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s, ok := f.open[id]; ok {
		return s, nil
	}
	path := f.path(id)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("edition %d: %w", id, ErrNotFound)
	} else if err != nil {
		return nil, fmt.Errorf("edition %d: %w", id, err)
	}
	// immutable is true here: a sealed file is never written again, so readers need no locks.
	s, err := sql.Open("sqlite", fileURI(path)+"?mode=ro&immutable=1&_pragma=mmap_size(1073741824)&_pragma=cache_size(-65536)")
	if err != nil {
		return nil, fmt.Errorf("edition %d: %w", id, classify(err))
	}
	if _, err := s.Exec("select count(*) from meta"); err != nil {
		return nil, errors.Join(fmt.Errorf("edition %d: %w", id, classify(err)), s.Close())
	}
	if f.open == nil {
		f.open = map[int64]*sql.DB{}
	}
	f.open[id] = s
	return s, nil
}

func (f *editionFiles) meta(ctx context.Context, id int64) (Edition, error) {
	body, err := f.blob(ctx, id, "edition")
	if err != nil {
		return Edition{}, err
	}
	return decodeEdition(body)
}

func (f *editionFiles) blob(ctx context.Context, id int64, key string) ([]byte, error) {
	s, err := f.get(id)
	if err != nil {
		return nil, err
	}
	var body []byte
	if err := s.QueryRowContext(ctx, "select value from meta where key = ?", key).Scan(&body); err != nil {
		return nil, fmt.Errorf("edition %d: %s: %w", id, key, classify(err))
	}
	return body, nil
}

func (f *editionFiles) remove(id int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s, ok := f.open[id]; ok {
		s.Close()
		delete(f.open, id)
	}
	if err := os.Remove(f.path(id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func (f *editionFiles) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var err error
	for _, s := range f.open {
		err = errors.Join(err, s.Close())
	}
	f.open = nil
	return err
}

// Attachment is a blob that was kept with an edition by Draft.Attach.
func (db *DB) Attachment(ctx context.Context, edition int64, name string) ([]byte, error) {
	return db.editions.blob(ctx, edition, "blob:"+name)
}

// A FactQuery narrows Facts. Its zero fields do not.
type FactQuery struct {
	Entity string
	Metric string
	Period quantity.Period // the same kind, year and number; where it has no year, the same kind
}

// Facts lists facts of an edition, the latest period first, then the latest AsOf.
func (db *DB) Facts(ctx context.Context, edition int64, q FactQuery) ([]Fact, error) {
	s, err := db.editions.get(edition)
	if err != nil {
		return nil, err
	}
	var (
		where = []string{"1"}
		args  []any
	)
	if q.Entity != "" {
		where, args = append(where, "entity = ?"), append(args, q.Entity)
	}
	if q.Metric != "" {
		where, args = append(where, "metric = ?"), append(args, q.Metric)
	}
	rows, err := s.QueryContext(ctx, "select body from facts where "+strings.Join(where, " and ")+" order by period_end desc, as_of desc, id", args...)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var out []Fact
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, classify(err)
		}
		var f Fact
		if err := json.Unmarshal(body, &f); err != nil {
			return nil, fmt.Errorf("%w: fact: %w", ErrCorrupt, err)
		}
		if samePeriod(q.Period, f.Period) {
			out = append(out, f)
		}
	}
	return out, classify(rows.Err())
}

func samePeriod(asked, has quantity.Period) bool {
	switch {
	case asked.Kind == "":
		return true
	case asked.Kind != has.Kind:
		return false
	case asked.Year == 0 && asked.End.IsZero():
		return true
	case asked.Year == 0 || asked.Kind == quantity.Day:
		return asked.End.Equal(has.End)
	}
	return asked.Year == has.Year && asked.N == has.N
}

// Fact finds a fact by its ID in the newest edition that has it.
func (db *DB) Fact(ctx context.Context, id string) (Fact, error) {
	var f Fact
	err := db.newest(ctx, "select body from facts where id = ?", id, &f)
	if err != nil {
		return Fact{}, fmt.Errorf("fact %s: %w", id, err)
	}
	return f, nil
}

// Passage finds a passage by its ID in the newest edition that has it.
func (db *DB) Passage(ctx context.Context, id string) (Passage, error) {
	var p Passage
	if err := db.newest(ctx, "select body from passages where id = ?", id, &p); err != nil {
		return Passage{}, fmt.Errorf("passage %s: %w", id, err)
	}
	return p, nil
}

func (db *DB) newest(ctx context.Context, query, id string, v any) error {
	ids, err := db.editions.sealed()
	if err != nil {
		return err
	}
	for _, edition := range slices.Backward(ids) {
		s, err := db.editions.get(edition)
		if err != nil {
			continue // a damaged file must not hide the others
		}
		var body []byte
		err = s.QueryRowContext(ctx, query, id).Scan(&body)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return classify(err)
		}
		return json.Unmarshal(body, v)
	}
	return ErrNotFound
}

// Passages lists the passages of an edition in their order.
func (db *DB) Passages(ctx context.Context, edition int64) ([]Passage, error) {
	return all[Passage](ctx, db, edition, "select body from passages order by number")
}

// Questions lists the questions that an edition anticipates, with their answers, in the order they were written: the most
// likely first.
func (db *DB) Questions(ctx context.Context, edition int64) ([]Question, error) {
	return all[Question](ctx, db, edition, "select body from questions order by number")
}

func all[T any](ctx context.Context, db *DB, edition int64, query string) ([]T, error) {
	s, err := db.editions.get(edition)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, query)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, classify(err)
		}
		var v T
		if err := json.Unmarshal(body, &v); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		out = append(out, v)
	}
	return out, classify(rows.Err())
}

func readPassages(ctx context.Context, s *sql.DB, numbers []int) ([]Passage, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	at := make(map[int]int, len(numbers)) // where each number goes
	args := make([]any, len(numbers))
	for i, n := range numbers {
		at[n+1], args[i] = i, n+1
	}
	rows, err := s.QueryContext(ctx, "select number, body from passages where number in (?"+strings.Repeat(", ?", len(numbers)-1)+")", args...)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	out := make([]Passage, len(numbers))
	found := 0
	for rows.Next() {
		var (
			number int
			body   sql.RawBytes
		)
		if err := rows.Scan(&number, &body); err != nil {
			return nil, classify(err)
		}
		if err := json.Unmarshal(body, &out[at[number]]); err != nil {
			return nil, fmt.Errorf("%w: passage: %w", ErrCorrupt, err)
		}
		found++
	}
	if err := rows.Err(); err != nil {
		return nil, classify(err)
	}
	if found != len(at) {
		return nil, fmt.Errorf("passages %v: %w", numbers, ErrNotFound)
	}
	return out, nil
}
