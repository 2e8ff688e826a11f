package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrClaimed says that a finding has moved on to a later call, which may tell it; this one may not any more.
var ErrClaimed = errors.New("finding belongs to another call now")

// SaveFinding writes a row of the ledger before it returns. A row that another session has claimed is left alone, and
// ErrClaimed returned.
func (db *DB) SaveFinding(ctx context.Context, f Finding) error {
	body, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("save finding %s: %w", f.ID, err)
	}
	err = db.update(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `insert into findings (id, session, caller, state, asked, body) values (?, ?, ?, ?, ?, ?)
			on conflict (id) do update set caller = excluded.caller, state = excluded.state, body = excluded.body
			where findings.session = excluded.session`,
			f.ID, f.Session, f.Caller, string(f.State), stamp(f.Asked), body)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return ErrClaimed
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save finding %s: %w", f.ID, err)
	}
	return nil
}

// Findings lists a session's rows of the ledger in the order in which they were asked.
func (db *DB) Findings(ctx context.Context, session string) ([]Finding, error) {
	if db.sql == nil {
		return nil, db.damage
	}
	fs, err := readFindings(db.sql.QueryContext(ctx, "select body from findings where session = ? order by asked, id", session))
	if err != nil {
		return nil, fmt.Errorf("findings of session %s: %w", session, err)
	}
	return fs, nil
}

// ClaimFindings moves what is still owed to a caller from earlier calls into a session, and lists it. Nothing is owed to
// a caller without a name.
func (db *DB) ClaimFindings(ctx context.Context, caller, session string) ([]Finding, error) {
	if caller == "" {
		return nil, nil
	}
	var fs []Finding
	err := db.update(ctx, func(tx *sql.Tx) (err error) {
		fs, err = readFindings(tx.QueryContext(ctx, `select body from findings
			where caller = ? and session <> ? and state in (?, ?, ?) order by asked, id`,
			caller, session, string(Pending), string(Ready), string(Offered)))
		if err != nil {
			return err
		}
		for i := range fs {
			fs[i].Session = session
			body, err := json.Marshal(fs[i])
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "update findings set session = ?, body = ? where id = ?", session, body, fs[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim findings of %s: %w", caller, err)
	}
	return fs, nil
}

func readFindings(rows *sql.Rows, err error) ([]Finding, error) {
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var out []Finding
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, classify(err)
		}
		var f Finding
		if err := json.Unmarshal(body, &f); err != nil {
			return nil, fmt.Errorf("%w: finding: %w", ErrCorrupt, err)
		}
		out = append(out, f)
	}
	return out, classify(rows.Err())
}
