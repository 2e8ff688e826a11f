// Package models fetches the files that the neural parts need, and never hands out one whose hash is wrong.
package models

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed manifest.yaml
var manifest []byte

// A Model is one entry of the manifest.
type Model struct {
	Name    string   `yaml:"name" json:"name"`
	Use     string   `yaml:"use" json:"use"`
	License string   `yaml:"license" json:"license"`
	Home    string   `yaml:"home" json:"home"`
	Sets    []string `yaml:"sets" json:"sets"`
	Files   []File   `yaml:"files" json:"files,omitempty"`
	Archive *Archive `yaml:"archive" json:"archive,omitempty"` // in place of files
	// Voices are the names of a voice's speakers, by their number.
	Voices []string `yaml:"voices" json:"voices,omitempty"`
}

// A File is one file of a model.
type File struct {
	Path     string   `yaml:"path" json:"path"`
	Platform string   `yaml:"platform" json:"platform,omitempty"` // GOOS/GOARCH; empty: all
	Size     int64    `yaml:"size" json:"size"`                   // exact where SHA256 is set, else about
	SHA256   string   `yaml:"sha256" json:"sha256,omitempty"`     // lower-case hex; empty: whoever pulls must pin it
	Sources  []string `yaml:"sources" json:"sources"`
}

// A State says what is in the folder.
type State string

const (
	Missing State = "missing"
	Partial State = "partial" // some of the files
	Ready   State = "ready"
	Wrong   State = "wrong hash"
	Never   State = "not for this platform"
)

// A Library is a manifest and the folder that its files are in.
type Library struct {
	Dir    string
	Models []Model

	mu       sync.Mutex
	verified map[string]bool // paths whose hash was right in this process
}

// ErrMissing says that a model was not fetched yet.
var ErrMissing = errors.New("not fetched")

// Open reads the embedded manifest. An empty dir is AUBADE_MODELS, or else the user's cache folder.
func Open(dir string) (*Library, error) { return open(dir, manifest) }

func open(dir string, manifest []byte) (*Library, error) {
	if dir == "" {
		dir = os.Getenv("AUBADE_MODELS")
	}
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("open models: %w (set AUBADE_MODELS)", err)
		}
		dir = filepath.Join(cache, "aubade", "models")
	}
	var m struct {
		Models []Model `yaml:"models"`
	}
	if err := yaml.NewDecoder(bytes.NewReader(manifest), yaml.Strict()).Decode(&m); err != nil {
		return nil, fmt.Errorf("open models: manifest: %w", err)
	}
	for i := range m.Models {
		for _, f := range m.Models[i].Files {
			if !filepath.IsLocal(f.Path) || !filepath.IsLocal(m.Models[i].Name) {
				return nil, fmt.Errorf("open models: %s/%s leaves the folder", m.Models[i].Name, f.Path)
			}
		}
		m.Models[i].Files = slices.DeleteFunc(m.Models[i].Files, func(f File) bool {
			return f.Platform != "" && f.Platform != runtime.GOOS+"/"+runtime.GOARCH
		})
	}
	return &Library{Dir: dir, Models: m.Models, verified: map[string]bool{}}, nil
}

// Path is the first file of a model in the default folder, once its hash was found right.
func Path(name string) (string, error) {
	l, err := defaultLibrary()
	if err != nil {
		return "", err
	}
	paths, err := l.Paths(name)
	if err != nil {
		return "", err
	}
	return paths[0], nil
}

var defaultLibrary = sync.OnceValues(func() (*Library, error) { return Open("") })

// Find is the entry of that name.
func (l *Library) Find(name string) (Model, error) {
	for _, m := range l.Models {
		if m.Name == name {
			return m, nil
		}
	}
	var names []string
	for _, m := range l.Models {
		names = append(names, m.Name)
	}
	return Model{}, fmt.Errorf("no model %q; there are %v", name, names)
}

