package speech

import (
	"slices"
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
)

// A Listener turns the spoken forms in a transcript into writing: "two point three billion dollars" into "$2.3 billion",
// "third quarter of twenty twenty five" into "third quarter of 2025", "b r k dot b" into "BRK.B". It is safe for
// concurrent use.
type Listener struct {
	tickers map[string]string // letters alone, in lower case → ticker
}

// NewListener knows the tickers of a lexicon.
func NewListener(l lexicon.Lexicon) *Listener {
	t := map[string]string{}
	for _, term := range l.Terms {
		if term.Ticker != "" {
			t[strings.ToLower(strings.NewReplacer(".", "", "-", "").Replace(term.Ticker))] = term.Ticker
		}
	}
	return &Listener{tickers: t}
}

// A Mark is a piece of a transcript that was written otherwise; the words are kept in Heard.
type Mark struct {
	From, To int // bytes of the transcript
	Heard    string
	Written  string
	// Quantity is its value, where it has one: it is the zero Quantity for periods and tickers.
	Quantity quantity.Quantity
}

// Write is the transcript in writing, and what was changed in it, in order.
func (l *Listener) Write(transcript string) (string, []Mark) {
	words := spokenWords(transcript)
	var marks []Mark
	for i := 0; i < len(words); {
		n, written := l.spelled(words[i:])
		if n == 0 {
			n, written = spokenDay(words[i:])
		}
		if n == 0 {
			n, written = spokenTime(words[i:])
		}
		if n == 0 {
			n, written = spokenPeriod(words, i)
		}
		if n == 0 {
			i++
			continue
		}
		from, to := words[i].from, words[i+n-1].to
		marks = append(marks, Mark{From: from, To: to, Heard: transcript[from:to], Written: written})
		i += n
	}
	marks = append(marks, spokenAmounts(transcript, marks)...)
	slices.SortFunc(marks, func(a, b Mark) int { return a.From - b.From })
	var out strings.Builder
	at := 0
	for _, m := range marks {
		out.WriteString(transcript[at:m.From])
		out.WriteString(m.Written)
		at = m.To
	}
	out.WriteString(transcript[at:])
	return out.String(), marks
}

// A spokenWord is a word of a transcript in lower case, without marks. Parts of a hyphenated one are words.
type spokenWord struct {
	text     string
	from, to int
	end      bool // a mark stands behind it: what follows is another matter
}

func spokenWords(s string) []spokenWord {
	var words []spokenWord
	for i := 0; i < len(s); {
		if !letter(s[i]) && !digit(s[i]) {
			if n := len(words); n > 0 && strings.IndexByte(",;:!?.", s[i]) >= 0 {
				words[n-1].end = true
			}
			i++
			continue
		}
		j := i
		for j < len(s) && (letter(s[j]) || digit(s[j]) || s[j] == '\'' || s[j] == '.' && j+1 < len(s) && digit(s[j+1])) {
			j++
		}
		w := spokenWord{text: strings.ToLower(s[i:j]), from: i, to: j}
		if stem, ok := cutPossessive(w.text); ok {
			w.text, w.to = stem, i+len(stem)
		}
		words = append(words, w)
		i = j
	}
	return words
}

// acronyms are letters that are written with marks, or that are too few to be trusted otherwise.
var acronyms = map[string]string{
	"pe": "P/E", "eps": "EPS", "ceo": "CEO", "cfo": "CFO", "etf": "ETF", "ipo": "IPO", "gdp": "GDP", "cpi": "CPI", "sec": "SEC", "iv": "IV", "ai": "AI", "us": "US", "uk": "UK", "eu": "EU", "tv": "TV", "fy": "FY", "hr": "HR", "it": "IT", "ev": "EV", "fda": "FDA",
}

// forms are filings as they are said.
var forms = map[string]string{
	"ten k": "10-K", "ten q": "10-Q", "eight k": "8-K", "six k": "6-K", "twenty f": "20-F", "forty f": "40-F", "s one": "S-1", "s three": "S-3", "s four": "S-4", "f one": "F-1", "f four": "F-4", "thirteen f": "13F", "thirteen d": "13D", "thirteen g": "13G",
}

// spelled reads letters that were said one by one, and the names of filings.
func (l *Listener) spelled(w []spokenWord) (int, string) {
	if len(w) > 1 && !w[0].end {
		if f, ok := forms[w[0].text+" "+w[1].text]; ok {
			return 2, f
		}
	}
	var letters []byte
	n, dotted := 0, false
	for n < len(w) {
		if s := w[n].text; len(s) == 1 && letter(s[0]) {
			letters = append(letters, s[0])
		} else if (s == "dot" || s == "point") && n > 0 && n+1 < len(w) && len(w[n+1].text) == 1 && letter(w[n+1].text[0]) {
			dotted = true
		} else {
			break
		}
		n++
		if w[n-1].end {
			break
		}
	}
	// the longest run that is a ticker counts: "l r k s a share" has one letter too many
	for k := n; k > 0 && len(letters) > 0; k-- {
		if t, ok := l.tickers[string(letters)]; ok && (len(letters) > 1 || dotted) {
			return k, t
		}
		if a, ok := acronyms[string(letters)]; ok && len(letters) > 1 && k == n {
			if a == "US" && n < len(w) && strings.HasPrefix(w[n].text, "dollar") {
				return 0, "" // part of an amount
			}
			return k, a
		}
		if w[k-1].text != "dot" && w[k-1].text != "point" {
			letters = letters[:len(letters)-1]
		}
	}
	if n >= 3 && len(w[0].text) == 1 {
		var b strings.Builder
		for _, x := range w[:n] {
			if len(x.text) == 1 {
				b.WriteString(strings.ToUpper(x.text))
			} else {
				b.WriteByte('.')
			}
		}
		return n, b.String()
	}
	return 0, ""
}

