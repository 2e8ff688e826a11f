package retrieval

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/domain"
	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
)

var friday = time.Date(2026, 11, 20, 20, 0, 0, 0, time.UTC)

func testLexicon() lexicon.Lexicon {
	return domain.WithMetrics(lexicon.Lexicon{Terms: []lexicon.Term{
		{ID: "LRKS", Kind: lexicon.Company, Name: "Larkspur Semiconductor", Ticker: "LRKS", Aliases: []string{"Larkspur"}, Heard: []string{"lark spur"}},
		{ID: "HLDN", Kind: lexicon.Company, Name: "Halden Motors", Ticker: "HLDN", Aliases: []string{"Halden"}},
		{ID: "PFRW", Kind: lexicon.Company, Name: "Pfennig & Rowe", Ticker: "PFRW"},
		{ID: "GRWE", Kind: lexicon.Company, Name: "Greywether Energy", Ticker: "GRWE", Heard: []string{"grey weather"}},
	}})
}

func TestResolve(t *testing.T) {
	r := NewResolver(testLexicon(), friday, nil)
	q3 := Subject{Entities: []string{"LRKS"}, Metric: "revenue", Intent: Number, Period: quantity.Period{Kind: quantity.Quarter, Fiscal: true, Year: 2026, N: 3}}
	q3net := q3
	q3net.Metric = "net-income"
	for _, c := range []struct {
		name, text string
		subject    Subject
		want       string
	}{
		{"a plain question", "what was Larkspur's revenue last quarter", Subject{}, "LRKS revenue number quarter-0"},
		{"a quarter by number", "what was halden's revenue in Q3 2025?", Subject{}, "HLDN revenue number quarter 2025/3"},
		{"a quarter in words", "halden sales in the third quarter of twenty twenty five", Subject{}, "HLDN revenue number quarter 2025/3"},
		{"a fiscal year", "what was Larkspur's net income in fiscal 2026", Subject{}, "LRKS net-income number year 2026/0"},
		{"a fiscal quarter", "larkspur gross margin q2 fy26", Subject{}, "LRKS gross-margin number quarter 2026/2"},
		{"the longest metric wins", "what is halden's cost of revenue", Subject{}, "HLDN cost-of-revenue number"},
		{"earnings per share are not earnings", "what did Larkspur earn per share last quarter", Subject{}, "LRKS eps-diluted number quarter-0"},
		{"an ampersand is an and", "pfennig and rowe's net income", Subject{}, "PFRW net-income number"},
		{"a spelled ticker", "where is l r k s trading", Subject{}, "LRKS close number"},
		{"a misheard name", "what was larkspurs revenue", Subject{}, "LRKS revenue number"},
		{"a mistyped name is guessed", "what was Larkspir revenue", Subject{}, "LRKS revenue number guessed"},
		{"a word of everyday talk is no name", "tell me about the weather", Subject{}, "  profile"},
		{"nor is another", "is the weather good for fishing", Subject{}, "  other"},
		{"beside a metric it was misheard", "what was the weather's revenue", Subject{}, "GRWE revenue number guessed"},
		{"a name that is misheard in two words", "how did grey weather close", Subject{}, "GRWE close number"},
		{"a heard form", "what was lark spur revenue", Subject{}, "LRKS revenue number"},
		{"a weekday is a day", "where did Larkspur finish on Wednesday", Subject{}, "LRKS close number day 2026-11-18"},
		{"yesterday", "how did Halden close yesterday", Subject{}, "HLDN close number day 2026-11-19"},
		{"a date", "halden's close on november 18", Subject{}, "HLDN close number day 2026-11-18"},
		{"a change over a week", "how much did Larkspur's share price change this week", Subject{}, "LRKS change-week change"},
		{"a change on the year", "how much did Larkspur's revenue grow from a year ago", Subject{}, "LRKS revenue change against quarter-4"},
		{"a comparison", "compare the revenue of Larkspur and Halden", Subject{}, "LRKS,HLDN revenue comparison"},
		{"news", "what happened to Halden this week", Subject{}, "HLDN  news"},
		{"a profile", "what does Halden do", Subject{}, "HLDN  profile"},
		{"a date that is due", "when does Halden report next", Subject{}, "HLDN  calendar"},
		{"the year so far", "what is Larkspur's revenue so far this year", Subject{}, "LRKS revenue number to date"},
		{"a balance does not add up", "how much cash has Larkspur so far this year", Subject{}, "LRKS cash number"},
		{"a share", "what percent of Larkspur's revenue is research and development", Subject{}, "LRKS rd-expense number more revenue share"},
		{"a share beside a price", "at its share price, research and development is what percent of Larkspur's revenue", Subject{}, "LRKS rd-expense number more revenue share"},
		{"the year before", "and the year before?", q3, "LRKS revenue number quarter 2026/3 back 4 follow-up"},
		{"the quarter before", "and the quarter before that?", q3, "LRKS revenue number quarter 2026/3 back 1 follow-up"},
		{"the same quarter the year before", "and in the same quarter the year before?", q3, "LRKS revenue number quarter 2026/3 back 4 follow-up"},
		{"another company", "what about Halden?", q3, "HLDN revenue number quarter-0 follow-up"},
		{"another company, bare", "and Halden?", q3, "HLDN revenue number quarter-0 follow-up"},
		{"another metric of the same", "and its gross margin?", q3, "LRKS gross-margin number follow-up"},
		{"another period by name", "and in the second quarter?", q3, "LRKS revenue number quarter 0/2 follow-up"},
		{"several metrics", "what was Larkspur's revenue and net income", Subject{}, "LRKS revenue number more net-income"},
		{"a ratio", "what is Larkspur's debt to cash ratio", Subject{}, "LRKS debt number more cash ratio"},
		{"a share, the whole named first", "what percent of Larkspur's revenue is research and development", Subject{}, "LRKS rd-expense number more revenue share"},
		{"a share of what was told", "what share of revenue is that", q3net, "LRKS net-income number more revenue share follow-up"},
		{"net cash", "what is Halden's net cash", Subject{}, "HLDN cash number more debt net"},
		{"how far from a high", "how far is Larkspur from its 52-week high", Subject{}, "LRKS close change more high-52w distance"},
		{"the highest of all", "which company has the highest gross margin", Subject{}, " gross-margin list rank"},
		{"the highest of one is a price", "what's the highest that Larkspur has traded", Subject{}, "LRKS high-52w number"},
		{"growth of all", "who grew fastest", Subject{}, " revenue list rank growth"},
		{"losers of the week", "which stocks fell this week", Subject{}, " change-week list rank growth least"},
		{"who lost money", "which companies lost money", Subject{}, " net-income list rank least"},
		{"the market", "how did the market do today", Subject{}, " change-day list rank growth day-0"},
		{"a stranger inherits nothing", "and Apple's?", q3, "  other stranger Apple follow-up"},
		{"a reason of what was told", "why?", q3, "LRKS revenue change quarter 2026/3 follow-up why"},
		{"up or down", "is that up or down?", q3, "LRKS revenue change quarter-0 against quarter 2026/3 follow-up"},
		{"compared with what was told", "how does that compare to Halden's?", q3, "LRKS,HLDN revenue comparison quarter-0 follow-up"},
		{"ever a profit", "has Halden ever made a profit", Subject{}, "HLDN net-income number profit"},
		{"ever a loss of what was told of", "has it ever lost money", q3, "LRKS net-income number loss follow-up"},
		{"what was expected is not what is", "did Halden beat its guidance", Subject{}, "HLDN revenue number more guidance-revenue beat"},
		{"a day from its opening", "did Larkspur close higher than it opened", Subject{}, "LRKS close number more open session"},
		{"who has reported", "which companies reported this week", Subject{}, " revenue list reported"},
		{"who reported a loss", "which companies reported a loss", Subject{}, " net-income list rank least"},
		{"a vague margin", "compare Larkspur and Halden on margin", Subject{}, "LRKS,HLDN operating-margin comparison"},
		{"what nobody measures", "compare Larkspur and Halden on efficiency", Subject{}, "LRKS,HLDN  comparison"},
		{"companies as such", "compare Larkspur and Halden", Subject{}, "LRKS,HLDN revenue comparison more net-margin"},
		{"companies by their size", "compare Larkspur and Halden on size", Subject{}, "LRKS,HLDN market-cap comparison more revenue"},
		{"the size of something else", "what is the size of Halden's order", Subject{}, "HLDN  other"},
		{"a company's growth", "what is Halden's growth", Subject{}, "HLDN revenue change"},
		{"the growth of something else", "is Halden growing its dealer network", Subject{}, "HLDN  change"},
		{"what will be", "what will Larkspur's net income be next year", Subject{}, "LRKS net-income number year 2027/0"},
		{"years ago", "what was Larkspur's revenue two years ago", Subject{}, "LRKS revenue number quarter-8"},
		{"a month ago is a day", "what was Larkspur's close a month ago", Subject{}, "LRKS close number day 2026-10-20"},
		{"a new question leaves the subject", "what was Halden's net income", q3, "HLDN net-income number"},
		{"no words at all", "", q3, "  other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := describe(r.Resolve(c.text, c.subject)); got != c.want {
				t.Errorf("%q is read as\n%q, want\n%q", c.text, got, c.want)
			}
		})
	}
}

