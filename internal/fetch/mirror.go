package fetch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// A mirror answers for the hosts that have a folder in it, as a web server of static files would: with an ETag, 304s and
// 404s. Everything above it cannot tell the difference.
type mirror struct {
	fs   fs.FS
	next http.RoundTripper
}

func hasFolder(fsys fs.FS, host string) bool {
	if !fs.ValidPath(host) || strings.Contains(host, "/") || host == "." {
		return false
	}
	info, err := fs.Stat(fsys, host)
	return err == nil && info.IsDir()
}

func (m mirror) RoundTrip(r *http.Request) (*http.Response, error) {
	if !hasFolder(m.fs, r.URL.Host) {
		return m.next.RoundTrip(r)
	}
	name := path.Join(r.URL.Host, path.Clean("/"+r.URL.Path))
	if strings.HasSuffix(r.URL.Path, "/") || name == r.URL.Host {
		name = path.Join(name, "index.html")
	}
	body, err := fs.ReadFile(m.fs, name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || !fs.ValidPath(name) {
			return answer(r, http.StatusNotFound, http.Header{}, nil), nil
		}
		return nil, err
	}
	sum := sha256.Sum256(body)
	h := http.Header{"Etag": {`"` + hex.EncodeToString(sum[:8]) + `"`}}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		h.Set("Content-Type", t)
	}
	if r.Header.Get("If-None-Match") == h.Get("ETag") {
		return answer(r, http.StatusNotModified, h, nil), nil
	}
	return answer(r, http.StatusOK, h, body), nil
}

func answer(r *http.Request, status int, h http.Header, body []byte) *http.Response {
	h.Set("Content-Length", strconv.Itoa(len(body)))
	return &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}
