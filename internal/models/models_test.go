package models

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

func hexSum(b []byte) string { s := sha256.Sum256(b); return hex.EncodeToString(s[:]) }

func library(t *testing.T, files string, args ...any) *Library {
	t.Helper()
	text := "models:\n- name: m\n  use: u\n  license: MIT\n  home: h\n  sets: [small]\n  files:\n" + fmt.Sprintf(files, args...)
	l, err := open(t.TempDir(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func archive(t *testing.T, members ...[2]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, m := range members {
		if err := w.WriteHeader(&tar.Header{Name: m[0], Mode: 0o644, Size: int64(len(m[1])), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(m[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheManifestIsWellFormed(t *testing.T) {
	l, err := open(t.TempDir(), manifest)
	if err != nil {
		t.Fatal(err)
	}
	var raw struct{ Models []Model }
	if err := yaml.Unmarshal(manifest, &raw); err != nil {
		t.Fatal(err)
	}
	for _, m := range raw.Models {
		if (len(m.Files) > 0) == (m.Archive != nil) {
			t.Errorf("%s wants files or an archive", m.Name)
		}
		if a := m.Archive; a != nil && (a.Size == 0 || a.Top == "" || len(a.Sources) == 0 || len(a.SHA256) != 64) {
			t.Errorf("%s: the archive lacks a size, a folder, a source or a whole hash", m.Name)
		}
	}
	small, err := l.Select([]string{"small", "silero-vad"})
	if err != nil || len(small) != 2 {
		t.Fatalf("the small set is %v, %v", small, err)
	}
	for _, m := range l.Models {
		if m.Use == "" || m.License == "" || m.Home == "" {
			t.Errorf("%s lacks its use, licence or home", m.Name)
		}
		for _, f := range m.Files {
			if f.Size == 0 || len(f.Sources) == 0 || (f.SHA256 != "" && len(f.SHA256) != 64) {
				t.Errorf("%s/%s lacks a size, a source or a whole hash", m.Name, f.Path)
			}
			for _, s := range f.Sources {
				if spec, ok := strings.CutPrefix(s, "npm:"); ok {
					if _, _, _, err := splitNPM(spec); err != nil {
						t.Error(err)
					}
				}
			}
		}
	}
	if _, err := l.Select([]string{"nothing"}); err == nil || !strings.Contains(err.Error(), "silero-vad") {
		t.Errorf("an unknown name: %v", err)
	}
}

func TestAFetchedFileIsLoadedOnlyWithItsHash(t *testing.T) {
	body := []byte("the weights")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
	defer srv.Close()
	l := library(t, "  - {path: w.bin, size: 11, sha256: %s, sources: [\"%s/w\"]}\n", hexSum(body), srv.URL)
	m, _ := l.Find("m")
	if _, err := l.Paths("m"); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "models pull m") {
		t.Fatalf("before the pull: %v", err)
	}
	if err := l.Pull(t.Context(), m, Options{}); err != nil {
		t.Fatal(err)
	}
	paths, err := l.Paths("m")
	if err != nil || l.State(m) != Ready {
		t.Fatalf("after the pull: %v, %v", paths, err)
	}
	if err := os.WriteFile(paths[0], []byte("other weight"), 0o644); err != nil {
		t.Fatal(err)
	}
	l.verified = map[string]bool{} // another process
	if _, err := l.Paths("m"); err == nil || l.State(m) != Wrong {
		t.Fatalf("a changed file was loaded: %v", err)
	}
	body = []byte("wrong at the source")
	if err := l.Pull(t.Context(), m, Options{}); err == nil || !strings.Contains(err.Error(), "hash") {
		t.Fatalf("a wrong source: %v", err)
	}
}

func TestTheNextSourceIsTriedWhenOneFails(t *testing.T) {
	body := []byte("good")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/missing":
			http.NotFound(w, r)
		case "/wrong":
			_, _ = w.Write([]byte("evil"))
		case "/cut":
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("go"))
		default:
			_, _ = w.Write(body)
		}
	}))
	defer srv.Close()
	u := srv.URL
	l := library(t, "  - {path: f, size: 4, sha256: %s, sources: [\"%s/missing\", \"%s/wrong\", \"%s/cut\", \"%s/good\"]}\n", hexSum(body), u, u, u, u)
	m, _ := l.Find("m")
	if err := l.Pull(t.Context(), m, Options{}); err != nil {
		t.Fatal(err)
	}
}

func TestAnInterruptedDownloadGoesOn(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789"), 100_000)
	var served, resumed atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if served.Add(1) == 1 {
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
			_, _ = w.Write(body[:len(body)/2])
			panic(http.ErrAbortHandler)
		}
		if from := r.Header.Get("Range"); from != "" {
			var n int
			_, _ = fmt.Sscanf(from, "bytes=%d-", &n)
			resumed.Store(int64(n))
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	}))
	defer srv.Close()
	l := library(t, "  - {path: f, size: 1000000, sha256: %s, sources: [\"%s/f\"]}\n", hexSum(body), srv.URL)
	m, _ := l.Find("m")
	if err := l.Pull(t.Context(), m, Options{}); err == nil {
		t.Fatal("half a file was taken")
	}
	var last int64
	if err := l.Pull(t.Context(), m, Options{Progress: func(_ string, done, _ int64) { last = done }}); err != nil {
		t.Fatal(err)
	}
	if resumed.Load() == 0 || last != int64(len(body)) {
		t.Errorf("resumed at %d, progress ended at %d", resumed.Load(), last)
	}
}

func TestOnlyTheWantedMemberLeavesAnArchive(t *testing.T) {
	l := library(t, "  - {path: f, size: 4, sha256: %s, sources: [\"SRC\"]}\n", hexSum([]byte("good")))
	body := archive(t, [2]string{"../../evil", "evil"}, [2]string{"/etc/evil", "evil"}, [2]string{"dir/file", "good"})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
	defer srv.Close()
	m, _ := l.Find("m")
	m.Files[0].Sources = []string{srv.URL + "/a.tar.gz#dir/file"}
	if err := l.Pull(t.Context(), m, Options{}); err != nil {
		t.Fatal(err)
	}
	var names []string
	_ = filepath.Walk(l.Dir, func(p string, i os.FileInfo, _ error) error {
		if i.Mode().IsRegular() {
			names = append(names, filepath.Base(p))
		}
		return nil
	})
	if len(names) != 1 || names[0] != "f" {
		t.Errorf("the folder holds %v", names)
	}
	m.Files[0].Sources = []string{srv.URL + "/a.tar.gz#dir/other"}
	_ = os.Remove(filepath.Join(l.Dir, "m", "f"))
	l.verified = map[string]bool{}
	if err := l.Pull(t.Context(), m, Options{}); err == nil || !strings.Contains(err.Error(), "dir/other") {
		t.Errorf("a member that is not there: %v", err)
	}
}

func TestAFileWithoutAHashMustBeVouchedFor(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("weights")) }))
	defer srv.Close()
	l := library(t, "  - {path: f, size: 7, sources: [\"%s/f\"]}\n", srv.URL)
	m, _ := l.Find("m")
	if err := l.Pull(t.Context(), m, Options{}); err == nil || !strings.Contains(err.Error(), "--pin") {
		t.Fatalf("without --pin: %v", err)
	}
	if err := l.Pull(t.Context(), m, Options{Pin: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Paths("m"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(l.Dir, "m", "f"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	l.verified = map[string]bool{}
	if _, err := l.Paths("m"); err == nil {
		t.Error("a file that is not what was pinned was loaded")
	}
}

func TestAnNPMPackageComesThroughTheConfiguredRegistry(t *testing.T) {
	if _, err := exec.LookPath("npm"); err != nil {
		if os.Getenv("AUBADE_TEST_ALL") != "" {
			t.Fatal(err)
		}
		t.Skip("this test needs npm")
	}
	tarball := archive(t, [2]string{"package/package.json", `{"name":"@a/b","version":"1.2.3"}`}, [2]string{"package/dist/w.onnx", "weights"})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".tgz") {
			_, _ = w.Write(tarball)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"name": "@a/b", "dist-tags": map[string]string{"latest": "1.2.3"},
			"versions": map[string]any{"1.2.3": map[string]any{"name": "@a/b", "version": "1.2.3", "dist": map[string]string{"tarball": "http://" + r.Host + "/b-1.2.3.tgz"}}},
		})
	}))
	defer srv.Close()
	t.Setenv("npm_config_registry", srv.URL)
	t.Setenv("npm_config_cache", t.TempDir())
	l := library(t, "  - {path: w.onnx, size: 7, sha256: %s, sources: [\"npm:@a/b@1.2.3/dist/w.onnx\"]}\n", hexSum([]byte("weights")))
	m, _ := l.Find("m")
	if err := l.Pull(context.Background(), m, Options{}); err != nil {
		t.Fatal(err)
	}
}