// describe writes a query as the table above does.
func TestAWeekOfPricesIsFiveSessions(t *testing.T) {
	r := NewResolver(testLexicon(), friday, nil)
	for text, want := range map[string]string{
		"what was Larkspur's average closing price this week":       "2026-11-14",
		"what was Larkspur's average closing price since Wednesday": "2026-11-18",
		"what has happened at Larkspur this week":                   "2026-11-13",
	} {
		if q := r.Resolve(text, Subject{}); q.Since.Format(time.DateOnly) != want {
			t.Errorf("%q: since %s, want %s", text, q.Since.Format(time.DateOnly), want)
		}
	}
}

func TestAMonthBeforeThe31st(t *testing.T) {
	r := NewResolver(testLexicon(), time.Date(2026, 12, 31, 20, 0, 0, 0, time.UTC), nil)
	if q := r.Resolve("what was Larkspur's closing price a month ago", Subject{}); q.Period.End.Format(time.DateOnly) != "2026-11-30" {
		t.Errorf("a month before New Year's Eve is %s", q.Period.End.Format(time.DateOnly))
	}
}

func describe(q Query) string {
	s := fmt.Sprintf("%s %s %s", strings.Join(q.Entities, ","), q.Metric, q.Intent)
	if len(q.More) > 0 {
		s += " more " + strings.Join(q.More, ",")
	}
	if q.Work != "" {
		s += " " + string(q.Work)
	}
	if q.Stranger != "" {
		s += " stranger " + q.Stranger
	}
	if q.Rank.Asked {
		s += " rank"
		if q.Rank.Growth {
			s += " growth"
		}
		if q.Rank.Least {
			s += " least"
		}
	}
	period := func(p Period) string {
		switch {
		case !p.Named():
			return ""
		case p.Kind == quantity.Day && !p.End.IsZero():
			return " day " + p.End.Format(time.DateOnly)
		case p.Relative && p.Year > 0:
			return fmt.Sprintf(" %s %d/%d back %d", p.Kind, p.Year, p.N, p.Back)
		case p.Relative:
			return fmt.Sprintf(" %s-%d", p.Kind, p.Back)
		}
		return fmt.Sprintf(" %s %d/%d", p.Kind, p.Year, p.N)
	}
	s += period(q.Period)
	if q.Against.Named() {
		s += " against" + period(q.Against)
	}
	if q.FollowUp {
		s += " follow-up"
	}
	if q.Why {
		s += " why"
	}
	if len(q.Guessed) > 0 {
		s += " guessed"
	}
	return s
}

func BenchmarkResolve(b *testing.B) {
	r := NewResolver(testLexicon(), friday, nil)
	for b.Loop() {
		r.Resolve("how much did Larkspur's revenue grow in the third quarter of fiscal 2026 from a year ago", Subject{})
	}
}

func FuzzResolve(f *testing.F) {
	r := NewResolver(testLexicon(), friday, nil)
	f.Add("and the year before?", 2026, 3)
	f.Add("Larkspur Q3 FY26 vs. november 31 2025-13-45 two thousand and", 0, 0)
	f.Fuzz(func(t *testing.T, text string, year, n int) {
		q := r.Resolve(text, Subject{Entities: []string{"LRKS"}, Metric: "revenue", Period: quantity.Period{Kind: quantity.Quarter, Year: year, N: n}})
		for _, e := range q.Entities {
			if _, ok := r.lexicon.Term(e); !ok {
				t.Errorf("%q names %q, which the lexicon does not have", text, e)
			}
		}
	})
}
