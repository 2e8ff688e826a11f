package evals

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A word of a text as names are compared by.
type word struct {
	written string
	plain   string // lower case, without accents, apostrophes and possessives
	canon   string // plain, or what it stands for: "#2" for II, two and second; saint for St.
	capital bool
	breaks  bool // a comma, a colon, a bracket or a dash follows
}

func (w word) idle() bool { return idle[w.plain] || idleNames[w.plain] }

// footnote is the number of a source behind a word, as answers from search carry it: "Gaga⁶", "Gaga6".
var footnote = regexp.MustCompile(`([a-z]{3})(?:\d|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$`)

var wordOrBreak = regexp.MustCompile(`[\pL\pN&'’.]*[\pL\pN&][\pL\pN'’]*|[,;:()–—]`)

// readWords cuts a text into words. Hyphens separate; "U.S." and "O'Connor" hold together.
func readWords(text string) []word {
	var out []word
	for _, s := range wordOrBreak.FindAllString(text, -1) {
		if strings.ContainsAny(s, ",;:()–—") && len([]rune(s)) == 1 {
			if len(out) > 0 {
				out[len(out)-1].breaks = true
			}
			continue
		}
		w := word{written: s, capital: capital(s)}
		s = footnote.ReplaceAllString(strings.ReplaceAll(s, "’", "'"), "$1")
		s = strings.TrimSuffix(strings.TrimSuffix(s, "'s"), "'S")
		w.plain = strings.ToLower(unaccented(strings.NewReplacer("'", "", ".", "").Replace(s)))
		if w.plain == "" {
			continue
		}
		w.canon = canonical(w)
		out = append(out, w)
	}
	return out
}

func spelledWords(ws []word) []string {
	var out []string
	for _, w := range ws {
		out = append(out, w.written)
	}
	return out
}

func capital(s string) bool {
	for _, r := range s {
		return unicode.IsUpper(r)
	}
	return false
}