// Paths are the files of a model, in the manifest's order, once all their hashes were found right. Of an archive it is the folder.
func (l *Library) Paths(name string) ([]string, error) {
	m, err := l.Find(name)
	if err != nil {
		return nil, err
	}
	if m.Archive != nil {
		if err := l.checkTree(m); err != nil {
			return nil, fmt.Errorf("model %s: %w", name, err)
		}
		return []string{filepath.Join(l.Dir, m.Name)}, nil
	}
	if len(m.Files) == 0 {
		return nil, fmt.Errorf("model %s: there is none for %s/%s", name, runtime.GOOS, runtime.GOARCH)
	}
	var paths []string
	for _, f := range m.Files {
		path := l.path(m, f)
		if err := l.check(m, f); err != nil {
			return nil, fmt.Errorf("model %s: %w", name, err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func (l *Library) path(m Model, f File) string { return filepath.Join(l.Dir, m.Name, f.Path) }

// check reads the file and compares its hash, once in a process.
func (l *Library) check(m Model, f File) error {
	path := l.path(m, f)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.verified[path] {
		return nil
	}
	got, err := hash(path)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s: %w; to get it: aubade models pull %s", f.Path, ErrMissing, m.Name)
	}
	if err != nil {
		return err
	}
	want := f.SHA256
	if want == "" {
		want = l.pins()[m.Name+"/"+f.Path]
	}
	if want == "" {
		return fmt.Errorf("%s: nobody has vouched for this file; `aubade models pull --pin %s` fetches it and remembers its hash", f.Path, m.Name)
	}
	if got != want {
		return fmt.Errorf("%s: its hash is %s, want %s: it is not loaded", path, got, want)
	}
	l.verified[path] = true
	return nil
}

// State says how a model stands: its hashes are read.
func (l *Library) State(m Model) State {
	if m.Archive != nil {
		switch err := l.checkTree(m); {
		case err == nil:
			return Ready
		case errors.Is(err, ErrMissing):
			return Missing
		}
		return Wrong
	}
	if len(m.Files) == 0 {
		return Never
	}
	ready := 0
	for _, f := range m.Files {
		if _, err := os.Stat(l.path(m, f)); err != nil {
			continue
		}
		if l.check(m, f) != nil {
			return Wrong
		}
		ready++
	}
	switch ready {
	case 0:
		return Missing
	case len(m.Files):
		return Ready
	}
	return Partial
}

// Size is what is fetched of a model; an archive takes somewhat more on disk.
func (m Model) Size() int64 {
	var n int64
	for _, f := range m.Files {
		n += f.Size
	}
	if m.Archive != nil {
		n += m.Archive.Size
	}
	return n
}

func hash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Pins are hashes that a person took on trust when fetching a file for which the manifest has none.
func (l *Library) pinFile() string { return filepath.Join(l.Dir, "pins.json") }

func (l *Library) pins() map[string]string {
	pins := map[string]string{}
	if b, err := os.ReadFile(l.pinFile()); err == nil {
		_ = json.Unmarshal(b, &pins) // a broken file pins nothing
	}
	return pins
}

func (l *Library) pin(m Model, f File, sum string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	pins := l.pins()
	pins[m.Name+"/"+f.Path] = sum
	b, err := json.MarshalIndent(pins, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(l.pinFile(), b, 0o644)
}

// Select turns names and sets ("small", "neural", "recommended", "all") into models, without repetition.
func (l *Library) Select(names []string) ([]Model, error) {
	var out []Model
	add := func(m Model) {
		if !slices.ContainsFunc(out, func(o Model) bool { return o.Name == m.Name }) {
			out = append(out, m)
		}
	}
	for _, name := range names {
		found := false
		for _, m := range l.Models {
			if name == m.Name || name == "all" || slices.Contains(m.Sets, name) {
				add(m)
				found = true
			}
		}
		if !found {
			_, err := l.Find(name)
			return nil, fmt.Errorf("%w, and the sets small, neural, recommended and all", err)
		}
	}
	return out, nil
}
