package fetch

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"os"
	"path/filepath"
)

// A Cache keeps answers that can be revalidated, one file for each address. Losing it costs a transfer, never a document,
// so that its own errors are not anybody's. A nil Cache keeps nothing.
type Cache struct{ dir string }

// NewCache keeps answers in a folder, which is made when the first one comes.
func NewCache(dir string) *Cache { return &Cache{dir: dir} }

func (c *Cache) path(address string) string {
	sum := sha256.Sum256([]byte(address))
	name := hex.EncodeToString(sum[:])
	return filepath.Join(c.dir, name[:2], name[2:])
}

// load finds an answer; nil: there is none.
func (c *Cache) load(address string) *Response {
	if c == nil {
		return nil
	}
	raw, err := os.ReadFile(c.path(address))
	if err != nil {
		return nil
	}
	var r Response
	if err := gob.NewDecoder(bytes.NewReader(raw)).Decode(&r); err != nil {
		return nil
	}
	return &r
}

func (c *Cache) save(address string, r *Response) {
	if c == nil || r.ETag == "" && r.LastModified == "" {
		return
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(r); err != nil {
		return
	}
	path := c.path(address)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return
	}
	// Written beside and renamed: half an answer must never be read as a whole one.
	tmp, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return
	}
	_, werr := tmp.Write(b.Bytes())
	cerr := tmp.Close()
	if werr != nil || cerr != nil || os.Rename(tmp.Name(), path) != nil {
		os.Remove(tmp.Name())
	}
}
