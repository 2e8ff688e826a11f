package speech

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/terms"
)

// A Repairer puts a lexicon's names back where a recogniser heard something that sounds like them: "hall den" is Halden.
// It is safe for concurrent use.
type Repairer struct {
	surfaces []surface
	// heard leads from what is known to be misheard, and from the names themselves, to surfaces.
	heard map[string]int
	// near leads from a skeleton of consonants, whole or with one missing, to the surfaces that have it.
	near     map[string][]int32
	ordinary map[string]bool // words of names that are ordinary in this domain: metrics, concepts
	// strict scales every tolerance: the more names there are, the more often something sounds like one by chance.
	strict float64
}

// A surface is one way to write a term.
type surface struct {
	term   string // ID
	text   string
	sounds string
	words  int
}

// A Change is a name that was put in place of what was heard.
type Change struct {
	From, To int // bytes of the transcript
	Heard    string
	Name     string
	Term     string // ID
}

// mostWords is how many words a recogniser may have made of one name.
const mostWords = 5

// NewRepairer prepares the names of a lexicon. Metrics and other words of the trade are not repaired into, only out of
// danger: they count as ordinary words.
func NewRepairer(l lexicon.Lexicon) *Repairer {
	r := &Repairer{heard: map[string]int{}, near: map[string][]int32{}, ordinary: map[string]bool{}}
	for _, t := range l.Terms {
		if t.Kind == lexicon.Metric {
			for _, n := range append([]string{t.Name}, t.Aliases...) {
				for w := range strings.FieldsSeq(strings.ToLower(n)) {
					r.ordinary[w] = true
				}
			}
		}
	}
	for _, t := range l.Terms {
		if t.Kind == lexicon.Metric {
			continue
		}
		names := append([]string{t.Name}, t.Aliases...)
		if head, rest, ok := strings.Cut(t.Name, " "); ok && rest != "" && len(head) >= 5 && !r.isOrdinary(head) && !strings.Contains(head, "-") {
			names = append(names, head) // people call a company by its first name
		}
		first := -1
		for _, n := range names {
			key := strings.ToLower(n)
			if _, dup := r.heard[key]; dup || n == "" {
				continue
			}
			i := r.add(t, n, Sounds(n))
			if curated := soundsOf(t, n); curated != r.surfaces[i].sounds {
				r.add(t, n, curated)
			}
			r.heard[key] = i
			if first < 0 || len(n) < len(r.surfaces[first].text) && len(n) >= 4 {
				first = i
			}
		}
		if first < 0 {
			continue
		}
		if _, known := r.heard[strings.ToLower(t.Spoken)]; t.Spoken != "" && !known {
			r.add(t, r.surfaces[first].text, Sounds(t.Spoken))
		}
		for _, h := range t.Heard {
			if key := strings.ToLower(h); key != "" {
				if _, dup := r.heard[key]; !dup {
					r.heard[key] = first
				}
			}
		}
	}
	r.strict = 1
	if n := len(l.Terms); n > 100 {
		r.strict = max(0.5, 1-0.25*math.Log10(float64(n)/100))
	}
	return r
}

// soundsOf are the sounds of a name, by its pronunciations where the lexicon has them.
func soundsOf(t lexicon.Term, name string) string {
	var b []byte
	for w := range strings.FieldsSeq(name) {
		if p := t.Pronunciations[strings.ToLower(w)]; len(p) > 0 {
			b = append(b, phones(p[0])...)
		} else {
			b = appendSounds(b, w)
		}
	}
	return string(b)
}

func (r *Repairer) add(t lexicon.Term, text, sounds string) int {
	i := len(r.surfaces)
	r.surfaces = append(r.surfaces, surface{term: t.ID, text: text, sounds: sounds, words: len(strings.Fields(text))})
	if len(sounds) < 4 || r.allOrdinary(text) || symbol(text) {
		return i // too short to be told from anything, made of ordinary words, or never said as it is written
	}
	for _, key := range neighbours(nil, sounds) {
		r.near[key] = append(r.near[key], int32(i))
	}
	return i
}

// symbol says that a name is a ticker, or has hardly a letter, such as "3M": its letters are no word's sounds.
func symbol(name string) bool {
	letters, capitals := 0, 0
	for i := range len(name) {
		if letter(name[i]) {
			letters++
		}
		if upper(name[i]) {
			capitals++
		}
	}
	return letters < 2 || capitals == letters && len(name) <= 5
}

func (r *Repairer) allOrdinary(text string) bool {
	for w := range strings.FieldsSeq(text) {
		if !r.isOrdinary(w) {
			return false
		}
	}
	return true
}

func (r *Repairer) isOrdinary(w string) bool {
	w = strings.ToLower(w)
	return r.ordinary[w] || terms.Common(w)
}

// neighbours are the skeleton of sounds and, where it is long enough, the ones with one consonant missing.
func neighbours(keys []string, sounds string) []string {
	var b [64]byte
	s := string(skeleton(b[:0], sounds))
	keys = append(keys, s)
	if len(s) < 3 {
		return keys
	}
	for i := range len(s) {
		if i > 0 && s[i] == s[i-1] {
			continue
		}
		keys = append(keys, s[:i]+s[i+1:])
	}
	return keys
}

// A heardWord is one word of a transcript.
type heardWord struct {
	from, to int
	lower    string
	sounds   string
	ordinary bool
	glued    bool // nothing but spaces stands between it and the word before
}

