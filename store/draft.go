package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/terms"
)

// A Draft is an edition while it is being written. Nobody sees it before Seal.
type Draft struct {
	db       *DB
	edition  Edition
	sql      *sql.DB
	passages int
	df       map[string]int // in how many passages a word occurs
}

// editionSchema is the inside of an edition's file. Passages are numbered from 1 in the order they were added; the
// number is the row of the full-text index and, less one, of the matrix of vectors. The full-text index keeps positions,
// although nobody asks for phrases: without them and without content BM25 counts nothing.
const editionSchema = `
	create table meta (key text primary key, value blob not null) strict;
	create table facts (
		id text primary key, entity text not null, metric text not null, period_end integer not null, as_of integer not null, body blob not null
	) strict;
	create index facts_entity on facts(entity, metric, period_end);
	create table passages (
		number integer primary key, id text not null unique, entities text not null, kind text not null, published integer not null, body blob not null
	) strict;
	create table questions (number integer primary key, id text not null unique, body blob not null) strict;
	create table vectors (part integer primary key, body blob not null) strict;
	create virtual table words using fts5(plain, scoped, content='', tokenize="ascii tokenchars '_:'");`

// Begin starts a new edition of e.Domain. Drafts that a killed builder left behind are removed.
func (db *DB) Begin(ctx context.Context, e Edition) (*Draft, error) {
	e.State, e.Began = Building, time.Now().UTC()
	if err := os.MkdirAll(db.editions.dir, 0o755); err != nil {
		return nil, fmt.Errorf("begin edition: %w", err)
	}
	err := db.update(ctx, func(tx *sql.Tx) error {
		if err := db.clearDrafts(ctx, tx, e.Domain); err != nil {
			return err
		}
		body, err := json.Marshal(e)
		if err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `insert into editions (domain, state, began, published, as_of, hash, body)
			values (?, ?, ?, 0, 0, '', ?)`, e.Domain, e.State, stamp(e.Began), body)
		if err != nil {
			return err
		}
		if e.ID, err = r.LastInsertId(); err != nil {
			return err
		}
		return putEdition(ctx, tx, e)
	})
	if err != nil {
		return nil, fmt.Errorf("begin edition: %w", err)
	}
	path := db.editions.path(e.ID) + buildingSuffix
	os.Remove(path)
	s, err := sql.Open("sqlite", fileURI(path)+"?"+pragmas+"&_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=locking_mode(exclusive)")
	if err != nil {
		return nil, err
	}
	// One connection: without a journal there is nothing to roll back to, and nobody else to wait for.
	s.SetMaxOpenConns(1)
	if _, err := s.ExecContext(ctx, editionSchema); err != nil {
		s.Close()
		return nil, fmt.Errorf("begin edition %d: %w", e.ID, classify(err))
	}
	return &Draft{db: db, edition: e, sql: s, df: map[string]int{}}, nil
}

func (db *DB) clearDrafts(ctx context.Context, tx *sql.Tx, domain string) error {
	rows, err := tx.QueryContext(ctx, "select id from editions where domain = ? and state = ?", domain, Building)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return err
		}
		os.Remove(db.editions.path(id) + buildingSuffix)
		os.Remove(db.editions.path(id)) // sealed, but the register never heard of it
	}
	if err := rows.Err(); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "delete from editions where domain = ? and state = ?", domain, Building)
	return err
}

// ID is the number of the edition that is being written.
func (d *Draft) ID() int64 { return d.edition.ID }

// AddFacts writes facts. Their Edition is set.
func (d *Draft) AddFacts(ctx context.Context, facts []Fact) error {
	return update(ctx, d.sql, func(tx *sql.Tx) error {
		put, err := tx.PrepareContext(ctx, "insert into facts (id, entity, metric, period_end, as_of, body) values (?, ?, ?, ?, ?, ?)")
		if err != nil {
			return err
		}
		defer put.Close()
		for i := range facts {
			f := &facts[i]
			f.Edition = d.edition.ID
			body, err := json.Marshal(f)
			if err != nil {
				return err
			}
			if _, err := put.ExecContext(ctx, f.ID, f.Entity, f.Metric, stamp(f.Period.End), stamp(f.AsOf), body); err != nil {
				return fmt.Errorf("fact %s: %w", f.ID, err)
			}
			d.edition.Counts.Facts++
		}
		return nil
	})
}

