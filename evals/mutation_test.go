package evals

import (
	"strings"
	"testing"

	"github.com/aubade/aubade/voice"
)

// A scorer that passes everything passes what is right, too. So each right answer here is spoilt in one way after another,
// and every fault must be caught, by the reason that is meant for it.
func TestEveryPlantedFaultIsCaught(t *testing.T) {
	cites := func(url, quote string) []voice.Citation { return []voice.Citation{{URL: url, Quote: quote}} }
	number := Case{ID: "n", Kind: KindNumber, Question: "What was Larkspur's revenue in the third quarter of fiscal 2027?", Value: &Value{Number: "2310000000", Unit: "USD", Tolerance: "0.005"}, Sources: []string{"https://filings.example/a"}}
	numberRight := Answer{Shown: "Larkspur's revenue was $2.31 billion in the third quarter of fiscal 2027, up 14.4% from $2.02 billion.", Citations: cites("https://filings.example/a", "Revenue | $2,310 | $2,020 | 14.4%")}
	change := Case{ID: "c", Kind: KindChange, Question: "How did Greywether's revenue change?", Value: &Value{Number: "-12.4", Unit: "%", Tolerance: "0.02"}}
	changeRight := Answer{Shown: "Revenue fell 12.4%.", Citations: cites("b", "Revenue | $1,964 | $2,242")}
	gap := Case{ID: "g", Kind: KindComparison, Question: "How far apart are the margins?", Value: &Value{Number: "23.7", Unit: "pp", Tolerance: "0.01"}, Accept: []string{"Larkspur"}}
	gapRight := Answer{Shown: "Larkspur's is higher, by 23.7 percentage points.", Citations: cites("b", "")}
	news := Case{ID: "w", Kind: KindNews, Question: "Did the trial work?", Accept: []string{"met its main goal"}, Must: []string{"31%"}, MustNot: []string{"failed"}, Sources: []string{"https://wire.example/1"}}
	newsRight := Answer{Shown: "The trial met its main goal: relapses fell 31%.", Citations: cites("https://wire.example/1", "relapses fell 31% in the trial")}
	slow := Case{ID: "s", Kind: KindSlow, Question: "What is the volatility?", Value: &Value{Number: "42", Unit: "%", Tolerance: "0.05"}}
	slowRight := Answer{Shown: "I am looking it up.", Deferred: []Late{{Question: "q", Told: 1, Shown: "It is 41.9%.", Citations: cites("c", "")}}}
	none := Case{ID: "u", Kind: KindUnanswerable, Question: "What is the tax rate in Ireland?"}
	noneRight := Answer{Shown: "The brief has no tax rate of Kittiwake."}

	say := func(old, with string) func(*Answer) {
		return func(a *Answer) {
			if !strings.Contains(a.Shown, old) {
				panic("a fault that is not planted: " + old)
			}
			a.Shown = strings.Replace(a.Shown, old, with, 1)
		}
	}
	late := func(f func(*Late)) func(*Answer) {
		return func(a *Answer) {
			a.Deferred = append([]Late(nil), a.Deferred...)
			f(&a.Deferred[0])
		}
	}
	type fault struct {
		name  string
		plant func(*Answer)
		why   string
	}
	planted := 0
	for _, base := range []struct {
		c      Case
		right  Answer
		faults []fault
	}{
		{number, numberRight, []fault{
			{"a wrong scale", say("$2.31 billion", "$2.31 million"), "2.31 million"},
			{"a wrong unit", say("$2.31 billion", "€2.31 billion"), "it says"},
			{"two digits swapped", say("2.31", "2.13"), "it says"},
			{"a digit that is off by one", say("2.31", "2.32"), "nobody gave"},
			{"the year before in its place", say("$2.31 billion", "$2.02 billion"), "it says"},
			{"a rate in place of the amount", say("$2.31 billion", "2.31%"), "it says"},
			{"a sign turned round", say("$2.31 billion", "−$2.31 billion"), "it says"},
			{"a wrong quarter", say("third quarter", "second quarter"), "speaks of"},
			{"a wrong year", say("fiscal 2027", "fiscal 2026"), "speaks of"},
			{"a number that nobody gave", say(", up", ", with a profit of $777 million, up"), "nobody gave"},
			{"a rate that nobody gave", say("14.4%", "41.4%"), "nobody gave"},
			{"a swapped citation", func(a *Answer) { a.Citations = cites("https://filings.example/b", a.Citations[0].Quote) }, "sources"},
			{"a dropped citation", func(a *Answer) { a.Citations = nil }, "cites nothing"},
			{"no answer", func(a *Answer) { a.Shown = "" }, "no number"},
			{"another question's answer", func(a *Answer) { a.Shown = "It closed at $148.62." }, "it says"},
		}},
		{change, changeRight, []fault{
			{"a fall told as a rise", say("fell", "rose"), "12.4%"},
			{"points for percent", say("12.4%", "12.4 percentage points"), "no number"},
			{"only the direction", say(" 12.4%", ""), "no number"},
		}},
		{gap, gapRight, []fault{
			{"percent for points", say("23.7 percentage points", "23.7%"), "no number"},
			{"the other company", say("Larkspur", "Ostrander"), "holds none"},
		}},
		{news, newsRight, []fault{
			{"what must be said is missing", say(": relapses fell 31%", ""), "lacks"},
			{"the opposite", say("met its main goal", "failed its main goal"), "failed"},
			{"another source", func(a *Answer) { a.Citations = cites("https://wire.example/2", a.Citations[0].Quote) }, "sources"},
		}},
		{slow, slowRight, []fault{
			{"told twice", late(func(l *Late) { l.Told = 2 }), "2 times"},
			{"never told", late(func(l *Late) { l.Told = 0 }), "0 times"},
			{"told wrong", late(func(l *Late) { l.Shown = "It is 14.9%." }), "14.9%"},
			{"told without a source", late(func(l *Late) { l.Citations = nil }), "cites nothing"},
			{"guessed at once", func(a *Answer) { a.Shown, a.Deferred = "It is 42%.", nil }, "not deferred"},
		}},
		{none, noneRight, []fault{
			{"an invention", say("The brief has no tax rate of Kittiwake.", "Kittiwake's rate is 12.5%."), "does not decline"},
			{"a refusal with a number all the same", say("Kittiwake.", "Kittiwake, but it is about 12.5%."), "12.5%"},
			{"silence", func(a *Answer) { a.Shown = "" }, "does not decline"},
		}},
	} {
		if s := base.c.Grade(base.right); s.Verdict != Right {
			t.Errorf("%s: what is right is %s: %q", base.c.ID, s.Verdict, s.Why)
		}
		for _, f := range base.faults {
			planted++
			a := base.right
			f.plant(&a)
			if s := base.c.Grade(a); s.Verdict == Right || !strings.Contains(strings.Join(s.Why, "; "), f.why) {
				t.Errorf("%s: %s is %s because %q, want a reason with %q", base.c.ID, f.name, s.Verdict, s.Why, f.why)
			}
		}
	}
	if planted < 20 {
		t.Errorf("only %d faults were planted", planted)
	}
	t.Logf("%d faults planted", planted)
}