type candidate struct {
	from, to int // words
	surface  int
	score    float64
	keep     bool // the name stands there already
}

// Repair puts names into a transcript. subjects are the IDs of the terms that the conversation is about: they are
// believed sooner. Ordinary words stay.
func (r *Repairer) Repair(transcript string, subjects []string) (string, []Change) {
	words := r.listen(transcript)
	var found []candidate
	keys := make([]string, 0, 24)
	for i := range words {
		sounds, lower := "", ""
		for n := 1; n <= mostWords && i+n <= len(words); n++ {
			w := words[i+n-1]
			if n > 1 {
				if !w.glued {
					break
				}
				lower += " "
			}
			lower += w.lower
			sounds += w.sounds
			if s, ok := r.heard[lower]; ok {
				keep := strings.EqualFold(r.surfaces[s].text, lower)
				if keep || n > 1 || !terms.Common(lower) {
					found = append(found, candidate{i, i + n, s, 2 + float64(len(sounds)), keep})
					continue
				}
			}
			if c, ok := r.bySound(words[i:i+n], sounds, subjects, keys); ok {
				c.from, c.to = i, i+n
				found = append(found, c)
			}
		}
	}
	return r.apply(transcript, words, found)
}

// bySound finds the surface that sounds most like the words, if it is like enough.
func (r *Repairer) bySound(words []heardWord, sounds string, subjects []string, keys []string) (candidate, bool) {
	ordinary := 0
	for _, w := range words {
		if w.ordinary {
			ordinary++
		}
	}
	if len(sounds) < 4 || ordinary == 1 && len(words) == 1 {
		return candidate{}, false
	}
	best := candidate{score: -1}
	keys = neighbours(keys, sounds)
	if ordinary == len(words) {
		keys = keys[:1] // they must sound all but the same, so no consonant may be missing
	}
	for _, key := range keys {
		for _, i := range r.near[key] {
			s := &r.surfaces[i]
			if d := len(s.sounds) - len(sounds); d > 4 || d < -4 {
				continue
			}
			limit := r.strict * tolerance(len(words), ordinary, s.words, min(len(s.sounds), len(sounds)))
			if slices.Contains(subjects, s.term) {
				limit += 0.08
			}
			d := distance(sounds, s.sounds, limit)
			if d > limit {
				continue
			}
			if score := (1 - 2*d) * float64(len(s.sounds)); score > best.score {
				best = candidate{surface: int(i), score: score}
			}
		}
	}
	return best, best.score >= 0
}

// tolerance is how far off words may sound. A word that nobody uses is readily taken for a misheard name; ordinary
// words must sound all but the same.
func tolerance(words, ordinary, nameWords, size int) float64 {
	t := 0.27
	switch {
	case ordinary == words:
		t = 0.16
	case ordinary > 0:
		t = 0.22
	}
	if size < 6 {
		t *= 0.6
	}
	if words > nameWords+2 || ordinary == words && words > nameWords+1 {
		t *= 0.5
	}
	return t
}

// apply takes the best of the candidates that do not overlap.
func (r *Repairer) apply(transcript string, words []heardWord, found []candidate) (string, []Change) {
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	taken := make([]bool, len(words))
	var chosen []candidate
	for _, c := range found {
		if slices.Contains(taken[c.from:c.to], true) {
			continue
		}
		for i := c.from; i < c.to; i++ {
			taken[i] = true
		}
		if !c.keep {
			chosen = append(chosen, c)
		}
	}
	if len(chosen) == 0 {
		return transcript, nil
	}
	slices.SortFunc(chosen, func(a, b candidate) int { return a.from - b.from })
	var out strings.Builder
	var changes []Change
	at := 0
	for _, c := range chosen {
		from, to := words[c.from].from, words[c.to-1].to
		s := r.surfaces[c.surface]
		heard, name := transcript[from:to], s.text
		if stem, ok := cutPossessive(heard); ok {
			if name = Possessive(name); strings.HasSuffix(name, "'s") {
				name = name[:len(name)-2] + heard[len(stem):]
			}
		}
		if strings.EqualFold(heard, name) {
			continue
		}
		out.WriteString(transcript[at:from])
		out.WriteString(name)
		at = to
		changes = append(changes, Change{From: from, To: to, Heard: heard, Name: name, Term: s.term})
	}
	out.WriteString(transcript[at:])
	return out.String(), changes
}

// listen cuts a transcript into words of Latin letters. What lies between in another script keeps them apart.
func (r *Repairer) listen(s string) []heardWord {
	words := make([]heardWord, 0, len(s)/5+1)
	glued := false
	for i := 0; i < len(s); {
		c := s[i]
		if !letter(c) {
			if c != ' ' && c != '-' {
				glued = false
			}
			_, n := utf8.DecodeRuneInString(s[i:])
			i += n
			continue
		}
		j := i
		for j < len(s) && (letter(s[j]) || s[j] == '\'' && j+1 < len(s) && letter(s[j+1]) || strings.HasPrefix(s[j:], "’") && j+3 < len(s) && letter(s[j+3])) {
			_, n := utf8.DecodeRuneInString(s[j:])
			j += n
		}
		stem, _ := cutPossessive(s[i:j])
		w := heardWord{from: i, to: j, lower: strings.ToLower(stem), glued: glued}
		w.sounds = Sounds(w.lower)
		w.ordinary = r.ordinary[w.lower] || terms.Common(w.lower)
		words = append(words, w)
		glued = true
		i = j
	}
	return words
}
