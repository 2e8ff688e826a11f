package models

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func tarball(t *testing.T, headers ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range headers {
		body := strings.Repeat("x", int(h.Size))
		h.Mode = 0o644
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func plain(name string) tar.Header { return tar.Header{Name: name, Typeflag: tar.TypeReg, Size: 3} }

// whole is a library with one archive, and its server.
func whole(t *testing.T, body []byte, hash string) (*Library, Model) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
	t.Cleanup(srv.Close)
	text := fmt.Sprintf("models:\n- {name: m, use: u, license: MIT, home: h, archive: {size: %d, sha256: %q, top: top, sources: [\"%s/a.tar.gz\"]}}\n", len(body), hash, srv.URL)
	l, err := open(t.TempDir(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	m, _ := l.Find("m")
	return l, m
}

func TestAnArchiveIsUnpackedAndEveryFileVerified(t *testing.T) {
	body := tarball(t, tar.Header{Name: "top/", Typeflag: tar.TypeDir}, plain("top/model.onnx"), plain("top/data/en/dict"), plain("other/readme"))
	l, m := whole(t, body, hexSum(body))
	if l.State(m) != Missing {
		t.Fatalf("before the pull it is %q", l.State(m))
	}
	if err := l.Pull(t.Context(), m, Options{}); err != nil {
		t.Fatal(err)
	}
	paths, err := l.Paths("m")
	if err != nil || l.State(m) != Ready {
		t.Fatalf("%v, %v", l.State(m), err)
	}
	if _, err := os.Stat(filepath.Join(paths[0], "data/en/dict")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(paths[0], "readme")); err == nil {
		t.Error("what lies beside the folder was unpacked")
	}
	for name, change := range map[string]func(dir string) error{
		"a changed file": func(dir string) error { return os.WriteFile(filepath.Join(dir, "model.onnx"), []byte("evil"), 0o644) },
		"a lost file":    func(dir string) error { return os.Remove(filepath.Join(dir, "model.onnx")) },
		"one too many":   func(dir string) error { return os.WriteFile(filepath.Join(dir, "a.onnx"), nil, 0o644) },
		"a link":         func(dir string) error { return os.Symlink("/etc/passwd", filepath.Join(dir, "b.onnx")) },
		"another archive's list": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, treeFile), []byte(`{"archive":"0","files":{}}`), 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			l.verified = map[string]bool{} // another process
			if err := l.Pull(t.Context(), m, Options{}); err != nil {
				t.Fatal(err)
			}
			if err := change(paths[0]); err != nil {
				t.Fatal(err)
			}
			l.verified = map[string]bool{}
			if _, err := l.Paths("m"); err == nil || l.State(m) != Wrong {
				t.Errorf("it was loaded: %v, %v", l.State(m), err)
			}
		})
	}
}

func TestAnArchiveThatLeavesItsFolderIsRefusedWhole(t *testing.T) {
	for name, bad := range map[string]tar.Header{
		"up and out":      plain("top/../../evil"),
		"absolute":        plain("/tmp/evil"),
		"up":              plain("../evil"),
		"a symbolic link": {Name: "top/link", Typeflag: tar.TypeSymlink, Linkname: "/etc"},
		"a hard link":     {Name: "top/link", Typeflag: tar.TypeLink, Linkname: "top/a"},
		"a device":        {Name: "top/null", Typeflag: tar.TypeChar},
		"a pipe":          {Name: "top/pipe", Typeflag: tar.TypeFifo},
		"the same twice":  plain("top/a"),
		"our own list":    plain("top/" + treeFile),
	} {
		t.Run(name, func(t *testing.T) {
			body := tarball(t, plain("top/a"), bad, plain("top/b"))
			l, m := whole(t, body, hexSum(body))
			if err := l.Pull(t.Context(), m, Options{}); err == nil {
				t.Fatal("it was unpacked")
			}
			outside, _ := filepath.Glob(filepath.Join(filepath.Dir(l.Dir), "evil*"))
			inside, _ := os.ReadDir(filepath.Join(l.Dir, "m"))
			if len(outside)+len(inside) > 0 || l.State(m) != Missing {
				t.Errorf("it left %v and %v; the model is %s", outside, inside, l.State(m))
			}
		})
	}
}

func TestAnArchiveWithTheWrongHashIsNotEvenUnpacked(t *testing.T) {
	body := tarball(t, plain("top/a"))
	l, m := whole(t, body, hexSum([]byte("another")))
	if err := l.Pull(t.Context(), m, Options{Pin: true}); err == nil || !strings.Contains(err.Error(), "hash") {
		t.Fatalf("got %v", err)
	}
	if l.State(m) != Missing {
		t.Errorf("it is %s", l.State(m))
	}
}

func TestAnArchiveWithoutAHashMustBeVouchedFor(t *testing.T) {
	body := tarball(t, plain("top/a"))
	l, m := whole(t, body, "")
	if err := l.Pull(t.Context(), m, Options{}); err == nil || !strings.Contains(err.Error(), "--pin") {
		t.Fatalf("without --pin: %v", err)
	}
	if err := l.Pull(t.Context(), m, Options{Pin: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Paths("m"); err != nil {
		t.Error(err)
	}
}

func TestAnArchiveThatIsNoneIsAnError(t *testing.T) {
	for name, body := range map[string][]byte{"garbage": []byte("garbage"), "another folder": tarball(t, plain("else/a"))} {
		t.Run(name, func(t *testing.T) {
			l, m := whole(t, body, hexSum(body))
			if err := l.Pull(t.Context(), m, Options{}); err == nil {
				t.Error("it was unpacked")
			}
		})
	}
}
