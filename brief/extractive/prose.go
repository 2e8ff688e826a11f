package extractive

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aubade/aubade/brief"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// Passages are short enough to be spoken in one go.
const (
	passageSentences = 3
	passageBytes     = 380
	shortestPassage  = 30
)

// A block is a paragraph, a heading or a table.
type block struct {
	lines []line
	table bool
}

// blocks cuts a text at blank lines and where tables begin and end.
func blocks(text string) []block {
	var (
		out []block
		cur block
	)
	flush := func() {
		if len(cur.lines) > 0 {
			out = append(out, cur)
		}
		cur = block{}
	}
	for _, l := range linesOf(text) {
		if strings.TrimSpace(l.text) == "" {
			flush()
			continue
		}
		row := isRow(l.text)
		if row != cur.table {
			flush()
		}
		cur.table = row
		cur.lines = append(cur.lines, l)
	}
	flush()
	return out
}

// prose reads an ordinary document: tables give facts, sentences give facts and passages.
func (r *reader) prose() {
	heading, scale := "", ""
	for _, b := range blocks(r.doc.Text) {
		if b.table {
			r.flush()
			r.table(b, &scale)
			continue
		}
		start, end := b.lines[0].start, b.lines[len(b.lines)-1].end
		text := r.doc.Text[start:end]
		if isHeading(text) {
			r.flush()
			heading = strings.TrimSpace(strings.TrimLeft(text, "# "))
			continue
		}
		r.paragraph(start, end, heading)
	}
	r.flush()
}

// isHeading says that a paragraph is a title rather than something to say.
func isHeading(text string) bool {
	t := strings.TrimSpace(text)
	if strings.HasPrefix(t, "#") {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(t)
	return len(t) < 90 && !strings.ContainsRune(".!?”\"):;", last)
}

// A sentence is one sentence and where it stands.
type sentence struct {
	start, end int
	text       string
}

// abbreviations end in a full stop that ends no sentence.
var abbreviations = map[string]bool{"mr": true, "mrs": true, "ms": true, "dr": true, "inc": true, "corp": true, "co": true, "ltd": true, "vs": true, "no": true, "st": true, "u.s": true, "u.k": true, "jr": true, "sr": true,
	"jan": true, "feb": true, "mar": true, "apr": true, "jun": true, "jul": true, "aug": true, "sep": true, "sept": true, "oct": true, "nov": true, "dec": true, "e.g": true, "i.e": true, "approx": true, "est": true}

// sentences cuts a paragraph.
func sentences(text string, at int) []sentence {
	var out []sentence
	start := 0
	emit := func(end int) {
		s := strings.TrimRightFunc(text[start:end], unicode.IsSpace)
		lead := len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
		if strings.TrimSpace(s) != "" {
			out = append(out, sentence{at + start + lead, at + start + len(s), s[lead:]})
		}
		start = end
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\n' && i+1 < len(text) && (text[i+1] == '-' || text[i+1] == '*') {
			emit(i + 1) // a list: each item is said on its own
			continue
		}
		if c != '.' && c != '!' && c != '?' {
			continue
		}
		end := i + 1
		for end < len(text) && strings.ContainsRune("\"')”’", rune(text[end])) && text[end] < utf8.RuneSelf || strings.HasPrefix(text[end:], "”") || strings.HasPrefix(text[end:], "’") {
			_, n := utf8.DecodeRuneInString(text[end:])
			end += n
		}
		if end < len(text) && !unicode.IsSpace(rune(text[end])) {
			continue
		}
		if c == '.' {
			w := strings.ToLower(text[start:i])
			if j := strings.LastIndexFunc(w, func(r rune) bool { return unicode.IsSpace(r) || r == '(' }); j >= 0 {
				w = w[j+1:]
			}
			next := strings.TrimLeftFunc(text[end:], unicode.IsSpace)
			first, _ := utf8.DecodeRuneInString(next)
			if abbreviations[w] && next != "" || len(w) == 1 && unicode.IsUpper(first) && w >= "a" && w <= "z" || unicode.IsLower(first) {
				continue
			}
		}
		emit(end)
		i = end - 1
	}
	emit(len(text))
	return out
}

// boilerplate is said in every document and tells nothing.
var boilerplate = regexp.MustCompile(`(?i)((?:is|are) invented for|forward-looking statements|all rights reserved|click here|subscribe|sign up for|cookie|terms of (use|service)|privacy policy|exact name of registrant|trading symbol:|pursuant to section|commission file number|check mark|/s/)`)

