package evals

import (
	"regexp"
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