func TestAFileForAnotherPlatformIsNotOffered(t *testing.T) {
	l := library(t, "  - {path: f, size: 7, platform: plan9/%s, sources: [\"https://x.example/f\"]}\n", runtime.GOARCH)
	m, _ := l.Find("m")
	if l.State(m) != Never {
		t.Errorf("its state is %q", l.State(m))
	}
}

func TestCardsAreReadFromNvidiaSMI(t *testing.T) {
	got := parseGPUs("NVIDIA GeForce RTX 3060, 12288, 11800\nnot a card\n")
	if len(got) != 1 || got[0].Memory != 12<<30 || got[0].Name != "NVIDIA GeForce RTX 3060" {
		t.Errorf("got %+v", got)
	}
	l, _ := open(t.TempDir(), manifest)
	if a := l.Recommend(Machine{Cores: 2, Memory: 4 << 30}); len(a.Models) != 2 || a.Size == 0 {
		t.Errorf("for two cores: %+v", a)
	}
	for name, machine := range map[string]Machine{"a card": {Cores: 8, Memory: 16 << 30, GPUs: got}, "many cores": {Cores: 4, Memory: 8 << 30}, "more": {Cores: 16, Memory: 64 << 30}} {
		a := l.Recommend(machine)
		if !strings.Contains(a.Why, "card") || a.Latency == "" || a.Size == 0 {
			t.Errorf("for %s: %+v", name, a)
		}
		if chosen, err := l.Select(a.Models); err != nil || len(chosen) != len(a.Models) {
			t.Errorf("for %s: %v, %v", name, chosen, err)
		}
	}
}

func TestAFolderThatWasFilledByHandNeedsNoNetwork(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("AUBADE_MODELS", dir)
	l, err := open("", []byte(fmt.Sprintf("models:\n- {name: m, use: u, license: MIT, home: h, files: [{path: w.bin, size: 7, sha256: %s, sources: [\"https://x.invalid/w\"]}]}\n", hexSum([]byte("weights")))))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "m"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "m", "w.bin"), []byte("weights"), 0o644); err != nil {
		t.Fatal(err)
	}
	m, _ := l.Find("m")
	if paths, err := l.Paths("m"); err != nil || paths[0] != filepath.Join(dir, "m", "w.bin") {
		t.Errorf("%v, %v", paths, err)
	}
	if err := l.Pull(t.Context(), m, Options{}); err != nil {
		t.Errorf("a pull of what is there: %v", err)
	}
}
