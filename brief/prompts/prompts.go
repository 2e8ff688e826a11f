// Package prompts is what models are told when they digest documents: the words alone, without any code that sends them.
package prompts

import (
	"embed"
	"strings"
	"text/template"
)

//go:embed *.tmpl
var files embed.FS

var all = template.Must(template.New("").ParseFS(files, "*.tmpl"))

// Version changes whenever any prompt does; digests are kept under it.
const Version = "1"

// Digest is the standing instruction. It is the same for every document of an edition, so that servers can keep its prefix.
func Digest(entities, metrics []Name) string {
	return render("digest.tmpl", map[string]any{"Entities": entities, "Metrics": metrics})
}

// A Name is one entry of the lexicon as the model sees it.
type Name struct{ ID, Name, Unit string }

// Document wraps the text of a document. It is data: fence stands around it and nowhere in it.
func Document(fence, title, publisher, published, kind, text string) string {
	clean := func(s string) string { return strings.ReplaceAll(s, fence, "") }
	return render("document.tmpl", map[string]any{"Fence": fence, "Title": clean(title), "Publisher": clean(publisher), "Published": published, "Kind": kind, "Text": clean(text)})
}

// A Refusal is one claim that did not stand up, as it is sent back.
type Refusal struct{ Claim, Reason string }

// SendBack asks once more for what was refused.
func SendBack(refused []Refusal) string {
	return render("sendback.tmpl", map[string]any{"Refused": refused})
}

func render(name string, data any) string {
	var b strings.Builder
	if err := all.ExecuteTemplate(&b, name, data); err != nil {
		panic(err) // the templates and their data are both ours
	}
	return strings.TrimSpace(b.String())
}
