// Package layout holds the tree to its architecture: who may import whom, and why not.
package layout

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/aubade/aubade/"

// nouns are the packages that everything may speak of. They import nothing of ours but each other.
var nouns = []string{"internal/llm", "internal/budget", "internal/quantity", "internal/lexicon", "internal/terms", "voice/audio"}

// A row says what a package, or every package below it, may import of ours.
type row struct {
	pkg   string // a package, or a folder with /...
	may   []string
	never string // the reason, told when the row is broken
}

// The first row that matches a package counts.
var table = []row{
	{"internal/layout", nil, "it only looks"},
	{"internal/llm/...", []string{"internal/llm", "internal/native/...", "internal/child"}, "clients and embedders know no verbs of ours"},
	{"internal/...", []string{"internal/..."}, "tools are leaves: they know no verbs of ours"},
	{"store/...", []string{"store"}, "the store is a leaf: everybody meets in it"},
	{"retrieval/...", []string{"store", "retrieval/..."}, "retrieval reads editions; it neither builds nor speaks them"},
	{"subagents/...", []string{"store", "retrieval/...", "internal/...", "subagents/..."}, "helpers do not know that their answer is spoken"},
	{"brief/...", []string{"store", "retrieval/...", "internal/...", "brief/..."}, "the big model stays off the voice path; the gate is an interface of brief's that cmd wires to evals"},
	{"voice/audio", nil, "audio is a noun"},
	{"voice/turn", []string{"voice/audio"}, "the endpointer is pure: evals run it alone"},
	{"voice/speech/...", []string{"voice/speech/..."}, "words for ears need nothing but words"},
	{"voice/answer/...", []string{"voice", "voice/answer/...", "voice/speech/...", "retrieval", "subagents/...", "store", "internal/..."}, "the brain is text only, so that evals can call it; it never sees an adapter"},
	{"voice/turn/smart", []string{"voice", "voice/turn", "internal/..."}, "adapters do not know each other"},
	{"voice/voicetest/...", []string{"voice", "voice/...", "internal/..."}, "suites know the voice and its rooms"},
	{"voice/vad/...", []string{"voice", "voice/turn", "voice/vad/...", "internal/..."}, "adapters do not know each other"},
	{"voice/asr/...", []string{"voice", "voice/turn", "voice/asr/...", "internal/..."}, "adapters do not know each other"},
	{"voice/tts/...", []string{"voice", "voice/turn", "voice/tts/...", "internal/..."}, "adapters do not know each other"},
	{"voice/livekit/...", []string{"voice", "voice/turn", "voice/livekit/...", "internal/..."}, "adapters do not know each other"},
	{"voice/wav/...", []string{"voice", "voice/turn", "internal/..."}, "adapters do not know each other"},
	{"voice/script/...", []string{"voice", "voice/turn", "internal/..."}, "adapters do not know each other"},
	{"voice/web/...", []string{"voice", "voice/web/...", "internal/..."}, "the page's server knows no room"},
	{"voice", []string{"voice/speech", "voice/turn"}, "a session knows no adapter, no brief and no store"},
	{"evals/...", []string{"evals/...", "store", "retrieval/...", "subagents/...", "voice", "voice/...", "internal/..."}, "live rooms and built editions are handed to it by cmd as values"},
	{"data/...", []string{"internal/...", "brief/...", "store"}, "the sample market is made from one table of truth; its prepared answers are recorded through the real digester"},
	{"cmd/...", []string{"..."}, "cmd wires everything; nobody imports cmd"},
}

// except lists imports that a pattern of the row's would allow and that the architecture forbids.
var except = map[string][]string{
	"evals/...": {"voice/livekit/...", "brief/..."},
}

// thirdParty says which packages may import a library that must stay behind one seam.
var thirdParty = map[string][]string{
	"github.com/livekit/":                {"voice/livekit/...", "voice/web/...", "cmd/..."},
	"github.com/pion/":                   {"voice/livekit/..."},
	"modernc.org/sqlite":                 {"store/..."},
	"github.com/philippgille/chromem-go": {"store/..."},
	"github.com/PuerkitoBio/goquery":     {"brief/source/..."},
	"github.com/robfig/cron/v3":          {"cmd/..."},
	"github.com/sashabaranov/go-openai":  {"internal/llm/openai", "voice/asr/...", "voice/tts/..."},
}

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(p.ImportPath, module)
		i := slices.IndexFunc(table, func(r row) bool { return match(r.pkg, name) })
		if i < 0 {
			t.Errorf("%s has no row in the import table: say what it may import, and why", name)
			continue
		}
		r := table[i]
		for _, imp := range p.Imports {
			if ours, ok := strings.CutPrefix(imp, module); ok {
				if !allowed(r, ours) {
					t.Errorf("%s imports %s: %s", name, ours, r.never)
				}
				continue
			}
			for lib, who := range thirdParty {
				if strings.HasPrefix(imp, lib) && !matchAny(who, name) {
					t.Errorf("%s imports %s, which stays in %s", name, imp, strings.Join(who, ", "))
				}
			}
		}
	}
}

func allowed(r row, imp string) bool {
	if matchAny(except[r.pkg], imp) {
		return false
	}
	return slices.Contains(nouns, imp) || matchAny(r.may, imp)
}

func matchAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return match(p, name) })
}

func match(pattern, name string) bool {
	if pattern == "..." {
		return true
	}
	if dir, ok := strings.CutSuffix(pattern, "/..."); ok {
		return name == dir || strings.HasPrefix(name, dir+"/")
	}
	return pattern == name
}
