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
	"time"
)

// Current finds the edition that is live for a domain; ErrNoEdition when there is none.
func (db *DB) Current(ctx context.Context, domain string) (Edition, error) {
	if db.sql == nil {
		return db.salvaged(domain)
	}
	var body []byte
	err := db.sql.QueryRowContext(ctx, `select e.body from current c join editions e on e.id = c.edition where c.domain = ?`, domain).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return Edition{}, fmt.Errorf("%s: %w", domain, ErrNoEdition)
	}
	if err != nil {
		return Edition{}, fmt.Errorf("current edition of %s: %w", domain, classify(err))
	}
	return decodeEdition(body)
}

// Editions lists the editions of a domain, newest first.
func (db *DB) Editions(ctx context.Context, domain string) ([]Edition, error) {
	if db.sql == nil {
		e, err := db.salvaged(domain)
		return []Edition{e}, err
	}
	rows, err := db.sql.QueryContext(ctx, "select body from editions where domain = ? order by id desc", domain)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var out []Edition
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		e, err := decodeEdition(body)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, classify(rows.Err())
}

// Edition finds one edition by its number.
func (db *DB) Edition(ctx context.Context, id int64) (Edition, error) {
	if db.sql == nil {
		return db.editions.meta(ctx, id)
	}
	var body []byte
	if err := db.sql.QueryRowContext(ctx, "select body from editions where id = ?", id).Scan(&body); err != nil {
		return Edition{}, fmt.Errorf("edition %d: %w", id, classify(err))
	}
	return decodeEdition(body)
}

// Publish makes an edition the live one of its domain: one row flips. Sessions keep the edition that they began with.
func (db *DB) Publish(ctx context.Context, id int64) error {
	e, err := db.Edition(ctx, id)
	if err != nil {
		return err
	}
	if e.State == Building {
		return fmt.Errorf("publish edition %d: it is still being built", id)
	}
	if _, err := os.Stat(db.editions.path(id)); err != nil {
		return fmt.Errorf("publish edition %d: its file is missing: %w", id, err)
	}
	e.State, e.Published = Published, time.Now().UTC()
	err = db.update(ctx, func(tx *sql.Tx) error {
		if err := putEdition(ctx, tx, e); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into current (domain, edition) values (?, ?)
			on conflict (domain) do update set edition = excluded.edition`, e.Domain, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("publish edition %d: %w", id, err)
	}
	// A mirror of the row, for the day when the register cannot be read. Losing it costs nothing now.
	_ = db.editions.mirror(e.Domain, id)
	return nil
}

// Rollback makes the newest edition that was published before the live one live again, and returns it.
func (db *DB) Rollback(ctx context.Context, domain string) (Edition, error) {
	now, err := db.Current(ctx, domain)
	if err != nil {
		return Edition{}, err
	}
	all, err := db.Editions(ctx, domain)
	if err != nil {
		return Edition{}, err
	}
	for _, e := range all {
		if e.ID >= now.ID || e.State != Published {
			continue
		}
		err := db.update(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "update current set edition = ? where domain = ?", e.ID, domain)
			return err
		})
		if err != nil {
			return Edition{}, fmt.Errorf("roll back %s: %w", domain, err)
		}
		_ = db.editions.mirror(domain, e.ID)
		return e, nil
	}
	return Edition{}, fmt.Errorf("roll back %s: nothing was published before edition %d", domain, now.ID)
}

// Annotate replaces an edition's report, and its state while it is not published. Its content never changes.
func (db *DB) Annotate(ctx context.Context, id int64, state EditionState, report []byte) error {
	e, err := db.Edition(ctx, id)
	if err != nil {
		return err
	}
	if e.State != Published {
		e.State = state
	}
	e.Report = report
	return db.update(ctx, func(tx *sql.Tx) error { return putEdition(ctx, tx, e) })
}

// Prune deletes old editions of a domain by this rule: the live edition, the newest keep published ones and the newest
// candidate stay; an edition that a session began with within the last day stays too. It returns what it deleted.
func (db *DB) Prune(ctx context.Context, domain string, keep int) ([]int64, error) {
	if err := db.writable(); err != nil {
		return nil, err
	}
	all, err := db.Editions(ctx, domain)
	if err != nil {
		return nil, err
	}
	live := int64(-1)
	if e, err := db.Current(ctx, domain); err == nil {
		live = e.ID
	}
	pinned, err := db.pinned(ctx, time.Now().Add(-24*time.Hour))
	if err != nil {
		return nil, err
	}
	var (
		gone       []int64
		published  int
		candidates int
	)
	for _, e := range all {
		switch e.State {
		case Published:
			published++
			if published <= keep {
				continue
			}
		case Candidate:
			candidates++
			if candidates <= 1 {
				continue
			}
		case Building:
			continue // its builder, or the next one, sees to it
		}
		if e.ID == live || slices.Contains(pinned, e.ID) {
			continue
		}
		err := db.update(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "delete from editions where id = ?", e.ID)
			return err
		})
		if err != nil {
			return gone, err
		}
		if err := db.editions.remove(e.ID); err != nil {
			return gone, err
		}
		gone = append(gone, e.ID)
	}
	return gone, nil
}

func (db *DB) pinned(ctx context.Context, since time.Time) ([]int64, error) {
	rows, err := db.sql.QueryContext(ctx, "select distinct edition from sessions where began > ?", stamp(since))
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// salvaged finds the live edition without the register: the mirror names it, else the newest sealed file of the domain.
func (db *DB) salvaged(domain string) (Edition, error) {
	ctx := context.Background()
	if id, ok := db.editions.mirrored(domain); ok {
		if e, err := db.editions.meta(ctx, id); err == nil {
			return e, nil
		}
	}
	ids, err := db.editions.sealed()
	if err != nil {
		return Edition{}, err
	}
	for _, id := range slices.Backward(ids) {
		if e, err := db.editions.meta(ctx, id); err == nil && e.Domain == domain {
			return e, nil
		}
	}
	return Edition{}, fmt.Errorf("%s: %w (%w)", domain, ErrNoEdition, db.damage)
}

func putEdition(ctx context.Context, tx *sql.Tx, e Edition) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `update editions set state = ?, published = ?, as_of = ?, hash = ?, body = ? where id = ?`,
		e.State, stamp(e.Published), stamp(e.AsOf), e.Hash, body, e.ID)
	return err
}

func decodeEdition(body []byte) (Edition, error) {
	var e Edition
	if err := json.Unmarshal(body, &e); err != nil {
		return Edition{}, fmt.Errorf("%w: edition: %w", ErrCorrupt, err)
	}
	return e, nil
}

// mirror and mirrored keep the number of the live edition in a small file beside the sealed ones.
func (f *editionFiles) mirror(domain string, id int64) error {
	tmp := f.mirrorPath(domain) + ".new"
	if err := os.WriteFile(tmp, []byte(strconv.FormatInt(id, 10)), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, f.mirrorPath(domain))
}

func (f *editionFiles) mirrored(domain string) (int64, bool) {
	b, err := os.ReadFile(f.mirrorPath(domain))
	if err != nil {
		return 0, false
	}
	id, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	return id, err == nil
}

func (f *editionFiles) mirrorPath(domain string) string {
	return filepath.Join(f.dir, "current-"+strings.ReplaceAll(domain, string(filepath.Separator), "_"))
}