// leaning begins a paragraph that cannot stand alone: who "it" is stands in the one before.
var leaning = regexp.MustCompile(`^(It|Its|They|Their|He|She|His|Her|This|These|That|Those|The (?:company|firm|deal|move|purchase|charge|plan|decision|two|repair|trucks|maker|bank))\b`)

// paragraph turns sentences into passages, and into facts where they state one. A paragraph that leans on the one before
// is said together with it.
func (r *reader) paragraph(start, end int, heading string) {
	if !leaning.MatchString(r.doc.Text[start:end]) || heading != r.heading {
		r.flush()
	}
	r.heading = heading
	var period quantity.Period
	why := "" // the sentence before was refused: what it quotes is refused with it
	for _, s := range sentences(r.doc.Text[start:end], start) {
		if boilerplate.MatchString(s.text) {
			r.flush()
			continue
		}
		if !brief.InQuote(r.doc.Text[start:s.start], s.text) {
			why = ""
		}
		if w := brief.Instructs(s.text); w != "" {
			why = w
		}
		if why != "" {
			r.flush()
			r.out.Refused = append(r.out.Refused, brief.Refusal{Document: r.doc.ID, Claim: s.text, Reason: why})
			continue
		}
		r.sentence(s, &period)
		if n := len(r.group); n == passageSentences || n > 0 && s.end-r.group[0].start > passageBytes {
			r.flush()
		}
		r.group = append(r.group, s)
	}
}

// flush makes a passage of the sentences that are waiting.
func (r *reader) flush() {
	r.passage(r.group, r.heading)
	r.group = nil
}

// passage keeps sentences that can be spoken, as they are written.
func (r *reader) passage(group []sentence, heading string) {
	if len(group) == 0 {
		return
	}
	span := r.span(group[0].start, group[len(group)-1].end)
	text := speakable(span.Quote)
	if len(text) < shortestPassage || len(text) > 3*passageBytes || !strings.ContainsAny(text, "abcdefghijklmnopqrstuvwxyz") {
		return
	}
	p := store.Passage{Text: text, Span: span, Entities: r.entitiesOf(text, heading)}
	p.Prefix = r.prefix(p.Entities, heading)
	r.out.Passages = append(r.out.Passages, p)
}

// speakable removes the marks of Markdown and joins the lines.
func speakable(s string) string {
	s = strings.NewReplacer("**", "", "__", "", "`", "", "\u200b", "", "\u00ad", "").Replace(s)
	s = strings.TrimLeft(s, "-*#> ")
	s = strings.TrimRight(s, "*_ ")
	return strings.Join(strings.Fields(s), " ")
}

func (r *reader) entitiesOf(text, heading string) []string {
	ids := r.names.entities(text)
	if len(ids) == 0 {
		ids = r.names.entities(heading)
	}
	if r.about != nil && !slices.Contains(ids, r.about.ID) {
		ids = append(ids, r.about.ID)
	}
	if len(ids) == 0 {
		for _, e := range r.doc.Entities {
			if t, ok := r.lexicon.Term(e); ok && t.Kind != lexicon.Metric {
				ids = append(ids, e)
			}
		}
	}
	if len(ids) == 0 {
		if named := r.names.entities(r.doc.Title); len(named) > 0 {
			ids = named
		}
	}
	return ids
}

// prefix situates a passage for those who search: what it is from, when, about whom.
func (r *reader) prefix(entities []string, heading string) string {
	parts := []string{strings.TrimSuffix(r.doc.Title, ".")}
	if r.doc.Publisher != "" {
		parts = append(parts, r.doc.Publisher)
	}
	if !r.doc.Published.IsZero() {
		parts = append(parts, r.doc.Published.Format("January 2, 2006"))
	}
	var names []string
	for _, e := range entities {
		if t, ok := r.lexicon.Term(e); ok && !strings.Contains(r.doc.Title, t.Name) {
			names = append(names, t.Name)
		}
	}
	if len(names) > 0 {
		parts = append(parts, "About "+strings.Join(names, ", "))
	}
	if heading != "" && heading != r.doc.Title {
		parts = append(parts, heading)
	}
	return strings.Join(parts, ". ") + "."
}
