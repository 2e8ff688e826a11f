package evals

import (
	"slices"
	"strings"
)

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
