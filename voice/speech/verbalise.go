package speech

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
)

// A Word is one word for ears and the bytes of the writing that it stands for. Words of one number share its span.
type Word struct {
	Text     string
	From, To int
}

// A Verbaliser turns writing into words for ears. It is safe for concurrent use.
type Verbaliser struct {
	now   time.Time
	terms []spokenTerm
}

type spokenTerm struct{ written, spoken string }

// NewVerbaliser is a verbaliser that says the names of a lexicon as that tells it to. Days without a year count from now.
func NewVerbaliser(l lexicon.Lexicon, now time.Time) *Verbaliser {
	v := &Verbaliser{now: now}
	for _, t := range l.Terms {
		if t.Spoken != "" && t.Spoken != t.Name {
			v.terms = append(v.terms, spokenTerm{t.Name, t.Spoken})
		}
		if t.Ticker == "" {
			continue
		}
		switch t.SayTicker {
		case "spell":
			v.terms = append(v.terms, spokenTerm{t.Ticker, letters(t.Ticker)})
		case "", "name":
			name := t.Spoken
			if name == "" {
				name = t.Name
			}
			v.terms = append(v.terms, spokenTerm{t.Ticker, name})
		default:
			v.terms = append(v.terms, spokenTerm{t.Ticker, t.SayTicker})
		}
	}
	return v
}

// letters spells: "L R K S", "P F R dot B".
func letters(s string) string {
	var out []string
	for _, r := range s {
		if r == '.' {
			out = append(out, "dot")
		} else {
			out = append(out, string(r))
		}
	}
	return strings.Join(out, " ")
}

// A piece is a stretch of the writing and the words for it.
type piece struct {
	from, to int
	words    string
}

// Words are the words for ears of a text, in order. Punctuation stays on the word before it.
func (v *Verbaliser) Words(text string) []Word {
	var out []Word
	at := 0
	for _, p := range v.pieces(text) {
		out = appendPlain(out, text, at, p.from)
		for w := range strings.FieldsSeq(p.words) {
			out = append(out, Word{w, p.from, p.to})
		}
		at = p.to
		// Punctuation that follows belongs to the last word.
		for at < len(text) && strings.IndexByte(".,;:!?", text[at]) >= 0 && (at+1 == len(text) || text[at+1] == ' ' || text[at+1] == '\n') {
			if n := len(out); n > 0 {
				out[n-1].Text += text[at : at+1]
				out[n-1].To = at + 1
			}
			at++
		}
	}
	return appendPlain(out, text, at, len(text))
}

// Verbalise is the words as one text.
func (v *Verbaliser) Verbalise(text string) string {
	var b strings.Builder
	for i, w := range v.Words(text) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.Text)
	}
	return b.String()
}

// pieces are what is not said as it is written, in order and without overlaps.
func (v *Verbaliser) pieces(text string) []piece {
	var all []piece
	for _, p := range quantity.FindPeriods(text, v.now) {
		if w := v.period(p.Period, text[p.Start:p.End]); w != "" {
			all = add(all, piece{p.Start, p.End, w})
		}
	}
	for _, m := range quantity.Find(text) {
		all = add(all, piece{m.Start, m.End, say(m, text[m.Start:m.End])})
	}
	for _, t := range v.terms {
		for from := 0; ; {
			i := strings.Index(text[from:], t.written)
			if i < 0 {
				break
			}
			i += from
			end := i + len(t.written)
			if boundary(text, i, end) {
				all = add(all, piece{i, end, t.spoken})
			}
			from = end
		}
	}
	return all
}

// add keeps pieces in order; one that overlaps an earlier one is dropped.
func add(all []piece, p piece) []piece {
	if p.words == "" {
		return all
	}
	i := len(all)
	for i > 0 && all[i-1].from >= p.to {
		i--
	}
	if i > 0 && all[i-1].to > p.from {
		return all
	}
	all = append(all, piece{})
	copy(all[i+1:], all[i:])
	all[i] = p
	return all
}

func boundary(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	letter := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return (from == 0 || !letter(before)) && (to == len(text) || !letter(after))
}

// appendPlain adds what is said as it is written.
func appendPlain(out []Word, text string, from, to int) []Word {
	for from < to {
		r, n := utf8.DecodeRuneInString(text[from:])
		if unicode.IsSpace(r) {
			from += n
			continue
		}
		end := from
		for end < to {
			r, n := utf8.DecodeRuneInString(text[end:])
			if unicode.IsSpace(r) {
				break
			}
			end += n
		}
		w := text[from:end]
		switch {
		case w == "&":
			w = "and"
		case w == "-" || w == "–" || w == "—" || w == "−":
			w = ""
		case strings.HasPrefix(w, "'s") || strings.HasPrefix(w, "’s") || strings.HasPrefix(w, "'") && len(out) > 0 && from > 0 && text[from-1] != ' ':
			// The possessive of a name that was replaced.
			if k := len(out); k > 0 {
				if strings.HasPrefix(w[1:], "s") || strings.HasPrefix(w, "’s") {
					out[k-1].Text += w
				} else {
					// What ended in an s as it is written may not as it is said: "Halden Motors'" is "Halden's".
					name, tail := out[k-1].Text, strings.TrimLeft(w, "'’")
					out[k-1].Text = Possessive(name) + tail
				}
				out[k-1].To = end
			}
			w = ""
		}
		if w != "" {
			out = append(out, Word{w, from, end})
		}
		from = end
	}
	return out
}

