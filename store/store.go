package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite" // the driver registers itself as "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The errors that a caller may ask for.
var (
	// ErrNoEdition says that nothing has been published for the domain yet.
	ErrNoEdition = errors.New("no edition yet")
	// ErrNotFound says that the store has no row of that ID.
	ErrNotFound = errors.New("not found")
	// ErrReadOnly says that the store could only be opened for reading.
	ErrReadOnly = errors.New("the store is read-only")
	// ErrCorrupt says that a file of the store is damaged.
	ErrCorrupt = errors.New("damaged database")
	// ErrFull says that the disk has no room left.
	ErrFull = errors.New("no space left on the disk")
)

// A DB is the store: one SQLite file for what changes by day, and beside it one sealed file for each edition.
//
//	aubade.db                    documents, the register of editions, sessions, turns, events, findings
//	aubade.editions/00000007.db  edition 7: never written again once it is sealed
//
// The split keeps the builder's long writes away from the live process, which would otherwise wait for SQLite's single
// writer in the middle of a call. It also keeps damage apart: an edition stays readable when the register is lost.
type DB struct {
	path string
	sql  *sql.DB
	// damage is why the register could not be opened; editions are then served from their files alone.
	damage   error
	readOnly bool

	editions editionFiles
}

// Open opens the store at path, making it and its folder where there is none. A store that cannot be written is opened
// for reading: [DB.ReadOnly] says so. When the register is damaged and sealed editions exist, Open succeeds in the same
// way and [DB.Damage] tells what is wrong, so that yesterday's edition is still served.
func Open(path string) (*DB, error) {
	db := &DB{path: path}
	db.editions.dir = strings.TrimSuffix(path, filepath.Ext(path)) + ".editions"

	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = db.openWritable()
	}
	if err == nil {
		return db, nil
	}
	switch {
	case isReadOnly(err):
		if rerr := db.openReadOnly(); rerr != nil {
			return nil, fmt.Errorf("open store %s: %w", path, rerr)
		}
		return db, nil
	case errors.Is(err, ErrCorrupt), errors.Is(err, ErrFull):
		if ids, _ := db.editions.sealed(); len(ids) > 0 {
			db.damage, db.readOnly = err, true
			return db, nil
		}
	}
	return nil, fmt.Errorf("open store %s: %w", path, err)
}

// Path is where the store is.
func (db *DB) Path() string { return db.path }

// ReadOnly says that nothing can be written.
func (db *DB) ReadOnly() bool { return db.readOnly }

// Damage is why the register could not be read; nil when all is well.
func (db *DB) Damage() error { return db.damage }

// Close closes every file of the store.
func (db *DB) Close() error {
	err := db.editions.close()
	if db.sql != nil {
		err = errors.Join(db.sql.Close(), err)
	}
	return err
}

// pragmas suit one writer and many readers: WAL lets them meet, NORMAL still survives a killed process.
const pragmas = "_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=temp_store(2)"

func (db *DB) openWritable() error {
	s, err := sql.Open("sqlite", fileURI(db.path)+"?_txlock=immediate&"+pragmas+"&_pragma=journal_mode(wal)&_pragma=synchronous(normal)")
	if err != nil {
		return err
	}
	if err := migrate(s); err != nil {
		return errors.Join(classify(err), s.Close())
	}
	db.sql = s
	return nil
}

func (db *DB) openReadOnly() error {
	if _, err := os.Stat(db.path); err != nil {
		return fmt.Errorf("%w, and there is nothing to read: %w", ErrReadOnly, err)
	}
	// immutable: SQLite needs no -shm file beside a database that it is told nobody changes.
	s, err := sql.Open("sqlite", fileURI(db.path)+"?mode=ro&immutable=1&"+pragmas)
	if err != nil {
		return err
	}
	if _, err := s.Exec("select count(*) from editions"); err != nil {
		return errors.Join(classify(err), s.Close())
	}
	db.sql, db.readOnly = s, true
	return nil
}

// writable is asked by every method that changes something.
func (db *DB) writable() error {
	if db.damage != nil {
		return db.damage
	}
	if db.readOnly {
		return ErrReadOnly
	}
	return nil
}

// migrations are the steps from an empty file to today's tables. They are only ever added to.
var migrations = []string{
	`create table documents (
		id text primary key, domain text not null, source text not null, url text not null, title text not null,
		publisher text not null, kind text not null, entities text not null,
		published integer not null, retrieved integer not null, as_of integer not null,
		media text not null, raw blob, text text not null, hash text not null,
		gone integer not null, unverified integer not null
	) strict;
	create index documents_source on documents(domain, source);
	create table marks (domain text not null, source text not null, since integer not null, primary key (domain, source)) strict;
	create table cache (key text primary key, value blob not null, at integer not null) strict;
	create table editions (
		id integer primary key autoincrement, domain text not null, state text not null,
		began integer not null, published integer not null, as_of integer not null, hash text not null, body blob not null
	) strict;
	create table current (domain text primary key, edition integer not null references editions(id)) strict;
	create table sessions (
		id text primary key, domain text not null, edition integer not null, caller text not null, room text not null,
		began integer not null, ended integer not null
	) strict;
	create table turns (
		session text not null references sessions(id), id integer not null, kind text not null, asked text not null,
		said text not null, heard text not null, citations text not null, waterfall text not null, at integer not null,
		primary key (session, id)
	) strict;
	create table events (
		session text not null references sessions(id), seq integer not null, at integer not null, kind text not null,
		turn integer not null, body text not null, primary key (session, seq)
	) strict;`,
	`create table findings (
		id text primary key, session text not null, caller text not null, state text not null, asked integer not null, body blob not null
	) strict;
	create index findings_session on findings(session);
	create index findings_caller on findings(caller, state);`,
}

func migrate(s *sql.DB) error {
	tx, err := s.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var version int
	if err := tx.QueryRow("pragma user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(migrations) {
		return fmt.Errorf("the database is of version %d, made by a newer aubade than this one (version %d)", version, len(migrations))
	}
	for i, step := range migrations[version:] {
		if _, err := tx.Exec(step); err != nil {
			return fmt.Errorf("migration %d: %w", version+i+1, err)
		}
	}
	if version < len(migrations) {
		if _, err := tx.Exec(fmt.Sprintf("pragma user_version = %d", len(migrations))); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// update runs f in one transaction.
func (db *DB) update(ctx context.Context, f func(*sql.Tx) error) error {
	if err := db.writable(); err != nil {
		return err
	}
	return update(ctx, db.sql, f)
}

func update(ctx context.Context, s *sql.DB, f func(*sql.Tx) error) error {
	tx, err := s.BeginTx(ctx, nil)
	if err != nil {
		return classify(err)
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return classify(err)
	}
	return classify(tx.Commit())
}

// classify turns SQLite's codes into the errors that a caller may ask for.
func classify(err error) error {
	var se *sqlite.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.As(err, &se):
		switch se.Code() & 0xff {
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		case sqlite3.SQLITE_FULL:
			return fmt.Errorf("%w: %w", ErrFull, err)
		case sqlite3.SQLITE_READONLY:
			return fmt.Errorf("%w: %w", ErrReadOnly, err)
		}
	}
	return err
}

func isReadOnly(err error) bool {
	if errors.Is(err, ErrReadOnly) || errors.Is(err, fs.ErrPermission) {
		return true
	}
	var se *sqlite.Error
	return errors.As(err, &se) && se.Code()&0xff == sqlite3.SQLITE_CANTOPEN
}

func fileURI(path string) string {
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// Times are kept as Unix nanoseconds; the zero time, which has none, as 0.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func unstamp(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
