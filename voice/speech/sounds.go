package speech

import "strings"

// Sounds is roughly how English letters sound, one byte a sound: consonants in capitals, vowels small. It is a key for
// comparing names with what a recogniser made of them, not a pronunciation.
//
//	P B T D K G F V S Z M N L R W Y H   as usual      C ch   J j   X sh   Q ng   O th
//	a e i o u                            roughly       y as in my
func Sounds(s string) string {
	var b [96]byte
	return string(appendSounds(b[:0], s))
}

// soundRules are tried in order at each place of a word; ^ and $ stand for its ends.
var soundRules = []struct{ letters, sounds string }{
	{"^kn", "N"}, {"^gn", "N"}, {"^ng", "N"}, {"^wr", "R"}, {"^ps", "S"}, {"^pf", "F"}, {"^x", "Z"}, {"^wh", "W"}, {"^rh", "R"}, {"^mc", "MK"}, {"^gh", "G"},
	{"tion", "XN"}, {"sion", "XN"}, {"cian", "XN"}, {"ture", "CR"}, {"tch", "C"}, {"sch", "SK"}, {"dge", "J"}, {"eigh", "e"}, {"igh", "y"}, {"ough", "o"}, {"augh", "o"}, {"eau", "o"},
	{"ck", "K"}, {"ch", "C"}, {"sh", "X"}, {"th", "O"}, {"ph", "F"}, {"gh", ""}, {"qu", "KW"}, {"ng$", "Q"}, {"mb$", "M"}, {"zz", "Z"}, {"x", "KS"}, {"cc", "K"},
	{"ce", "Se"}, {"ci", "Si"}, {"cy", "Si"}, {"c", "K"}, {"q", "K"}, {"ge$", "J"}, {"gi", "Ji"}, {"gy", "Ji"}, {"j", "J"},
	{"oe$", "o"}, {"ee", "i"}, {"ea", "i"}, {"ie$", "i"}, {"ie", "i"}, {"ey", "i"}, {"ei", "e"}, {"ai", "e"}, {"ay", "e"}, {"oo", "u"}, {"ou", "u"}, {"ew", "u"}, {"ue", "u"}, {"ui", "u"}, {"oa", "o"}, {"ow", "o"}, {"au", "o"}, {"aw", "o"}, {"oi", "oi"}, {"oy", "oi"},
	{"^y", "Y"}, {"y$", "i"}, {"y", "y"}, {"es$", "Z"}, {"e$", ""}, {"a", "a"}, {"e", "e"}, {"i", "i"}, {"o", "o"}, {"u", "u"},
	{"b", "B"}, {"d", "D"}, {"f", "F"}, {"g", "G"}, {"h", "H"}, {"k", "K"}, {"l", "L"}, {"m", "M"}, {"n", "N"}, {"p", "P"}, {"r", "R"}, {"s", "S"}, {"t", "T"}, {"v", "V"}, {"w", "W"}, {"z", "Z"},
}

// soundTable groups the rules by their first letter.
var soundTable = func() (t [26][]int) {
	for i, r := range soundRules {
		l := strings.TrimPrefix(r.letters, "^")
		t[l[0]-'a'] = append(t[l[0]-'a'], i)
	}
	return t
}()

func appendSounds(dst []byte, s string) []byte {
	var buf [64]byte
	w := buf[:0]
	for i := 0; i <= len(s); i++ {
		if i < len(s) && (letter(s[i]) || s[i] == '\'') && len(w) < len(buf) {
			if s[i] != '\'' {
				w = append(w, s[i]|0x20)
			}
			continue
		}
		dst = wordSounds(dst, w)
		w = w[:0]
		if i < len(s) && digit(s[i]) {
			dst = wordSounds(dst, []byte(ones[s[i]-'0']))
		}
	}
	return dst
}

func wordSounds(dst, w []byte) []byte {
	if len(w) == 1 { // a letter by its name
		return append(dst, letterSounds[w[0]-'a']...)
	}
	start := len(dst)
	for i := 0; i < len(w); {
		matched := false
		for _, n := range soundTable[w[i]-'a'] {
			r := soundRules[n]
			l := r.letters
			if l[0] == '^' {
				if i > 0 {
					continue
				}
				l = l[1:]
			}
			end := strings.HasSuffix(l, "$")
			l = strings.TrimSuffix(l, "$")
			if len(w)-i < len(l) || string(w[i:i+len(l)]) != l || end && i+len(l) != len(w) {
				continue
			}
			for k := 0; k < len(r.sounds); k++ {
				if n := len(dst); n > start && dst[n-1] == r.sounds[k] {
					continue // double letters sound once
				}
				dst = append(dst, r.sounds[k])
			}
			i += len(l)
			matched = true
			break
		}
		if !matched {
			i++
		}
	}
	return dst
}

