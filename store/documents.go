package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// TextHash is the Document.Hash of a text.
func TextHash(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

// DocumentID is the stable ID of what a source serves under a URL.
func DocumentID(source, url string) string {
	h := sha256.Sum256([]byte(source + "\x00" + url))
	return hex.EncodeToString(h[:10])
}

const documentColumns = "id, source, url, title, publisher, kind, entities, published, retrieved, as_of, media, text, hash, gone, unverified"

// PutDocument keeps a document, replacing an older version of it. It says whether the text is new or has changed.
func (db *DB) PutDocument(ctx context.Context, domain string, d Document) (changed bool, err error) {
	if d.Hash == "" {
		d.Hash = TextHash(d.Text)
	}
	err = db.update(ctx, func(tx *sql.Tx) error {
		var old string
		err := tx.QueryRowContext(ctx, "select hash from documents where id = ? and gone = 0", d.ID).Scan(&old)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		changed = old != d.Hash
		_, err = tx.ExecContext(ctx, `insert into documents (domain, raw, `+documentColumns+`)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			on conflict (id) do update set domain = excluded.domain, raw = excluded.raw, source = excluded.source,
			url = excluded.url, title = excluded.title, publisher = excluded.publisher, kind = excluded.kind,
			entities = excluded.entities, published = excluded.published, retrieved = excluded.retrieved,
			as_of = excluded.as_of, media = excluded.media, text = excluded.text, hash = excluded.hash,
			gone = excluded.gone, unverified = excluded.unverified`,
			domain, d.Raw, d.ID, d.Source, d.URL, d.Title, d.Publisher, d.Kind, strings.Join(d.Entities, "\n"),
			stamp(d.Published), stamp(d.Retrieved), stamp(d.AsOf), d.Media, d.Text, d.Hash, d.Gone, d.Unverified)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep document %s: %w", d.URL, err)
	}
	return changed, nil
}

// Document finds one document, with its raw bytes.
func (db *DB) Document(ctx context.Context, id string) (Document, error) {
	if db.sql == nil {
		return Document{}, db.damage
	}
	var raw []byte
	d, err := scanDocument(db.sql.QueryRowContext(ctx, "select raw, "+documentColumns+" from documents where id = ?", id), &raw)
	if err != nil {
		return Document{}, fmt.Errorf("document %s: %w", id, classify(err))
	}
	d.Raw = raw
	return d, nil
}

// Documents lists what a domain holds that is still at its source, in the order of their IDs, without the raw bytes.
func (db *DB) Documents(ctx context.Context, domain string) ([]Document, error) {
	if db.sql == nil {
		return nil, db.damage
	}
	rows, err := db.sql.QueryContext(ctx, "select "+documentColumns+" from documents where domain = ? and gone = 0 order by id", domain)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	var out []Document
	for rows.Next() {
		d, err := scanDocument(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, classify(rows.Err())
}

// DocumentIDs lists the documents of one source that are not gone, with the hash of their text.
func (db *DB) DocumentIDs(ctx context.Context, domain, source string) (map[string]string, error) {
	if db.sql == nil {
		return nil, db.damage
	}
	rows, err := db.sql.QueryContext(ctx, "select id, hash from documents where domain = ? and source = ? and gone = 0", domain, source)
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var id, hash string
		if err := rows.Scan(&id, &hash); err != nil {
			return nil, err
		}
		out[id] = hash
	}
	return out, classify(rows.Err())
}

// MarkGone says that documents are no longer at their source. What they said leaves the next edition.
func (db *DB) MarkGone(ctx context.Context, ids ...string) error {
	return db.update(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, "update documents set gone = 1 where id = ?", id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Since is until when a source has been read to its end; zero when never.
func (db *DB) Since(ctx context.Context, domain, source string) (time.Time, error) {
	if db.sql == nil {
		return time.Time{}, db.damage
	}
	var n int64
	err := db.sql.QueryRowContext(ctx, "select since from marks where domain = ? and source = ?", domain, source).Scan(&n)
	if err == sql.ErrNoRows {
		return time.Time{}, nil
	}
	return unstamp(n), classify(err)
}

// SetSince notes that a source has been read to its end at the given time.
func (db *DB) SetSince(ctx context.Context, domain, source string, t time.Time) error {
	return db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into marks (domain, source, since) values (?, ?, ?)
			on conflict (domain, source) do update set since = excluded.since`, domain, source, stamp(t))
		return err
	})
}

// Cached finds what was kept under a key: a model's answer, a document's digest.
func (db *DB) Cached(ctx context.Context, key string) ([]byte, bool, error) {
	if db.sql == nil {
		return nil, false, db.damage
	}
	var v []byte
	err := db.sql.QueryRowContext(ctx, "select value from cache where key = ?", key).Scan(&v)
	if err == sql.ErrNoRows {
		return nil, false, nil
	}
	return v, err == nil, classify(err)
}

// Cache keeps a value under a key, which must name everything that the value depends on.
func (db *DB) Cache(ctx context.Context, key string, value []byte) error {
	return db.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into cache (key, value, at) values (?, ?, ?)
			on conflict (key) do update set value = excluded.value, at = excluded.at`, key, value, stamp(time.Now()))
		return err
	})
}

type scanner interface{ Scan(dest ...any) error }

// scanDocument reads documentColumns, behind whatever columns go to the destinations in before.
func scanDocument(s scanner, before ...any) (Document, error) {
	var (
		d                          Document
		entities                   string
		published, retrieved, asOf int64
	)
	err := s.Scan(append(before, &d.ID, &d.Source, &d.URL, &d.Title, &d.Publisher, &d.Kind, &entities,
		&published, &retrieved, &asOf, &d.Media, &d.Text, &d.Hash, &d.Gone, &d.Unverified)...)
	if err != nil {
		return Document{}, err
	}
	if entities != "" {
		d.Entities = strings.Split(entities, "\n")
	}
	d.Published, d.Retrieved, d.AsOf = unstamp(published), unstamp(retrieved), unstamp(asOf)
	return d, nil
}
