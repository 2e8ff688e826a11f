package models

import (
	"archive/tar"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// An Archive is a model that comes whole: a tar, compressed with gzip or bzip2, that is unpacked into the model's folder.
type Archive struct {
	Size    int64    `yaml:"size" json:"size"`
	SHA256  string   `yaml:"sha256" json:"sha256,omitempty"` // as of [File]
	Top     string   `yaml:"top" json:"top"`                 // the folder in it that is the model's; what lies beside it is left out
	Sources []string `yaml:"sources" json:"sources"`
}

// archivePin is under which name an archive's hash is pinned.
const archivePin = "archive"

// treeFile lists what was unpacked, so that it can be verified without the archive.
const treeFile = ".tree.json"

type tree struct {
	Archive string            `json:"archive"` // hash
	Files   map[string]string `json:"files"`   // path → hash
}

// Limits on what an archive may unpack to.
const (
	maxUnpacked = 8 << 30
	maxMembers  = 20_000
)

// Folder is the folder of a model of the default library that comes as an archive or in files, once every hash was found right.
func Folder(name string) (string, error) {
	l, err := defaultLibrary()
	if err != nil {
		return "", err
	}
	if _, err := l.Paths(name); err != nil {
		return "", err
	}
	return filepath.Join(l.Dir, name), nil
}

// vouched is the hash that an archive must have; empty where nobody has said.
func (l *Library) vouched(m Model) string {
	if m.Archive.SHA256 != "" {
		return m.Archive.SHA256
	}
	return l.pins()[m.Name+"/"+archivePin]
}

// checkTree reads every unpacked file and compares its hash, once in a process. A file that the archive did not hold is refused too: it
// would be loaded like the others.
func (l *Library) checkTree(m Model) error {
	dir := filepath.Join(l.Dir, m.Name)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.verified[dir] {
		return nil
	}
	raw, err := os.ReadFile(filepath.Join(dir, treeFile))
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w; to get it: aubade models pull %s", ErrMissing, m.Name)
	}
	var t tree
	if err == nil {
		err = json.Unmarshal(raw, &t)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", treeFile, err)
	}
	want := l.vouched(m)
	if want == "" {
		return fmt.Errorf("nobody has vouched for this archive; `aubade models pull --pin %s` fetches it and remembers its hash", m.Name)
	}
	if t.Archive != want {
		return fmt.Errorf("%s: it was unpacked from an archive with the hash %s, want %s: it is not loaded", dir, t.Archive, want)
	}
	got, err := hashTree(dir)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(t.Files)) {
		if got[name] != t.Files[name] {
			return fmt.Errorf("%s: its hash is %q, want %s: it is not loaded", filepath.Join(dir, name), got[name], t.Files[name])
		}
		delete(got, name)
	}
	for name := range got {
		return fmt.Errorf("%s: the archive held no such file: it is not loaded", filepath.Join(dir, name))
	}
	l.verified[dir] = true
	return nil
}

func hashTree(dir string) (map[string]string, error) {
	sums := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, p)
		if err != nil || name == treeFile {
			return err
		}
		if !d.Type().IsRegular() {
			return fmt.Errorf("%s is no plain file", p)
		}
		sums[filepath.ToSlash(name)], err = hash(p)
		return err
	})
	return sums, err
}

// pullArchive fetches and unpacks. The folder appears only when all of it is there and the archive's hash is right.
func (l *Library) pullArchive(ctx context.Context, m Model, o Options) error {
	want := l.vouched(m)
	if want == "" && !o.Pin {
		return errors.New("the archive's hash is not known to this version; --pin takes it on trust and remembers its hash")
	}
	var errs []error
	for _, source := range m.Archive.Sources {
		err := l.unpackFrom(ctx, m, source, want, o)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		errs = append(errs, fmt.Errorf("from %s: %w", source, err))
	}
	return errors.Join(errs...)
}

func (l *Library) unpackFrom(ctx context.Context, m Model, source, want string, o Options) error {
	address, _, err := resolve(ctx, source)
	if err != nil {
		return err
	}
	part := filepath.Join(l.Dir, ".partial", hex.EncodeToString(sum([]byte(source)))[:16])
	if err := os.MkdirAll(filepath.Dir(part), 0o755); err != nil {
		return err
	}
	if err := download(ctx, o.Client, address, part, func(done, total int64) { o.Progress(m.Name, done, total) }); err != nil {
		return err
	}
	got, err := hash(part)
	if err != nil {
		return err
	}
	if want != "" && got != want {
		_ = os.Remove(part) // or the next try would resume the wrong file
		return fmt.Errorf("its hash is %s, want %s", got, want)
	}
	beside := part + ".dir"
	defer os.RemoveAll(beside)
	if err := errors.Join(os.RemoveAll(beside), os.Mkdir(beside, 0o755)); err != nil {
		return err
	}
	if err := unpack(part, address, m.Archive.Top, beside); err != nil {
		_ = os.Remove(part)
		return fmt.Errorf("unpack: %w", err)
	}
	t := tree{Archive: got}
	if t.Files, err = hashTree(beside); err != nil {
		return err
	}
	raw, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(beside, treeFile), raw, 0o644); err != nil {
		return err
	}
	dir := filepath.Join(l.Dir, m.Name)
	if err := errors.Join(os.RemoveAll(dir), os.Rename(beside, dir)); err != nil {
		return err
	}
	_ = os.Remove(part)
	if want == "" {
		return l.pin(m, File{Path: archivePin}, got)
	}
	return nil
}

// members reads an archive's members, whichever way it is compressed.
func members(file io.Reader, name string) (*tar.Reader, error) {
	if strings.HasSuffix(name, ".tar.bz2") {
		return tar.NewReader(bzip2.NewReader(file)), nil
	}
	z, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	return tar.NewReader(z), nil
}

// unpack writes the folder top of an archive into the folder to. An archive that would write anywhere else, or that holds anything but
// folders and plain files, is refused whole.
func unpack(archive, name, top, to string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	t, err := members(f, name)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer root.Close()
	files, left := 0, int64(maxUnpacked)
	for n := 0; ; n++ {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if n >= maxMembers {
			return fmt.Errorf("more than %d members", maxMembers)
		}
		if !filepath.IsLocal(h.Name) {
			return fmt.Errorf("the member %q leaves the folder", h.Name)
		}
		switch h.Typeflag {
		case tar.TypeDir:
			continue // folders are made for the files in them
		case tar.TypeReg:
		case tar.TypeXGlobalHeader:
			continue
		default:
			return fmt.Errorf("the member %q is neither a folder nor a plain file", h.Name)
		}
		inner, ok := strings.CutPrefix(path.Clean(h.Name), top+"/")
		if !ok {
			continue
		}
		if inner == treeFile {
			return fmt.Errorf("the member %q has our own file's name", h.Name)
		}
		if left -= h.Size; left < 0 {
			return fmt.Errorf("it unpacks to more than %d bytes", int64(maxUnpacked))
		}
		if err := member(root, inner, t, h.Size); err != nil {
			return err
		}
		files++
	}
	if files == 0 {
		return fmt.Errorf("it holds no folder %s", top)
	}
	return nil
}

func member(root *os.Root, name string, r io.Reader, size int64) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	out, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, io.LimitReader(r, size))
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	if n != size {
		return fmt.Errorf("%s is cut off", name)
	}
	return nil
}