// AddPassages writes passages and indexes their words. Their Edition is set.
func (d *Draft) AddPassages(ctx context.Context, passages []Passage) error {
	return update(ctx, d.sql, func(tx *sql.Tx) error {
		put, err := tx.PrepareContext(ctx, "insert into passages (number, id, entities, kind, published, body) values (?, ?, ?, ?, ?, ?)")
		if err != nil {
			return err
		}
		defer put.Close()
		index, err := tx.PrepareContext(ctx, "insert into words (rowid, plain, scoped) values (?, ?, ?)")
		if err != nil {
			return err
		}
		defer index.Close()
		for i := range passages {
			p := &passages[i]
			p.Edition = d.edition.ID
			d.passages++
			body, err := json.Marshal(p)
			if err != nil {
				return err
			}
			if _, err := put.ExecContext(ctx, d.passages, p.ID, strings.Join(p.Entities, "\n"), p.Kind, stamp(p.Published), body); err != nil {
				return fmt.Errorf("passage %s: %w", p.ID, err)
			}
			words := terms.Of(p.Prefix + "\n" + p.Text)
			d.count(words)
			if _, err := index.ExecContext(ctx, d.passages, strings.Join(words, " "), scopeAll(p.Entities, words)); err != nil {
				return fmt.Errorf("index passage %s: %w", p.ID, err)
			}
			d.edition.Counts.Passages++
		}
		return nil
	})
}

func (d *Draft) count(words []string) {
	once := slices.Clone(words)
	slices.Sort(once)
	for _, w := range slices.Compact(once) {
		d.df[w]++
	}
}

// AddQuestions writes anticipated questions. Their Edition is set.
func (d *Draft) AddQuestions(ctx context.Context, questions []Question) error {
	return update(ctx, d.sql, func(tx *sql.Tx) error {
		for i := range questions {
			q := &questions[i]
			q.Edition = d.edition.ID
			body, err := json.Marshal(q)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "insert into questions (id, body) values (?, ?)", q.ID, body); err != nil {
				return fmt.Errorf("question %s: %w", q.ID, err)
			}
			d.edition.Counts.Questions++
		}
		return nil
	})
}

// vectorsPerPart keeps a part below SQLite's comfortable blob size: 4,096 vectors of 384 dimensions are 6 MB.
const vectorsPerPart = 4096

// AddVectors writes one unit vector for each passage, in the passages' order.
func (d *Draft) AddVectors(ctx context.Context, vectors [][]float32) error {
	if len(vectors) != d.passages {
		return fmt.Errorf("%d vectors for %d passages", len(vectors), d.passages)
	}
	return update(ctx, d.sql, func(tx *sql.Tx) error {
		for part := 0; part*vectorsPerPart < len(vectors); part++ {
			some := vectors[part*vectorsPerPart : min(len(vectors), (part+1)*vectorsPerPart)]
			d.edition.Dims = len(some[0])
			body := make([]byte, 0, 4*len(some)*d.edition.Dims)
			for _, v := range some {
				if len(v) != d.edition.Dims {
					return fmt.Errorf("vectors of %d and of %d dimensions", d.edition.Dims, len(v))
				}
				for _, x := range v {
					body = binary.LittleEndian.AppendUint32(body, math.Float32bits(x))
				}
			}
			if _, err := tx.ExecContext(ctx, "insert into vectors (part, body) values (?, ?)", part, body); err != nil {
				return err
			}
		}
		return nil
	})
}

// Attach keeps a blob with the edition, such as the fitted embedder.
func (d *Draft) Attach(ctx context.Context, name string, blob []byte) error {
	return update(ctx, d.sql, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "insert into meta (key, value) values (?, ?)", "blob:"+name, blob)
		return err
	})
}

// Seal finishes the file and enters the edition in the register, in the state given: a candidate until it is published.
func (d *Draft) Seal(ctx context.Context, describe func(*Edition)) (Edition, error) {
	e := d.edition
	describe(&e)
	e.State = Candidate
	body, err := json.Marshal(e)
	if err != nil {
		return Edition{}, err
	}
	fail := func(err error) (Edition, error) { return Edition{}, fmt.Errorf("seal edition %d: %w", e.ID, err) }
	// The file is written without a journal: only after the last byte is on the disk does it get its name.
	for _, step := range []string{"insert into words(words) values ('optimize')", "analyze"} {
		if _, err := d.sql.ExecContext(ctx, step); err != nil {
			return fail(classify(err))
		}
	}
	words := bytes.NewBuffer([]byte{}) // never nil: an edition may have no words
	for _, w := range slices.Sorted(maps.Keys(d.df)) {
		fmt.Fprintf(words, "%s %d\n", w, d.df[w])
	}
	if _, err := d.sql.ExecContext(ctx, "insert into meta (key, value) values ('words', ?), ('edition', ?)", words.Bytes(), body); err != nil {
		return fail(classify(err))
	}
	if err := d.sql.Close(); err != nil {
		return fail(err)
	}
	path := d.db.editions.path(e.ID)
	if err := syncFile(path + buildingSuffix); err != nil {
		return fail(err)
	}
	if err := os.Rename(path+buildingSuffix, path); err != nil {
		return fail(err)
	}
	if err := d.db.update(ctx, func(tx *sql.Tx) error { return putEdition(ctx, tx, e) }); err != nil {
		return fail(err)
	}
	return e, nil
}

// Discard throws the draft away.
func (d *Draft) Discard() error {
	d.sql.Close()
	os.Remove(d.db.editions.path(d.edition.ID) + buildingSuffix)
	return d.db.update(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec("delete from editions where id = ? and state = ?", d.edition.ID, Building)
		return err
	})
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
