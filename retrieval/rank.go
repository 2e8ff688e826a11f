package retrieval

import (
	"slices"
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/terms"
)

// A Rank asks which of all entities stand out by the metric: "the highest gross margin", "whose revenue shrank", "who
// pays a dividend". Its zero value asks for nothing of the kind.
type Rank struct {
	Asked bool
	// Growth ranks by how the metric changed, not by what it is.
	Growth bool
	// Least puts the lowest first.
	Least bool
	// Sign keeps those above nought (1) or below it (-1); 0 keeps all.
	Sign int
	// All asks for everyone that fits, not for the first: "which companies lost money".
	All bool
	// Market asks how all did: how many rose, and who moved most.
	Market bool
	// Nth is the place that is asked for, where it is not the first: 2 for "the second biggest".
	Nth int
	// N is how many are asked for; 0 where the question does not say.
	N int
}

var superlatives = map[string]bool{ // true: the least
	"most": false, "biggest": false, "largest": false, "highest": false, "greatest": false, "best": false, "top": false, "fattest": false, "richest": false,
	"strongest": false, "widest": false, "fastest": false, "priciest": false, "hardest": false,
	"least": true, "smallest": true, "lowest": true, "worst": true, "fewest": true, "weakest": true, "slowest": true, "thinnest": true, "cheapest": true, "poorest": true, "bottom": true,
}

var (
	upWords = wordSet("grow grows grew growing growth grown rise rises rose risen rising increase increased gain gains gained gainer gainers climb climbed improve improved jump jumped " +
		"advance advanced advancer advancers winner winners higher expanded")
	downWords = wordSet("fall falls fell fallen falling drop dropped decline declined declining shrink shrank shrunk shrinking decrease decreased slip slipped slide slid loser losers lower " +
		"worsened contracted tumbled sank")
	movers     = wordSet("mover movers moved moves move")
	performers = wordSet("performing performer performers performed performance did")
	everyone   = wordSet("company companies stock stocks name names share shares firm firms business businesses")
)

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// rank reads a question about all entities. It gives the metric that the question means without naming it, too.
func rank(ws []string, timed []bool, mentions []mention) (k Rank, metric string) {
	has := func(set map[string]bool) int {
		return slices.IndexFunc(ws, func(w string) bool { return set[w] })
	}
	s := " " + strings.Join(ws, " ") + " "
	says := func(phrases ...string) bool {
		return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(s, " "+p+" ") })
	}
	asksWho := len(ws) > 0 && slices.ContainsFunc(ws[:min(4, len(ws))], func(w string) bool { return w == "who" || w == "whose" || w == "which" })
	asksWho = asksWho || says("any of", "any company", "any companies", "any stock", "any stocks", "anyone", "anybody", "how many companies", "how many stocks", "how many of")
	orders := says("rank", "list", "sort", "leaderboard")
	at, super := -1, false
	for i, w := range ws {
		least, ok := superlatives[w]
		if !ok || timed[i] || within(i, mentions, w) || w == "most" && (i > 0 && ws[i-1] == "at" || i+1 < len(ws) && ws[i+1] == "of") {
			continue
		}
		at, super, k.Least = i, true, least
		if i > 0 && ordinals[ws[i-1]] > 1 {
			k.Nth = ordinals[ws[i-1]]
		}
		break
	}
	if !super && !asksWho && !orders {
		return Rank{}, ""
	}
	all := has(everyone) >= 0 || asksWho || orders
	if !all && !super {
		return Rank{}, ""
	}
	up, down := has(upWords) >= 0, has(downWords) >= 0
	money := says("lost money", "losing money", "lose money", "lost the most money", "made a loss", "make a loss", "making a loss", "unprofitable", "in the red", "loss making", "loss makers", "made losses", "not profitable", "make losses", "loss maker", "reported a loss", "posted a loss", "reported losses")
	profit := says("profitable", "made money", "makes money", "make money", "in the black", "made a profit", "turned a profit", "reported a profit", "posted a profit")
	priced := says("stock", "stocks", "share", "shares", "today", "yesterday", "this week", "this month", "friday", "monday", "tuesday", "wednesday", "thursday") && !says("market share")
	switch {
	case money:
		k.Asked, k.Sign, k.All, metric = true, -1, !super, "net-income"
		k.Least = true
	case profit && !super:
		k.Asked, k.Sign, k.All, metric = true, 1, true, "net-income"
	case super && (up || down || has(performers) >= 0 && priced):
		k.Asked, k.Growth = true, true
		if down && !up {
			k.Least = !k.Least
		}
		metric = "revenue"
		if priced {
			metric = "close"
		}
	case !super && asksWho && has(everyone) >= 0 && says("more than", "over", "above", "at least", "less than", "below", "under"):
		k.Asked, k.All = true, true
		k.Least = says("less than", "below", "under")
	case super && has(movers) >= 0, super && says("volatile"):
		k.Asked, k.Growth, metric = true, true, "close"
	case super:
		k.Asked = true
		metric = meant(s)
		if metric == "pe-ratio" && strings.Contains(s, " cheapest ") {
			k.Least = true
		}
	case (up || down) && all:
		k.Asked, k.Growth, k.All, k.Sign, metric = true, true, true, 1, "revenue"
		if down {
			k.Sign, k.Least = -1, true
		}
		if priced || has(movers) >= 0 || says("gainers", "losers", "top gainers") {
			metric = "close"
		}
	case orders:
		k.Asked, k.N = true, 3
	case asksWho && says("pay", "pays", "paying") && says("dividend", "dividends"):
		k.Asked, k.All, k.Sign = true, true, 1
	default:
		return Rank{}, ""
	}
	if n := countNear(ws, at); n > 0 {
		k.N, k.All = n, false
	}
	return k, metric
}

