package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// A Session is one call.
type Session struct {
	ID      string
	Domain  string
	Edition int64  // pinned when the call began
	Caller  string // empty without consent
	Room    string
	Began   time.Time
	Ended   time.Time // zero while it lasts
}

// A Turn is one exchange of a call: what was asked, and how much of the reply was heard.
type Turn struct {
	Session   string
	ID        int
	Kind      string
	Asked     string
	Said      string // all that was composed
	Heard     string // what of it reached the listener
	Citations []Citation
	Waterfall json.RawMessage // as the voice recorded it
	At        time.Time
}

// An Event is one line of a call's log; Body is the event as the voice wrote it.
type Event struct {
	Seq  int64
	At   time.Duration
	Kind string
	Turn int
	Body json.RawMessage
}

// SaveSession keeps a session, or what has changed of it.
func (db *DB) SaveSession(ctx context.Context, s Session) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into sessions (id, domain, edition, caller, room, began, ended) values (?, ?, ?, ?, ?, ?, ?)
			on conflict (id) do update set edition = excluded.edition, caller = excluded.caller, room = excluded.room, ended = excluded.ended`,
			s.ID, s.Domain, s.Edition, s.Caller, s.Room, stamp(s.Began), stamp(s.Ended))
		return err
	})
	if err != nil {
		return fmt.Errorf("save session %s: %w", s.ID, err)
	}
	return nil
}

// Session finds a session.
func (db *DB) Session(ctx context.Context, id string) (Session, error) {
	if db.sql == nil {
		return Session{}, db.damage
	}
	s := Session{ID: id}
	var began, ended int64
	err := db.sql.QueryRowContext(ctx, "select domain, edition, caller, room, began, ended from sessions where id = ?", id).
		Scan(&s.Domain, &s.Edition, &s.Caller, &s.Room, &began, &ended)
	if err != nil {
		return Session{}, fmt.Errorf("session %s: %w", id, classify(err))
	}
	s.Began, s.Ended = unstamp(began), unstamp(ended)
	return s, nil
}

// SaveTurn keeps a turn, or what has changed of it: Heard comes after Said.
func (db *DB) SaveTurn(ctx context.Context, t Turn) error {
	cites, err := json.Marshal(t.Citations)
	if err != nil {
		return err
	}
	err = db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into turns (session, id, kind, asked, said, heard, citations, waterfall, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
			on conflict (session, id) do update set kind = excluded.kind, asked = excluded.asked, said = excluded.said,
			heard = excluded.heard, citations = excluded.citations, waterfall = excluded.waterfall`,
			t.Session, t.ID, t.Kind, t.Asked, t.Said, t.Heard, string(cites), string(t.Waterfall), stamp(t.At))
		return err
	})
	if err != nil {
		return fmt.Errorf("save turn %s/%d: %w", t.Session, t.ID, err)
	}
	return nil
}

// Turns lists a session's turns in order.
func (db *DB) Turns(ctx context.Context, session string) ([]Turn, error) {
	if db.sql == nil {
		return nil, db.damage
	}
	rows, err := db.sql.QueryContext(ctx, "select id, kind, asked, said, heard, citations, waterfall, at from turns where session = ? order by id", session)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var out []Turn
	for rows.Next() {
		t := Turn{Session: session}
		var cites, fall string
		var at int64
		if err := rows.Scan(&t.ID, &t.Kind, &t.Asked, &t.Said, &t.Heard, &cites, &fall, &at); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(cites), &t.Citations); err != nil {
			return nil, fmt.Errorf("%w: turn %s/%d: %w", ErrCorrupt, session, t.ID, err)
		}
		if fall != "" {
			t.Waterfall = json.RawMessage(fall)
		}
		t.At = unstamp(at)
		out = append(out, t)
	}
	return out, classify(rows.Err())
}

// AppendEvents adds to a session's log. Seq must grow.
func (db *DB) AppendEvents(ctx context.Context, session string, events []Event) error {
	err := db.update(ctx, func(tx *sql.Tx) error {
		for _, e := range events {
			if _, err := tx.ExecContext(ctx, "insert into events (session, seq, at, kind, turn, body) values (?, ?, ?, ?, ?, ?)",
				session, e.Seq, int64(e.At), e.Kind, e.Turn, string(e.Body)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("log of session %s: %w", session, err)
	}
	return nil
}

// Events lists a session's log.
func (db *DB) Events(ctx context.Context, session string) ([]Event, error) {
	if db.sql == nil {
		return nil, db.damage
	}
	rows, err := db.sql.QueryContext(ctx, "select seq, at, kind, turn, body from events where session = ? order by seq", session)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var out []Event
	for rows.Next() {
		var e Event
		var body string
		if err := rows.Scan(&e.Seq, &e.At, &e.Kind, &e.Turn, &body); err != nil {
			return nil, err
		}
		e.Body = json.RawMessage(body)
		out = append(out, e)
	}
	return out, classify(rows.Err())
}