var spokenUnits = func() map[string]int {
	m := map[string]int{"oh": 0}
	for i, w := range ones {
		m[w] = i
	}
	for i, w := range tens {
		if w != "" {
			m[w] = 10 * i
		}
	}
	return m
}()

var spokenOrdinals = func() map[string]int {
	m := map[string]int{}
	for i, w := range onesOrdinal {
		m[w] = i
	}
	m["twentieth"], m["thirtieth"] = 20, 30
	return m
}()

// below reads a number under a hundred: "twenty five", "twelve".
func below(w []spokenWord) (value, n int) {
	if len(w) == 0 {
		return 0, 0
	}
	v, ok := spokenUnits[w[0].text]
	if !ok || w[0].text == "oh" {
		return 0, 0
	}
	if v >= 20 && len(w) > 1 && !w[0].end {
		if u, ok := spokenUnits[w[1].text]; ok && u > 0 && u < 10 {
			return v + u, 2
		}
	}
	return v, 1
}

// spokenYear reads a year: "twenty twenty five", "nineteen oh five", "two thousand and six".
func spokenYear(w []spokenWord) (int, int) {
	if len(w) == 0 {
		return 0, 0
	}
	if len(w[0].text) == 4 && atoi(w[0].text) >= 1900 && atoi(w[0].text) < 2100 {
		return atoi(w[0].text), 1
	}
	if len(w) > 1 && w[0].text == "two" && w[1].text == "thousand" {
		n := 2
		if len(w) > 2 && w[2].text == "and" {
			n = 3
		}
		if v, k := below(w[n:]); k > 0 && v < 100 && !w[n-1].end {
			return 2000 + v, n + k
		}
		return 2000, 2
	}
	hi, ok := spokenUnits[w[0].text]
	if !ok || hi != 19 && hi != 20 || len(w) < 2 || w[0].end {
		return 0, 0
	}
	if w[1].text == "hundred" {
		return hi * 100, 2
	}
	if w[1].text == "oh" && len(w) > 2 {
		if u, ok := spokenUnits[w[2].text]; ok && u > 0 && u < 10 {
			return hi*100 + u, 3
		}
	}
	if v, n := below(w[1:]); n > 0 && v >= 10 {
		return hi*100 + v, n + 1
	}
	return 0, 0
}

// spokenDayNumber reads a day of the month: "third", "twenty first".
func spokenDayNumber(w []spokenWord) (int, int) {
	if len(w) == 0 {
		return 0, 0
	}
	if d, ok := spokenOrdinals[w[0].text]; ok && d > 0 {
		return d, 1
	}
	if v, ok := spokenUnits[w[0].text]; ok && (v == 20 || v == 30) && len(w) > 1 {
		if d, ok := spokenOrdinals[w[1].text]; ok && d > 0 && d < 10 && v+d <= 31 {
			return v + d, 2
		}
	}
	return 0, 0
}

// spokenDay reads "november twentieth twenty twenty six" and "the third of november".
func spokenDay(w []spokenWord) (int, string) {
	n, month, day := 0, 0, 0
	if len(w) == 0 {
		return 0, ""
	}
	if m := monthKeys[w[0].text]; m > 0 && len(w[0].text) > 2 {
		d, k := spokenDayNumber(w[1:])
		if k == 0 {
			if y, k := spokenYear(w[1:]); k > 1 && !w[0].end {
				return 1 + k, monthNames[m] + " " + itoa(y)
			}
			return 0, ""
		}
		month, day, n = m, d, 1+k
	} else if d, k := spokenDayNumber(w); k > 0 && len(w) > k+1 && w[k].text == "of" && monthKeys[w[k+1].text] > 0 {
		month, day, n = monthKeys[w[k+1].text], d, k+2
	} else {
		return 0, ""
	}
	written := monthNames[month] + " " + itoa(day)
	if y, k := spokenYear(w[n:]); k > 0 {
		return n + k, written + ", " + itoa(y)
	}
	return n, written
}

