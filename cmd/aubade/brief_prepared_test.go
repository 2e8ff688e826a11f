package main

import (
	"html"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/cmd/aubade/internal/config"
	"github.com/aubade/aubade/cmd/aubade/internal/wire"
	"github.com/aubade/aubade/store"
)

// The sample market's prepared answers make an edition of the real path: nothing is refused, nothing is left to the
// digester that needs no model, and the gate that frozen questions guard lets it pass.
func TestThePreparedSampleIsPublished(t *testing.T) {
	cfg, err := config.Load("")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Domain, cfg.Home, cfg.Brief.Digester = filepath.Join("..", "..", "data", "sample"), t.TempDir(), "prepared:"
	n, err := wire.OpenNight(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	e, r, err := n.Builder.Build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if e.State != store.Published || len(r.Refused) > 0 || len(r.Unread) > 0 || r.Spent.Calls != 0 || r.Spent.Cached < 100 {
		t.Errorf("%s: refused %v, unread %v, spent %+v, verdict %+v", e.State, r.Refused, r.Unread, r.Spent, r.Verdict)
	}
	var page strings.Builder
	if err := brief.WriteHTML(t.Context(), &page, n.DB, e); err != nil {
		t.Fatal(err)
	}
	if note := brief.ReadReport(e).Note; !strings.Contains(note, "no model was run") || !strings.Contains(html.UnescapeString(page.String()), note) {
		t.Errorf("the report does not say what the edition is from: %q", note)
	}
	if !strings.Contains(e.Digester, "prepared@") {
		t.Errorf("digester %q", e.Digester)
	}
}
