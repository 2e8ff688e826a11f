package brief

import (
	"strings"

	"github.com/aubade/aubade/brief/fiscal"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/internal/terms"
)

// State is the statement of a fact: whose, what, how much and when. "Larkspur's revenue was $2.31 billion in the third
// quarter of fiscal 2027."
func State(t, metric lexicon.Term, v quantity.Quantity, p quantity.Period) string {
	when := " in "
	if p.Kind == quantity.Day {
		when = " on "
	} else if lexicon.Balance(metric.ID) {
		when = " at the end of "
	}
	verb := " was "
	if strings.HasSuffix(metric.Name, "s") && !strings.HasSuffix(metric.Name, "ss") && metric.Unit != "USD/share" {
		verb = " were "
	}
	value := v.String()
	if strings.HasSuffix(metric.Name, "per share") {
		verb, value = " were ", strings.TrimSuffix(value, " a share")
	}
	return Possessive(t.Name) + " " + metric.Name + verb + value + when + fiscal.Say(p) + "."
}

// Possessive is the name's: "Larkspur's", "Motors'".
func Possessive(name string) string {
	if strings.HasSuffix(name, "s") {
		return name + "'"
	}
	return name + "'s"
}

// glue are words that a sentence may need and that say nothing of their own.
var glue = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range terms.Of(`said says according reported report company companies was were first second third fourth quarter fiscal year half months
		ended ending end percent million billion thousand dollars dollar cents share shares per value amount total stood reached came rose fell
		also per january february march april may june july august september october november december monday tuesday wednesday thursday friday
		saturday sunday announced announce statement loss profit group its their this which than compared with earlier ago period`) {
		m[w] = true
	}
	return m
}()

// Ungrounded finds a word that a sentence says and its evidence does not: a name, a verb, an address. Numbers are left
// to the checks of numbers; what evidence does not say in these words cannot be told from what a page made a model say.
func Ungrounded(sentence string, evidence ...string) string {
	known := map[string]bool{}
	for _, e := range evidence {
		for _, w := range terms.Of(e) {
			known[w] = true
		}
	}
	for _, w := range terms.Of(sentence) {
		if !known[w] && !glue[w] && (w[0] < '0' || w[0] > '9') {
			return w
		}
	}
	return ""
}