// spokenTime reads "four thirty p m" and "nine a m".
func spokenTime(w []spokenWord) (int, string) {
	h, ok := spokenUnits[w[0].text]
	if !ok || h < 1 || h > 12 {
		return 0, ""
	}
	written, n := itoa(h), 1
	switch {
	case len(w) > 2 && w[1].text == "oh" && spokenUnits[w[2].text] > 0 && spokenUnits[w[2].text] < 10:
		written, n = written+":0"+itoa(spokenUnits[w[2].text]), 3
	default:
		if m, k := below(w[1:]); k > 0 && m >= 10 && m < 60 {
			written, n = written+":"+itoa(m), 1+k
		}
	}
	if n >= len(w) {
		return 0, ""
	}
	switch half := w[n].text; {
	case half == "am" || half == "pm":
		return n + 1, written + " " + half[:1] + ".m."
	case (half == "a" || half == "p") && n+1 < len(w) && w[n+1].text == "m":
		return n + 2, written + " " + half + ".m."
	}
	return 0, ""
}

var spokenDecades = map[string]int{"tens": 10, "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90}

// spokenPeriod reads years and quarters: "q three", "fiscal twenty six", "twenty twenty five".
func spokenPeriod(words []spokenWord, i int) (int, string) {
	w := words[i:]
	switch w[0].text {
	case "q":
		if len(w) > 1 {
			if v, ok := spokenUnits[w[1].text]; ok && v >= 1 && v <= 4 {
				return 2, "Q" + itoa(v)
			}
			if v := atoi(w[1].text); v >= 1 && v <= 4 {
				return 2, "Q" + itoa(v)
			}
		}
	case "fiscal":
		if _, n := spokenYear(w[1:]); n > 0 {
			return 0, ""
		}
		if v, n := below(w[1:]); n > 0 && v >= 10 && (len(w) == n+1 || w[n].end || spokenUnits[w[n+1].text] == 0 && w[n+1].text != "percent" && w[n+1].text != "point") {
			return 1 + n, "fiscal " + itoa(century(v))
		}
		return 0, ""
	}
	if atoi(w[0].text) > 0 {
		return 0, ""
	}
	if hi := spokenUnits[w[0].text]; (hi == 19 || hi == 20) && len(w) > 1 && spokenDecades[w[1].text] > 0 {
		return 2, itoa(100*hi+spokenDecades[w[1].text]) + "s"
	}
	y, n := spokenYear(w)
	if n < 2 {
		return 0, ""
	}
	// "two thousand five hundred", "twenty twenty-five cent coins": an amount, not a year
	if n < len(w) && !w[n-1].end {
		switch next := w[n].text; next {
		case "hundred", "thousand", "million", "billion", "trillion", "dollars", "dollar", "percent", "point", "shares", "cents", "basis", "times":
			return 0, ""
		}
	}
	if w[0].text == "two" { // "two thousand trucks": only where a year is expected
		prev := ""
		if i > 0 {
			prev = words[i-1].text
		}
		if !preposition(prev) && prev != "fiscal" && prev != "year" || n == 2 {
			return 0, ""
		}
	}
	return n, itoa(y)
}

// spokenAmounts finds the amounts among what is not marked yet. A small number by itself stays a word.
func spokenAmounts(transcript string, taken []Mark) []Mark {
	masked := []byte(transcript)
	for _, m := range taken {
		for i := m.From; i < m.To; i++ {
			masked[i] = ';'
		}
	}
	var marks []Mark
	found := quantity.Find(string(masked))
	for i := 0; i < len(found); i++ {
		f := found[i]
		q, from, to := f.Quantity, f.Start, f.End
		if heard := transcript[from:to]; strings.ContainsAny(heard, "0123456789") || q.IsZero() {
			continue
		}
		if i+1 < len(found) { // two dollars and fifty cents
			next := found[i+1]
			between := strings.TrimSpace(transcript[to:next.Start])
			if (between == "and" || between == "") && q.Value.Exponent >= 0 && smallChange(q.Unit, transcript[next.Start:next.End]) {
				a, b := q, next.Quantity
				if b.Unit.PerShare() {
					a.Unit = quantity.Unit(a.Unit.Currency() + "/share")
				}
				b.Unit = a.Unit
				if a.Value.Negative {
					b = b.Neg()
				}
				if sum, _, err := quantity.Sum(a, b); err == nil {
					q, to = sum, next.End
					i++
				}
			}
		}
		heard := transcript[from:to]
		if f.Bare && (i > 0 && adjacent(transcript[found[i-1].End:from]) || i+1 < len(found) && adjacent(transcript[to:found[i+1].Start])) {
			continue // digits that were said one by one
		}
		if f.Bare && !strings.ContainsAny(strings.TrimSpace(heard), " -") {
			if v := q.Float(); v < 13 {
				continue
			}
		}
		marks = append(marks, Mark{From: from, To: to, Heard: heard, Written: q.String(), Quantity: q})
	}
	return marks
}

func adjacent(between string) bool { return strings.Trim(between, " -") == "" }

// smallChange says that words such as "thirty cents" count hundredths of a currency.
func smallChange(u quantity.Unit, words string) bool {
	switch u.Currency() {
	case "", "JPY", "KRW", "CNY":
		return false
	case "GBP":
		return strings.Contains(words, "pence") || strings.Contains(words, "penny")
	}
	return strings.Contains(words, "cent") && !strings.Contains(words, "percent")
}
