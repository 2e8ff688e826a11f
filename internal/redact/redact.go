// Package redact takes out of what people say what identifies them, before it leaves the machine.
//
// It knows what can be told by its form: addresses of mail, telephone numbers, numbers of cards, accounts and social security. Names it
// cannot know: in this program's domain a name is more often a company than a caller.
package redact

import (
	"regexp"
	"strings"
)

// A rule is a form and what stands for it. Keep, if set, decides about a match that looks right.
type rule struct {
	form *regexp.Regexp
	as   string
	is   func(match string) bool
}

var rules = []rule{
	{regexp.MustCompile(`[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}`), "[mail]", nil},
	// As it is heard: "jane dot doe at example dot com".
	{regexp.MustCompile(`(?i)\b[\w-]+(?: dot [\w-]+)* at [\w-]+(?: dot [\w-]+)* dot (?:com|org|net|edu|gov|io|co)\b`), "[mail]", nil},
	{regexp.MustCompile(`\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b`), "[account]", iban},
	{regexp.MustCompile(`\b[3-6]\d{3}(?:[ -]?\d){10,12}\b`), "[card]", luhn},
	{regexp.MustCompile(`\b\d{3}-\d{2}-\d{4}\b`), "[id]", nil},
	// With a sign of a telephone number: a plus, parentheses, or groups of three, three and four. Plain digits are figures.
	{regexp.MustCompile(`\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}\b`), "[phone]", digits(8, 15)},
	{regexp.MustCompile(`\(\d{3}\) ?\d{3}[ .-]\d{4}\b`), "[phone]", nil},
	{regexp.MustCompile(`\b\d{3}[ .-]\d{3}[ .-]\d{4}\b`), "[phone]", nil},
	// As it is heard: at least seven digits, one word each.
	{regexp.MustCompile(`(?i)\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)(?:[ ,-]+(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)){6,}\b`), "[number]", nil},
}

// Text is a text without what identifies whoever said it.
func Text(s string) string {
	for _, r := range rules {
		s = r.form.ReplaceAllStringFunc(s, func(match string) string {
			if r.is != nil && !r.is(match) {
				return match
			}
			return r.as
		})
	}
	return s
}

func figures(s string) (d []int) {
	for _, r := range s {
		if r >= '0' && r <= '9' {
			d = append(d, int(r-'0'))
		}
	}
	return d
}

func digits(least, most int) func(string) bool {
	return func(s string) bool {
		n := len(figures(s))
		return n >= least && n <= most
	}
}

// luhn is the check that every card's number passes, and one other number in ten.
func luhn(s string) bool {
	d := figures(s)
	sum := 0
	for i := range d {
		x := d[len(d)-1-i]
		if i%2 == 1 {
			if x *= 2; x > 9 {
				x -= 9
			}
		}
		sum += x
	}
	return sum%10 == 0
}

// iban is the check of international account numbers (ISO 13616): the remainder by 97 is 1.
func iban(s string) bool {
	s = strings.ReplaceAll(s, " ", "")
	rest := 0
	for _, r := range s[4:] + s[:4] {
		switch {
		case r >= '0' && r <= '9':
			rest = (rest*10 + int(r-'0')) % 97
		case r >= 'A' && r <= 'Z':
			rest = (rest*100 + int(r-'A'+10)) % 97
		default:
			return false
		}
	}
	return rest == 1
}