var letterSounds = [26]string{"e", "Bi", "Si", "Di", "i", "eF", "Ji", "eC", "y", "Je", "Ke", "eL", "eM", "eN", "o", "Pi", "KYu", "aR", "eS", "Ti", "Yu", "Vi", "DBLYu", "eKS", "Wy", "Zi"}

// cmuSounds are the sounds of CMU phones.
var cmuSounds = map[string]string{
	"AA": "a", "AE": "a", "AH": "a", "AO": "o", "AW": "au", "AY": "y", "EH": "e", "ER": "R", "EY": "e", "IH": "i", "IY": "i", "OW": "o", "OY": "oi", "UH": "u", "UW": "u",
	"B": "B", "CH": "C", "D": "D", "DH": "O", "F": "F", "G": "G", "HH": "H", "JH": "J", "K": "K", "L": "L", "M": "M", "N": "N", "NG": "Q", "P": "P", "R": "R", "S": "S", "SH": "X", "T": "T", "TH": "O", "V": "V", "W": "W", "Y": "Y", "Z": "Z", "ZH": "X",
}

// phones turns "HH AO L D AH N" into sounds.
func phones(s string) string {
	var b strings.Builder
	for p := range strings.FieldsSeq(s) {
		b.WriteString(cmuSounds[strings.TrimRight(p, "012")])
	}
	return b.String()
}

// class is the group of consonants that are easily mistaken for each other; vowels and breath have none.
func class(c byte) byte {
	switch c {
	case 'P', 'B':
		return 'P'
	case 'F', 'V':
		return 'F'
	case 'T', 'D', 'O':
		return 'T'
	case 'K', 'G':
		return 'K'
	case 'S', 'Z':
		return 'S'
	case 'X', 'C', 'J':
		return 'X'
	case 'M', 'N', 'Q':
		return 'N'
	case 'L', 'R':
		return c
	}
	return 0
}

// skeleton appends the classes of the consonants of sounds, equal neighbours once.
func skeleton(dst []byte, sounds string) []byte {
	n := len(dst)
	for i := 0; i < len(sounds); i++ {
		if c := class(sounds[i]); c != 0 && (len(dst) == n || dst[len(dst)-1] != c) {
			dst = append(dst, c)
		}
	}
	return dst
}

// Costs of taking one sound for another, in hundredths of a whole mistake.
const (
	whole    = 100
	sameKind = 35 // two consonants of a class
	vowels   = 30 // one vowel for another
	faint    = 45 // a vowel too many or too few
	breath   = 30 // an h, w or y too many or too few
)

func vowel(c byte) bool { return c >= 'a' }

func weakness(c byte) int {
	switch {
	case vowel(c):
		return faint
	case c == 'H' || c == 'W' || c == 'Y':
		return breath
	}
	return whole
}

func confusion(a, b byte) int {
	switch {
	case a == b:
		return 0
	case vowel(a) && vowel(b):
		return vowels
	case vowel(a) != vowel(b):
		return whole + 20
	case class(a) != 0 && class(a) == class(b), class(a) == 'S' && class(b) == 'X', class(a) == 'X' && class(b) == 'S':
		return sameKind
	case a == 'L' && b == 'R' || a == 'R' && b == 'L', a == 'W' && b == 'V' || a == 'V' && b == 'W', a == 'O' && (b == 'F' || b == 'S'), (a == 'F' || a == 'S') && b == 'O':
		return 2 * sameKind
	}
	return whole
}

// weak and swap are the costs as tables: they are looked up for every pair of sounds.
var weak, swap = func() (w [128]int, s [128][128]int) {
	for a := range byte(128) {
		w[a] = weakness(a)
		for b := range byte(128) {
			s[a][b] = confusion(a, b)
		}
	}
	return w, s
}()

// distance is how differently two sequences of sounds are heard: 0 alike, 1 nothing in common. It gives up above limit.
func distance(a, b string, limit float64) float64 {
	if len(a) > 60 || len(b) > 60 || a == "" || b == "" {
		return 1
	}
	size := max(weight(a), weight(b))
	most := int(limit * float64(size))
	var row [62]int
	for j := range len(b) {
		row[j+1] = row[j] + weak[b[j]&127]
	}
	for i := range len(a) {
		w, costs := weak[a[i]&127], &swap[a[i]&127]
		diagonal := row[0]
		row[0] += w
		best := row[0]
		for j := range len(b) {
			cost := min(diagonal+costs[b[j]&127], row[j+1]+w, row[j]+weak[b[j]&127])
			diagonal, row[j+1] = row[j+1], cost
			best = min(best, cost)
		}
		if best > most {
			return 1
		}
	}
	return float64(row[len(b)]) / float64(size)
}

// weight is how much there is to mishear.
func weight(s string) int {
	n := 0
	for i := range len(s) {
		n += max(weak[s[i]&127], faint)
	}
	return n
}
