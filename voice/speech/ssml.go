package speech

import (
	"strconv"
	"strings"
	"time"
)

// Prosody is how a clause is to be spoken. The zero Prosody changes nothing.
type Prosody struct {
	Rate     float64       // 1 and 0 are the voice's own
	Pause    time.Duration // silence before it
	Emphasis []string      // words, as they are spoken, that carry weight
	// Phones are the CMU phones of words that letters would mislead: "halden" → "HH AO L D AH N".
	Phones map[string]string
}

// SSML is words for ears with their prosody, for engines that take it; the others speak the words alone. It is empty
// where the prosody changes nothing.
func (p Prosody) SSML(words string) string {
	body, marked := p.markWords(words)
	if !marked && p.Pause == 0 && (p.Rate == 0 || p.Rate == 1) {
		return ""
	}
	var b strings.Builder
	b.WriteString("<speak>")
	if p.Pause > 0 {
		b.WriteString(`<break time="` + strconv.FormatInt(p.Pause.Milliseconds(), 10) + `ms"/>`)
	}
	if p.Rate != 0 && p.Rate != 1 {
		b.WriteString(`<prosody rate="` + strconv.Itoa(int(p.Rate*100+0.5)) + `%">` + body + "</prosody>")
	} else {
		b.WriteString(body)
	}
	b.WriteString("</speak>")
	return b.String()
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func (p Prosody) markWords(words string) (string, bool) {
	if len(p.Emphasis) == 0 && len(p.Phones) == 0 {
		return escapes.Replace(words), false
	}
	marked := false
	parts := strings.Split(words, " ")
	for i, w := range parts {
		bare := strings.ToLower(strings.TrimRight(w, ".,;:?!"))
		tail := escapes.Replace(w[len(bare):])
		said := escapes.Replace(w[:len(bare)])
		hit := false
		if ph, ok := p.Phones[bare]; ok {
			said, hit = `<phoneme alphabet="cmu-arpabet" ph="`+escapes.Replace(ph)+`">`+said+"</phoneme>", true
		}
		for _, e := range p.Emphasis {
			if strings.EqualFold(e, bare) {
				said, hit = "<emphasis>"+said+"</emphasis>", true
				break
			}
		}
		if hit {
			parts[i], marked = said+tail, true
		} else {
			parts[i] = escapes.Replace(w)
		}
	}
	return strings.Join(parts, " "), marked
}
