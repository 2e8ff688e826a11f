package speech

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/aubade/aubade/internal/lexicon"
)

func TestRepair(t *testing.T) {
	r := NewRepairer(sampleNames)
	for _, tc := range []struct {
		name, heard, want string
		subjects          []string
	}{
		{"a name in two pieces", "how did hall den close", "how did Halden close", nil},
		{"a name in two pieces that is no listed mishearing", "what about en vidia", "what about Nvidia", nil},
		{"a name that is nearly right", "what was larkspure revenue", "what was Larkspur revenue", nil},
		{"a possessive is kept", "lark spur's gross margin", "Larkspur's gross margin", nil},
		{"a whole name", "tell me about hall den motors", "tell me about Halden Motors", nil},
		{"a name that was heard right stays", "Halden and larkspur rose", "Halden and larkspur rose", nil},
		{"ordinary words stay", "the hall was closed and then the market opened", "the hall was closed and then the market opened", nil},
		{"a word of the trade stays", "what was the gross margin last quarter", "what was the gross margin last quarter", nil},
		{"a strange word that sounds like no name stays", "the quixotic endeavour", "the quixotic endeavour", nil},
		{"the subject is believed sooner", "and halen", "and Halden", []string{"HLDN"}},
		{"without the subject it is not", "and halen", "and halen", nil},
		{"two names in one question", "compare en vidia and hall den", "compare Nvidia and Halden", nil},
		{"code-switching", "请问en vidia第三季度的营收是多少", "请问Nvidia第三季度的营收是多少", nil},
		{"code-switching with a possessive meaning", "hall den的股价怎么样，lark spur呢", "Halden的股价怎么样，Larkspur呢", nil},
		{"a tone language stays", "今天市场怎么样", "今天市场怎么样", nil},
		{"nothing", "", "", nil},
	} {
		got, changes := r.Repair(tc.heard, tc.subjects)
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
		if (len(changes) > 0) != (tc.heard != tc.want) {
			t.Errorf("%s: %d changes reported", tc.name, len(changes))
		}
		for _, c := range changes {
			if tc.heard[c.From:c.To] != c.Heard {
				t.Errorf("%s: change %+v does not say what was heard", tc.name, c)
			}
		}
	}
}

func FuzzRepair(f *testing.F) {
	f.Add("what about en vidia's 第三季度 and hall-den")
	r := NewRepairer(sampleNames)
	f.Fuzz(func(t *testing.T, s string) {
		got, changes := r.Repair(s, []string{"HLDN"})
		at := 0
		for _, c := range changes {
			if c.From < at || s[c.From:c.To] != c.Heard || !strings.Contains(got, c.Name) {
				t.Fatalf("%q: change %+v", s, c)
			}
			at = c.To
		}
		if len(changes) == 0 && got != s {
			t.Fatalf("%q became %q without a change", s, got)
		}
	})
}

// manyNames makes names of random syllables.
func manyNames(n int) lexicon.Lexicon {
	rng := rand.New(rand.NewPCG(3, 4))
	syllables := strings.Fields("ba ker lon mar vi stra del ton qui fer san dro wel ham por cas ty nel gor ris bel mon tac ul ver zan cor dex lim sol")
	ends := strings.Fields("Motors Energy Software Bancorp Foods Systems Holdings")
	var l lexicon.Lexicon
	for i := range n {
		var b strings.Builder
		for range 2 + rng.IntN(3) {
			b.WriteString(syllables[rng.IntN(len(syllables))])
		}
		w := b.String()
		name := strings.ToUpper(w[:1]) + w[1:]
		l.Terms = append(l.Terms, lexicon.Term{ID: fmt.Sprint(i), Kind: lexicon.Company, Name: name + " " + ends[i%len(ends)], Aliases: []string{name}})
	}
	return l
}

func BenchmarkRepair(b *testing.B) {
	r := NewRepairer(manyNames(10_000))
	const partial = "what was the revenue of bakker lonmar in the third quarter compared with the year before"
	b.ReportAllocs()
	for b.Loop() {
		r.Repair(partial, nil)
	}
}

func TestManyNamesAreNotHeardInOrdinaryTalk(t *testing.T) {
	r := NewRepairer(manyNames(10_000))
	for _, s := range []string{
		"what was the gross margin in the third quarter and how does it compare with the year before",
		"and then could you maybe talk about the pipeline for next year and what you are assuming for costs",
		"thank you for taking my question i wanted to ask about capital allocation and the balance sheet",
		"how many of those customers have renewed so far and at what price",
	} {
		if got, changes := r.Repair(s, nil); got != s {
			t.Errorf("%v", changes)
		}
	}
}

// Of three hundred companies many sound like a word; the word is what was said.
func TestOrdinaryWordsStayAmongManyNames(t *testing.T) {
	var l lexicon.Lexicon
	for i, n := range []string{"Centene", "Gartner", "Humana", "Stryker", "Garmin", "Realty Income", "3M", "Applied Materials", "DuPont", "Emerson", "Comerica", "Merck", "Visa", "Activision", "Fortinet", "Baxter", "Exelon"} {
		l.Terms = append(l.Terms, lexicon.Term{ID: n, Kind: lexicon.Company, Name: n, Aliases: []string{[]string{"ROST", "BAX", "REGN", "KLAC"}[i%4] + strings.Repeat("X", i/4)}})
	}
	r := NewRepairer(l)
	for _, s := range []string{
		"a certain partner in the structure", "human beings in Germany and America", "three um new plants", "we apply the rest in reality", "it will depend on emerging markets",
		"mark the activation", "forth in the vice president's report", "the bags regain their click", "we exceed one million",
	} {
		if got, changes := r.Repair(s, nil); got != s {
			t.Errorf("%q became %q: %+v", s, got, changes)
		}
	}
	if got, _ := r.Repair("how did strycker and fortynet do", nil); got != "how did Stryker and Fortinet do" {
		t.Errorf("names are not put right any more: %q", got)
	}
}