// unaccented takes the accents off and writes ß, ø and their like as people type them.
func unaccented(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ß':
			b.WriteString("ss")
		case r == 'ø' || r == 'Ø':
			b.WriteByte('o')
		case r == 'æ' || r == 'Æ':
			b.WriteString("ae")
		case r == 'ł' || r == 'Ł':
			b.WriteByte('l')
		case r == 'đ':
			b.WriteByte('d')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

var (
	roman      = regexp.MustCompile(`^(?:X{0,3})(?:IX|IV|V?I{0,3})$`)
	ordinalNum = regexp.MustCompile(`^(\d+)(?:st|nd|rd|th)?$`)
	wordNumber = func() map[string]int {
		m := map[string]int{}
		for i, w := range strings.Fields("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty") {
			m[w] = i + 1
		}
		for i, w := range strings.Fields("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth") {
			m[w] = i + 1
		}
		return m
	}()
	// sameWord are short and foreign forms of words that names are made of.
	sameWord = map[string]string{
		"st": "saint", "sankt": "saint", "san": "saint", "santa": "saint", "ste": "saint", "mt": "mount", "ft": "fort", "&": "and", "jr": "junior", "sr": "senior",
		"gov": "governor", "gen": "general", "univ": "university", "dept": "department", "intl": "international", "natl": "national", "co": "company", "corp": "corporation",
		"us": "usa", "america": "usa", "uk": "britain", "ussr": "russia", "isle": "island", "islands": "island", "isles": "island", "colour": "color", "grey": "gray", "centre": "center", "theatre": "theater",
		"vs": "versus", "dr": "doctor", "prof": "professor", "holland": "netherlands", "burma": "myanmar", "persia": "iran", "peking": "beijing",
		"american": "usa", "british": "britain", "dutch": "netherlands", "french": "france", "german": "germany", "spanish": "spain", "italian": "italy", "swedish": "sweden", "danish": "denmark",
		"norwegian": "norway", "finnish": "finland", "polish": "poland", "irish": "ireland", "scottish": "scotland", "welsh": "wales", "english": "england", "russian": "russia", "chinese": "china", "japanese": "japan",
		"greek": "greece", "turkish": "turkey", "swiss": "switzerland", "austrian": "austria", "belgian": "belgium", "portuguese": "portugal", "canadian": "canada", "australian": "australia", "mexican": "mexico",
		"brazilian": "brazil", "indian": "india", "korean": "korea", "hungarian": "hungary", "czech": "czechia", "egyptian": "egypt", "israeli": "israel", "ukrainian": "ukraine", "cuban": "cuba", "argentine": "argentina",
	}
	// shortNames are what people of these names are called.
	shortNames = func() map[string]string {
		m := map[string]string{}
		for _, line := range strings.Split(`william bill will billy willie|robert bob rob bobby bert|franklin frank|francis frank|richard dick rick ricky|james jim jimmy jamie|john jack johnny|thomas tom tommy|edward ed eddie ted ned|theodore ted teddy
charles charlie chuck|michael mike mick|joseph joe joey|daniel dan danny|david dave|steven steve|stephen steve|andrew andy drew|anthony tony|benjamin ben|samuel sam|alexander alex|nicholas nick|christopher chris|matthew matt|gregory greg
katherine kate kathy katie|elizabeth liz beth betty|margaret maggie peggy meg|patricia pat patty|jennifer jen jenny|susan sue|deborah debbie|rebecca becky|ronald ron|donald don|kenneth ken|lawrence larry|peter pete|philip phil|timothy tim|walter walt|henry harry hank|albert al|leonard leo len|frederick fred freddie|raymond ray|gerald gerry jerry|jeffrey jeff|martin marty|abraham abe|antonio tony|ludwig lou`, "\n") {
			for _, family := range strings.Split(line, "|") {
				all := strings.Fields(family)
				for _, n := range all[1:] {
					m[n+" "+all[0]], m[all[0]+" "+n] = "", ""
				}
			}
		}
		return m
	}()
	// idleNames are words of a name that tell nothing of which one it is, or who bears it.
	idleNames = set(`the a an of in on at for to and by with de la le del von van der den el al mr mrs ms dr doctor sir dame king queen prince princess president professor prof lord lady emperor pope senator junior senior jr sr inc corp corporation co company ltd plc llc limited incorporated group
from about around approximately roughly nearly circa its his her their`)
	// generic words say what kind of thing a name is of.
	generic = set(`river mount mountain isle island lake city town county state province university college club fc football team party sea ocean bay street road avenue church cathedral castle palace republic kingdom film movie novel book song album series show band
planet gas theory law effect hormone theater center museum bridge tower dynasty era age period empire language people county district region war battle army company language tv fm station channel segment division unit business`)
	months = set(`january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday`)
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

func canonical(w word) string {
	s := strings.Trim(w.written, ".'’")
	if len(s) > 1 && roman.MatchString(s) {
		return "#" + strconv.Itoa(romanValue(s))
	}
	if n, ok := wordNumber[w.plain]; ok {
		return "#" + strconv.Itoa(n)
	}
	if m := ordinalNum.FindStringSubmatch(w.plain); m != nil {
		return "#" + m[1]
	}
	if c, ok := sameWord[w.plain]; ok && (w.plain != "us" || w.capital) {
		return c
	}
	return w.plain
}

func romanValue(s string) int {
	v := map[byte]int{'I': 1, 'V': 5, 'X': 10}
	n := 0
	for i := range len(s) {
		if i+1 < len(s) && v[s[i]] < v[s[i+1]] {
			n -= v[s[i]]
		} else {
			n += v[s[i]]
		}
	}
	return n
}

// A nameHit is where in a sentence a name stands.
type nameHit struct {
	found    bool
	from, to int
}

// nameIn looks for a name among the words of one sentence, in any form that people take for the same.
func nameIn(gold string, text []word, question string) nameHit {
	full := readWords(gold)
	if len(full) == 0 {
		return nameHit{}
	}
	for _, form := range nameForms(full, question) {
		if h := findWords(form, text); h.found {
			return h
		}
	}
	if h := findAcronym(full, text); h.found {
		return h
	}
	if isPerson(full) {
		return findPerson(full, text)
	}
	return nameHit{}
}

// nameForms are the ways to write a name, the fullest first.
func nameForms(full []word, question string) [][]word {
	forms := [][]word{full}
	add := func(f []word) {
		if len(f) > 0 && len(f) < len(full) {
			forms = append(forms, f)
		}
	}
	keep := func(in []word, f func(i int, w word) bool) []word {
		var out []word
		for i, w := range in {
			if f(i, w) {
				out = append(out, w)
			}
		}
		return out
	}
	content := keep(full, func(_ int, w word) bool { return !w.idle() })
	add(content)
	asked := map[string]bool{}
	for _, w := range readWords(question) {
		asked[stem(w.plain)] = true
	}
	// What kind of thing it is, and what the question says already, may be left out.
	add(keep(content, func(_ int, w word) bool { return !generic[w.canon] && !asked[stem(w.plain)] }))
	add(keep(content, func(_ int, w word) bool { return !generic[w.canon] }))
	// "Amateur astronomer Lena Brand": the name in it.
	if n := len(full); n > 2 && slices.ContainsFunc(full, func(w word) bool { return !w.capital && !w.idle() }) {
		core := keep(full, func(i int, w word) bool { return w.capital && !(i+1 < n && i == 0 && !full[1].capital) })
		if len(core) > 1 {
			add(core)
		}
	}
	// "West Harrow" for "West Harrow Rovers", where nothing else follows.
	if n := len(content); n > 2 && content[0].capital && (!isPerson(full) || strings.HasSuffix(content[n-1].plain, "s")) {
		forms = append(forms, append(slices.Clone(content[:n-1]), word{}))
	}
	return forms
}

// findWords looks for all words of a form close together, in any order. A form that ends in an empty word must not be
// followed by a capital.
func findWords(form []word, text []word) nameHit {
	open := false
	if n := len(form); form[n-1].written == "" {
		form, open = form[:n-1], true
	}
	window := len(form) + 3
	if len(form) == 1 {
		window = 1
	}
	for i := range text {
		if !slices.ContainsFunc(form, func(w word) bool { return sameName(w, text[i]) }) {
			continue
		}
		end, held := i, make([]bool, len(form))
		left := len(form)
		for j := i; j < len(text) && j < i+window && left > 0; j++ {
			for k, w := range form {
				if !held[k] && sameName(w, text[j]) {
					held[k], end = true, j
					left--
					break
				}
			}
		}
		if left > 0 {
			continue
		}
		if open && end+1 < len(text) && text[end+1].capital && !text[end].breaks {
			continue
		}
		return nameHit{true, i, end + 1}
	}
	return findJoined(form, text)
}

// findJoined finds "black holes" in "blackholes" and the other way round.
func findJoined(form, text []word) nameHit {
	join := func(ws []word) string {
		var b strings.Builder
		for _, w := range ws {
			b.WriteString(w.plain)
		}
		return b.String()
	}
	want := join(form)
	if len(want) < 5 {
		return nameHit{}
	}
	for i := range text {
		for n := 1; n <= 3 && i+n <= len(text); n++ {
			if n != len(form) && stem(join(text[i:i+n])) == stem(want) {
				return nameHit{true, i, i + n}
			}
		}
	}
	return nameHit{}
}

// sameName compares two words: equal, one ending apart, or misspelt by a letter or two where they are long.
func sameName(a, b word) bool {
	if a.canon == b.canon {
		return true
	}
	if strings.HasPrefix(a.canon, "#") || strings.HasPrefix(b.canon, "#") || a.plain == "" {
		return false
	}
	if strings.ReplaceAll(a.plain, "ae", "e") == strings.ReplaceAll(b.plain, "ae", "e") {
		return true
	}
	if !a.capital && stem(a.plain) == stem(b.plain) {
		return true
	}
	if strings.TrimSuffix(a.plain, "s") == strings.TrimSuffix(b.plain, "s") {
		return true
	}
	n := min(len(a.plain), len(b.plain))
	switch {
	case n >= 9:
		return editsWithin(a.plain, b.plain, 2)
	case n >= 4 && a.plain[0] == b.plain[0]:
		return editsWithin(a.plain, b.plain, 1) && (n >= 6 || vowelsApart(a.plain, b.plain))
	case n >= 3:
		return a.capital && a.plain[0] == b.plain[0] && vowelsApart(a.plain, b.plain) && editsWithin(a.plain, b.plain, 1)
	}
	return false
}

// vowelsApart says whether two spellings differ in vowels and silent letters only: Ann and Anne, Stephen and Stephan.
func vowelsApart(a, b string) bool {
	bare := strings.NewReplacer("a", "", "e", "", "i", "", "o", "", "u", "", "y", "", "h", "")
	return bare.Replace(a) == bare.Replace(b) && len(bare.Replace(a)) > 1
}

// editsWithin says whether a becomes b with at most most letters changed, added or dropped.
func editsWithin(a, b string, most int) bool {
	x, y := strings.Split(a, ""), strings.Split(b, "")
	if d := len(x) - len(y); d > most || -d > most {
		return false
	}
	e := CompareWords(x, y)
	return e.Substitutions+e.Deletions+e.Insertions <= most
}

// findAcronym finds "IWC" for "International Whaling Commission", and the other way round.
func findAcronym(full, text []word) nameHit {
	initials := func(ws []word, idleToo bool) string {
		var b strings.Builder
		for _, w := range ws {
			if w.plain == "&" || !idleToo && !w.capital && w.idle() {
				continue
			}
			r := []rune(w.plain)
			b.WriteRune(r[0])
		}
		return b.String()
	}
	acronym := func(w word) bool {
		s := strings.ReplaceAll(w.written, ".", "")
		return len(s) >= 2 && len(s) <= 6 && s == strings.ToUpper(s) && !hasDigit(s) && !roman.MatchString(s)
	}
	if len(full) > 1 && full[0].capital {
		short, long := initials(full, false), initials(full, true)
		for i, w := range text {
			if acronym(w) && (w.plain == short || w.plain == long) {
				return nameHit{true, i, i + 1}
			}
		}
	}
	if len(full) == 1 && acronym(full[0]) {
		for i := range text {
			for n := 2; n <= len(full[0].plain)+3 && i+n <= len(text); n++ {
				part := text[i : i+n]
				if part[0].capital && part[n-1].capital && (initials(part, false) == full[0].plain || initials(part, true) == full[0].plain) {
					return nameHit{true, i, i + n}
				}
			}
		}
	}
	if usa := func(w word) bool { return w.canon == "usa" }; slices.ContainsFunc(full, usa) || joined(full) == "unitedstates" || joined(full) == "unitedstatesofamerica" {
		for i, w := range text {
			if usa(w) || w.plain == "united" && i+1 < len(text) && text[i+1].plain == "states" {
				return nameHit{true, i, i + 1}
			}
		}
	}
	if slices.Contains([]string{"unitedkingdom", "greatbritain", "uk", "britain"}, joined(full)) {
		for i, w := range text {
			if w.canon == "britain" || w.plain == "united" && i+1 < len(text) && text[i+1].plain == "kingdom" {
				return nameHit{true, i, i + 1}
			}
		}
	}
	return nameHit{}
}

func joined(ws []word) string {
	var b strings.Builder
	for _, w := range ws {
		if w.plain != "the" {
			b.WriteString(w.plain)
		}
	}
	return b.String()
}

// isPerson says whether a name could be somebody's: two to five capitals and nothing that a thing is called by.
func isPerson(full []word) bool {
	n := 0
	for _, w := range full {
		if generic[w.canon] || strings.HasPrefix(w.canon, "#") || hasDigit(w.plain) || w.breaks {
			return false
		}
		if w.capital {
			n++
		} else if !w.idle() {
			return false
		}
	}
	return n >= 2 && n <= 5
}

// findPerson finds somebody by the last name, with any first name that could be the same.
func findPerson(full, text []word) nameHit {
	var names []word
	for _, w := range full {
		if w.capital && !w.idle() {
			names = append(names, w)
		}
	}
	if len(names) < 2 {
		return nameHit{}
	}
	last := names[len(names)-1]
	for i, w := range text {
		if !w.capital || !sameName(last, w) {
			continue
		}
		// The capitals that stand before it are what else this person is called. The first word of a sentence may be any.
		from := i
		for from > 0 && text[from-1].capital && !text[from-1].breaks {
			from--
		}
		others := text[from:i]
		if from == 0 && len(others) > 0 && idle[others[0].plain] {
			others = others[1:]
		}
		if i+1 < len(text) && text[i+1].capital && !w.breaks && !text[i+1].idle() {
			continue // "Franklin Osgood Miller" is somebody else
		}
		fits, firsts := true, 0
		for _, o := range others {
			if o.idle() {
				continue
			}
			firsts++
			fits = fits && slices.ContainsFunc(names[:len(names)-1], func(n word) bool { return sameFirst(n, o) || sameName(n, o) })
		}
		// A middle name that the gold does not tell is no other person, where the first name is the same.
		if !fits && firsts > 1 && len(others) > 0 && (sameFirst(names[0], others[0]) || sameName(names[0], others[0])) {
			fits = true
		}
		if fits {
			return nameHit{true, from, i + 1}
		}
	}
	return nameHit{}
}

// sameFirst compares first names: an initial, or what somebody of that name is called.
func sameFirst(a, b word) bool {
	if len(a.plain) == 1 || len(b.plain) == 1 {
		return a.plain[0] == b.plain[0]
	}
	_, ok := shortNames[a.plain+" "+b.plain]
	return ok
}