// meant is the metric of a superlative that names none: "the biggest company" is that of the highest market value.
func meant(s string) string {
	for _, m := range []struct {
		metric string
		words  []string
	}{
		{"net-income", []string{"most profitable", "least profitable", "most money", "made the most"}},
		{"debt", []string{"indebted", "owes"}},
		{"rd-expense", []string{"on research", "research"}},
		{"pe-ratio", []string{"most expensive", "least expensive", "cheapest", "priciest"}},
		{"market-cap", []string{"valuable", "biggest company", "largest company", "smallest company", "biggest companies", "largest companies", "smallest companies", "biggest stock", "largest stock", "biggest of"}},
	} {
		if slices.ContainsFunc(m.words, func(w string) bool { return strings.Contains(s, " "+w) }) {
			return m.metric
		}
	}
	return ""
}

// within says that a superlative is part of a name: "top line". "The highest" is a metric's name of its own, which means
// something else where it stands beside another.
func within(i int, mentions []mention, w string) bool {
	for _, m := range mentions {
		if m.from <= i && i < m.to {
			return !(m.term.Kind == lexicon.Metric && m.to-m.from == 1 && (w == "highest" || w == "lowest"))
		}
	}
	return false
}

// countNear reads the number beside a superlative: "the top three", "the five biggest", "which three companies".
func countNear(ws []string, at int) int {
	for i, w := range ws {
		n := number(w)
		if v := slices.Index(ones[:11], w); v > 1 {
			n = v
		}
		if n < 2 || n > 14 {
			continue
		}
		if i+1 < len(ws) && (everyone[ws[i+1]] || i+1 == at) || at >= 0 && i == at+1 {
			return n
		}
	}
	return 0
}

// lean are words that say nothing by themselves: a question of only such words and those of time is about what was said
// before.
var lean = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range terms.Of("up down better worse higher lower more less much many reason exactly again compare change changed percent percentage difference cause happen happened explain sure really good bad big fast long get got gotten going go point points mean matter close far") {
		m[w] = true
	}
	return m
}()

// leans says that a question names nothing of its own.
func leans(ws []string, timed []bool, mentions []mention) bool {
	for i, w := range ws {
		if _, super := superlatives[w]; super || ordinals[w] > 0 {
			continue
		}
		if timed[i] || upWords[w] || downWords[w] || slices.ContainsFunc(mentions, func(m mention) bool { return m.from <= i && i < m.to && m.term.Kind == lexicon.Metric }) {
			continue
		}
		for _, t := range terms.Of(w) {
			if !lean[t] && len(t) > 1 {
				return false
			}
		}
	}
	return len(ws) > 0
}