// period says when.
func (v *Verbaliser) period(p quantity.Period, written string) string {
	if !strings.ContainsAny(written, "0123456789") {
		return ""
	}
	of := ""
	if p.Year != 0 {
		of = year(p.Year)
		if p.Fiscal {
			of = "fiscal " + of
		}
	}
	the := "the "
	if strings.HasPrefix(strings.ToLower(written), "the ") || !strings.HasPrefix(strings.ToUpper(written), "Q") && !strings.Contains("0123456789", written[:1]) {
		the = ""
	}
	switch p.Kind {
	case quantity.Day:
		s := p.End.Month().String() + " " + ordinal(int64(p.End.Day()))
		if strings.Contains(written, p.End.Format("2006")) && (v.now.IsZero() || p.End.Year() != v.now.Year()) {
			s += ", " + year(p.End.Year())
		}
		return s
	case quantity.Month:
		return time.Month(p.N).String() + " " + year(p.Year)
	case quantity.Quarter:
		if of == "" {
			return ""
		}
		return the + ordinal(int64(p.N)) + " quarter of " + of
	case quantity.Half:
		if of == "" {
			return ""
		}
		return the + ordinal(int64(p.N)) + " half of " + of
	case quantity.Year:
		i := strings.IndexAny(written, "0123456789")
		lead := strings.TrimSpace(written[:i])
		if p.Fiscal {
			return of
		}
		return strings.TrimSpace(lead + " " + of)
	}
	return ""
}

// say says a quantity.
func say(m quantity.Match, written string) string {
	q := m.Quantity
	if !strings.ContainsAny(written, "0123456789") {
		return "" // it is in words already
	}
	sign := ""
	if q.Value.Negative {
		q, sign = q.Abs(), "minus "
	}
	number, scale := split(q)
	body := decimal(number)
	if scale != "" {
		body += " " + scale
	}
	switch q.Unit {
	case quantity.Percent:
		return sign + body + " percent"
	case quantity.PercentPt:
		return sign + body + " percentage points"
	case quantity.BasisPoint:
		return sign + body + " basis points"
	case quantity.Multiple:
		return sign + body + " times"
	case quantity.Shares:
		return sign + body + " shares"
	case quantity.None:
		return sign + body
	}
	tail := ""
	if q.Unit.PerShare() {
		tail = " a share"
	}
	return sign + money(number, scale, body, q.Unit.Currency()) + tail
}

// split writes a quantity as digits and the word for their scale.
func split(q quantity.Quantity) (number, scale string) {
	bare := q
	bare.Unit = quantity.None
	number, scale, _ = strings.Cut(bare.String(), " ")
	return strings.ReplaceAll(number, ",", ""), scale
}

var currencies = map[string][4]string{
	"USD": {"dollar", "dollars", "cent", "cents"}, "EUR": {"euro", "euros", "cent", "cents"}, "GBP": {"pound", "pounds", "penny", "pence"},
	"JPY": {"yen", "yen", "", ""}, "CNY": {"yuan", "yuan", "", ""}, "INR": {"rupee", "rupees", "paisa", "paise"}, "CHF": {"franc", "francs", "centime", "centimes"},
}

// money says an amount: "two point three billion dollars", "twenty-one dollars and forty-six cents", "forty-two cents".
func money(number, scale, body, currency string) string {
	names, ok := currencies[currency]
	if !ok {
		return body + " " + letters(currency)
	}
	whole, frac, _ := strings.Cut(number, ".")
	switch {
	case scale != "" || names[2] == "" && frac != "" || len(frac) > 2:
		return body + " " + names[1]
	case frac == "":
		if whole == "1" {
			return "one " + names[0]
		}
		return body + " " + names[1]
	}
	if len(frac) == 1 {
		frac += "0"
	}
	cents := int64(frac[0]-'0')*10 + int64(frac[1]-'0')
	small := cardinal(cents) + " " + names[3]
	if cents == 1 {
		small = "one " + names[2]
	}
	switch {
	case whole == "0" && cents > 0:
		return small
	case cents == 0:
		return decimal(whole) + " " + plural(whole, names[0], names[1])
	}
	return decimal(whole) + " " + plural(whole, names[0], names[1]) + " and " + small
}

func plural(n, one, many string) string {
	if n == "1" {
		return one
	}
	return many
}
