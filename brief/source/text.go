package source

import (
	"regexp"
	"strings"

	"github.com/aubade/aubade/brief/source/extract"
)

var (
	mdComment = regexp.MustCompile(`(?s)<!--.*?(?:-->|$)`)
	mdTag     = regexp.MustCompile(`</?[a-zA-Z][^<>]*>`)
	mdImage   = regexp.MustCompile(`!\[[^\]]*\]\([^)]*\)`)
	mdLink    = regexp.MustCompile(`\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])`)
	mdDefine  = regexp.MustCompile(`(?m)^\s*\[[^\]]+\]:\s.*$`)
	mdRule    = regexp.MustCompile(`^\s*\|?[\s:|-]+\|[\s:|-]*$`)
	mdHead    = regexp.MustCompile(`^\s{0,3}#{1,6}\s+`)
	mdStrong  = regexp.MustCompile(`(\*\*|__|\*|_|` + "`" + `)([^*_` + "`" + `\n]+)(?:\*\*|__|\*|_|` + "`" + `)`)
	mdBullet  = regexp.MustCompile(`^\s*(?:[-*+]|\d{1,3}[.)])\s+`)
)

// markdown reads what a reader of the rendered text would see. Comments, images and the addresses of links are left out: an
// alternative text is a carrier too.
func markdown(body string) string {
	body = mdComment.ReplaceAllString(body, "")
	body = mdImage.ReplaceAllString(body, "")
	body = mdDefine.ReplaceAllString(body, "")
	body = mdLink.ReplaceAllString(body, "$1")
	body = mdTag.ReplaceAllString(body, "")
	var out []string
	var line strings.Builder
	end := func() {
		if s := strings.TrimSpace(line.String()); s != "" {
			out = append(out, s)
		}
		line.Reset()
	}
	var rows []string
	table := func() {
		if len(rows) > 0 {
			out = append(out, strings.Join(rows, "\n"))
			rows = nil
		}
	}
	for l := range strings.SplitSeq(strings.ReplaceAll(body, "\r\n", "\n"), "\n") {
		trimmed := strings.TrimSpace(l)
		if strings.HasPrefix(trimmed, "|") || strings.Count(trimmed, " | ") > 1 {
			end()
			if !mdRule.MatchString(trimmed) {
				var cells []string
				for c := range strings.SplitSeq(strings.Trim(trimmed, "|"), "|") {
					cells = append(cells, strings.TrimSpace(c))
				}
				rows = append(rows, strings.Join(cells, " | "))
			}
			continue
		}
		table()
		switch {
		case trimmed == "" || strings.Trim(trimmed, "-*_=") == "":
			end()
		case mdHead.MatchString(l):
			end()
			line.WriteString(mdHead.ReplaceAllString(l, ""))
			end()
		case mdBullet.MatchString(l):
			end()
			line.WriteString(mdBullet.ReplaceAllString(l, ""))
		default:
			line.WriteString(" " + strings.TrimLeft(trimmed, "> "))
		}
	}
	end()
	table()
	for i, p := range out {
		p = mdStrong.ReplaceAllString(p, "$2")
		if !strings.Contains(p, "\n") {
			p = strings.Join(strings.Fields(p), " ")
		}
		out[i] = extract.Visible(p)
	}
	return strings.Join(out, "\n\n")
}

func firstHeading(body string) string {
	for l := range strings.SplitSeq(body, "\n") {
		if mdHead.MatchString(l) {
			return extract.Line(strings.Trim(mdHead.ReplaceAllString(l, ""), "# "), 300)
		}
	}
	return ""
}

// plain makes paragraphs of plain text: lines are joined, blank lines divide.
func plain(body string) string {
	body = strings.ReplaceAll(body, "\r\n", "\n")
	var out []string
	var cur []string
	end := func() {
		if len(cur) > 0 {
			out = append(out, strings.Join(cur, " "))
			cur = nil
		}
	}
	for l := range strings.SplitSeq(body, "\n") {
		if l = strings.Join(strings.Fields(l), " "); l == "" {
			end()
		} else {
			cur = append(cur, l)
		}
	}
	end()
	return extract.Visible(strings.Join(out, "\n\n"))
}
