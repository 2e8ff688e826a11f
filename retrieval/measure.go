package retrieval

import (
	"slices"
	"strings"
	"unicode"

	"github.com/aubade/aubade/internal/terms"
)

// measure says which metrics a question wants, and what is to be computed of them.
func (q *Query) measure(ws []string, named []mention) {
	for _, m := range named {
		q.Metric = better(q.Metric, m.term.ID)
	}
	if q.Metric == "" {
		if q.Metric = unnamed(ws); q.Metric == "operating-margin" {
			q.Or = []string{"gross-margin", "net-margin"}
		}
	}
	if q.Metric == "" && len(ws) > 3 && ws[0] == "how" && ws[1] == "much" && slices.ContainsFunc(ws[3:], func(w string) bool {
		return slices.Contains([]string{"make", "made", "earn", "earned", "making", "earning"}, w)
	}) {
		q.Metric = "net-income"
	}
	s := " " + strings.Join(ws, " ") + " "
	says := func(phrases ...string) bool {
		return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(s, " "+p+" ") })
	}
	var ids []string
	first := 0 // the word where the first of them stands
	for i, m := range named {
		if m.term.ID == "close" && q.Metric != "close" && !slices.Contains(ws[:m.from], "and") || slices.Contains(ids, m.term.ID) {
			continue // "share price" beside another metric is its circumstance
		}
		if i > 0 && len(ids) > 0 && !joined(ws[named[i-1].to:m.from]) {
			continue
		}
		if len(ids) == 0 {
			first = m.from
		}
		ids = append(ids, m.term.ID)
	}
	inside := func(i int) bool {
		return slices.ContainsFunc(named, func(m mention) bool { return m.from <= i && i < m.to })
	}
	beyond := func() bool {
		for i, w := range ws[:max(len(ws)-1, 0)] {
			next := ws[i+1]
			switch {
			case w == "per" && !inside(i) && !slices.Contains([]string{"share", "cent", "quarter", "year", "day", "week", "month"}, next):
				return true
			case (w == "in" || w == "to" || w == "into") && slices.Contains([]string{"euro", "euros", "pounds", "sterling", "yen", "francs", "yuan", "rupees", "renminbi", "bitcoin"}, next):
				return true
			}
		}
		return false
	}
	switch {
	case q.pose(ws):
	case q.Metric != "" && beyond():
		q.Work = Beyond
	case says("every quarter", "each quarter", "quarter by quarter", "last four quarters", "past four quarters", "last few quarters", "recent quarters", "trend", "trended", "over time", "historically", "every year", "each year"):
		q.Work = Series
	case q.Metric != "" && says("average", "mean") && !slices.ContainsFunc(named, func(m mention) bool { return slices.Contains(ws[m.from:m.to], "average") }):
		q.Work = Average
	case q.Metric != "" && says("combined", "together", "in total", "sum of", "add up"):
		q.Work = Total
	case says("year to date", "so far this year", "for the year so far", "this year so far", "ytd", "year so far"):
		q.Work = ToDate
	case says("dividend yield", "yield"):
		q.Work, q.Metric, q.More = Yield, "dividend", []string{"close"}
	case len(ids) == 1 && says("what percent of", "what percentage of", "what share of", "what proportion of", "what fraction of", "what part of"):
		q.Work = Share
	case says("net cash", "net debt") && (q.Metric == "cash" || q.Metric == "debt"):
		q.Work, q.Metric, q.More = Net, "cash", []string{"debt"}
		if says("net debt") {
			q.Metric, q.More = "debt", []string{"cash"}
		}
	case (q.Metric == "high-52w" || q.Metric == "low-52w") && says("far", "below", "above", "off", "away", "distance", "near", "close to"):
		q.Work, q.Metric, q.More = Distance, "close", []string{q.Metric}
	case len(ids) == 2 && says("minus", "less", "after paying off"):
		q.Work, q.Metric, q.More = Net, ids[0], ids[1:]
	case len(ids) == 2 && says("ratio", "divided by"):
		q.Work, q.Metric, q.More = Ratio, ids[0], ids[1:]
	case len(ids) == 2 && says("percent", "percentage", "share", "proportion", "fraction", "part", "portion"):
		// "What percent of revenue is research", and "research as a share of revenue".
		q.Work, q.Metric, q.More = Share, ids[0], ids[1:]
		for i, w := range ws[:first] {
			if !inside(i) && slices.Contains([]string{"percent", "percentage", "share", "proportion", "fraction", "part", "portion"}, w) {
				q.Metric, q.More = ids[1], ids[:1]
			}
		}
	case len(ids) > 1 && ids[0] == q.Metric:
		q.More = ids[1:]
	}
	if q.Work == "" && (says("difference", "gap", "apart", "by how much", "how much more", "how much less", "how much higher", "how much lower", "how much bigger", "how much larger", "how much smaller", "how many more")) {
		q.Work = Gap
	}
}

// joined says that two metrics stand side by side as parts of one question.
func joined(between []string) bool {
	if len(between) == 0 {
		return true // a comma stood between them
	}
	for _, w := range between {
		if slices.Contains([]string{"and", "to", "of", "is", "as", "plus", "versus", "vs", "against", "goes", "spent", "or", "minus", "less", "divided", "paying"}, w) {
			return true
		}
	}
	return false
}

