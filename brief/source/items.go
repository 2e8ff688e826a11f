package source

import (
	"regexp"
	"strings"
)

// An Item is one part of a filing: "Item 2. Management's Discussion and Analysis".
type Item struct {
	Part       string // "I" or "II" in a 10-Q or 10-K; empty where none is named
	Number     string // "2", "1A", "5.02"
	Title      string
	Start, End int // byte offsets into the document's text, the heading included
}

var (
	itemHead = regexp.MustCompile(`(?mi)^(?:part\s+(i{1,3}v?)\b[^\n|]{0,60}|item\s+(\d{1,2}(?:\.\d{2}|[a-c])?)\b\s*[.:—–-]?\s*([^\n|]{0,160}))$`)
	filler   = regexp.MustCompile(`\s*\.{3,}.*$`)
)

// Items splits a filing's text by its items. A table of contents names them too: of two headings with the same number in
// one part, the one with more text under it counts.
func Items(text string) []Item {
	var all []Item
	part := ""
	for _, m := range itemHead.FindAllStringSubmatchIndex(text, -1) {
		if m[2] >= 0 {
			part = strings.ToUpper(text[m[2]:m[3]])
			continue
		}
		all = append(all, Item{Part: part, Number: strings.ToUpper(text[m[4]:m[5]]), Title: strings.TrimSpace(filler.ReplaceAllString(text[m[6]:m[7]], "")), Start: m[0], End: len(text)})
	}
	for i := range all[:max(0, len(all)-1)] {
		all[i].End = all[i+1].Start
	}
	best := map[string]int{}
	for i, it := range all {
		key := it.Part + "/" + it.Number
		if j, ok := best[key]; !ok || it.End-it.Start > all[j].End-all[j].Start {
			best[key] = i
		}
	}
	var out []Item
	for i, it := range all {
		if best[it.Part+"/"+it.Number] == i {
			out = append(out, it)
		}
	}
	return out
}