// unnamed is the metric of a question that asks for one without its name.
func unnamed(ws []string) string {
	s := " " + strings.Join(ws, " ") + " "
	for _, m := range []struct {
		metric string
		words  []string
	}{
		{"free-cash-flow", []string{"burn", "burned", "burning", "burnt", "cash burn"}},
		{"net-income", []string{"loss", "losses", "losing money", "profitable", "profitability", "make money", "making money", "makes money", "in the red", "in the black"}},
		{"close", []string{"one share", "a share of", "shares cost", "share cost", "stock cost", "shares of"}},
		{"market-cap", []string{"how big", "how large", "valued at", "valuation"}},
		{"pe-ratio", []string{"how expensive", "how cheap", "expensive", "pricey", "richly valued"}},
		{"debt", []string{"indebted", "owes", "borrowed"}},
		{"shares-diluted", []string{"how many shares"}},
		{"operating-margin", []string{"margin", "margins"}},
		{"capex", []string{"spend on equipment", "spends on equipment"}},
	} {
		if slices.ContainsFunc(m.words, func(w string) bool { return strings.Contains(s, " "+w+" ") }) {
			return m.metric
		}
	}
	return ""
}

// future says that a question is about what nobody can know yet.
func future(ws []string) bool {
	s := " " + strings.Join(ws, " ") + " "
	for _, p := range []string{"will", "next year", "next quarter", "next month", "next week", "tomorrow", "going to be", "in the future"} {
		if strings.Contains(s, " "+p+" ") {
			return true
		}
	}
	return false
}

// outdoes says that a question asks which of several did better, and not by what.
func outdoes(ws []string) bool {
	s := " " + strings.Join(ws, " ") + " "
	for _, p := range []string{"better quarter", "best quarter", "worse quarter", "did better", "doing better", "better year", "grew more", "grew faster", "growing faster", "faster growth", "grow more", "grow faster", "growth", "growing more"} {
		if strings.Contains(s, " "+p+" ") {
			return true
		}
	}
	return false
}

// sizes says that a comparison is of the companies as such: "bigger", "cheaper".
func sizes(ws []string) bool {
	return slices.ContainsFunc(ws, func(w string) bool {
		return slices.Contains([]string{"bigger", "larger", "smaller", "expensive", "cheaper", "pricier", "profitable", "profitability", "valuable", "size"}, w)
	})
}

// size is what two companies are compared by where the question does not say.
func size(ws []string) (metric string, more []string) {
	has := func(list ...string) bool {
		return slices.ContainsFunc(ws, func(w string) bool { return slices.Contains(list, w) })
	}
	switch {
	case has("bigger", "larger", "smaller", "valuable", "worth", "size"):
		return "market-cap", []string{"revenue"}
	case has("expensive", "cheaper", "pricier"):
		return "pe-ratio", nil
	case has("profitable", "profitability"):
		return "net-margin", []string{"net-income"}
	}
	return "revenue", []string{"net-margin"}
}

// why says that a reason is asked for.
func why(ws []string) bool {
	s := " " + strings.Join(ws, " ") + " "
	for _, p := range []string{"why", "how come", "what caused", "what drove", "what is behind", "what s behind", "what was behind", "reason", "reasons", "because of what", "what led to", "what explains"} {
		if strings.Contains(s, " "+p+" ") {
			return true
		}
	}
	return false
}

// market says that a question is about the market as a whole.
func market(ws []string, q Query) bool {
	s := " " + strings.Join(ws, " ") + " "
	if q.Metric != "" && q.Metric != "close" {
		return false
	}
	for _, p := range []string{"the market", "the markets", "markets", "market today", "stocks", "the tape", "market summary", "everything"} {
		if strings.Contains(s, " "+p+" ") {
			for _, how := range []string{"how is", "how are", "how s", "how did", "how was", "how were", "how has", "how have", "up or down", "what happened", "what is happening", "summary", "sum up", "did the market", "is the market", "are stocks", "did stocks"} {
				if strings.Contains(s, " "+how+" ") {
					return true
				}
			}
		}
	}
	return false
}

// priceChange is the metric that says how prices moved over the time that was named.
func (r *Resolver) priceChange(when spoken) string {
	m := moved(Query{Intent: Change, Metric: "close", Named: true}, when)
	if m == "close" {
		return "change-day"
	}
	return m
}

// contracted are the words that end in 's without owning anything.
var contracted = wordSet("what who it that let here there how where when he she why this today everything something one")

// stranger finds a name that nobody here knows: a word with a capital that does not begin the sentence, or one that owns
// something.
func (r *Resolver) stranger(text string, ws []string, timed []bool, mentions []mention, q Query) string {
	at := 0 // of the word in ws, as near as the two cuts agree
	for i, f := range strings.FieldsFunc(text, unicode.IsSpace) {
		f = strings.TrimFunc(f, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
		cut := words(f)
		from := at
		at += len(cut)
		if len(cut) != 1 || len(cut[0]) < 3 || from >= len(ws) || ws[from] != cut[0] || timed[from] {
			continue
		}
		w := cut[0]
		rs := []rune(f)
		owns := strings.HasSuffix(f, "'s") || strings.HasSuffix(f, "’s")
		capital := i > 0 && unicode.IsUpper(rs[0])
		if !owns && !capital || contracted[w] || terms.Stop(w) || len(terms.Of(w)) == 0 || weekdayOrMonth(w) {
			continue
		}
		if r.known(w) || slices.ContainsFunc(mentions, func(m mention) bool { return m.from <= from && from < m.to }) || len(q.Guessed) > 0 && r.names.guess(w) != nil {
			continue
		}
		return strings.TrimSuffix(strings.TrimSuffix(f, "'s"), "’s")
	}
	return ""
}

func weekdayOrMonth(w string) bool {
	_, day := weekdays[w]
	_, month := months[w]
	return day || month
}
