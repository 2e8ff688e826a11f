package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aubade/aubade/internal/domain"
)

const sample = ".." // data/sample

func TestCommittedIsGenerated(t *testing.T) {
	want := files()
	for name, body := range want {
		got, err := os.ReadFile(filepath.Join(sample, filepath.FromSlash(name)))
		if err != nil {
			t.Errorf("%v: run go run ./data/sample/generate", err)
		} else if !bytes.Equal(got, body) {
			t.Errorf("%s is not what the generator makes: run go run ./data/sample/generate", name)
		}
	}
	for _, top := range made {
		err := filepath.WalkDir(filepath.Join(sample, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, _ := filepath.Rel(sample, path)
			if _, ok := want[filepath.ToSlash(rel)]; !ok {
				t.Errorf("%s is in a folder of the generator's, which does not make it", rel)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestPreparedAnswersAreRecorded(t *testing.T) {
	want, err := prepared(t.Context(), sample)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(sample, preparedFile))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the generator records: run go run ./data/sample/generate", preparedFile)
	}
	if len(got) > 3<<20 {
		t.Errorf("%d bytes of prepared answers are too many to carry about", len(got))
	}
	if bytes.Contains(got, []byte(poisonCanary)) {
		t.Error("what the poisoned page orders is in a prepared answer")
	}
}

func TestAccountsAddUp(t *testing.T) {
	for _, c := range market {
		for i, q := range c.Quarters() {
			if q.Gross+q.Cost != q.Revenue || q.Gross-q.RD-q.SGA != q.Operating || q.Operating+q.Other-q.Tax != q.Net || q.OCF-q.Capex != q.Spare {
				t.Errorf("%s %d Q%d does not add up: %+v", c.ID, q.FY, q.Q, q)
			}
			if off := math.Abs(float64(q.EPS)/100 - float64(q.Net)/float64(q.Shares)); off > 0.00501 {
				t.Errorf("%s %d Q%d: EPS is off by %.4f", c.ID, q.FY, q.Q, off)
			}
			if i == 0 || i == 4 {
				var sum int64
				for s := range c.Segments {
					sum += c.segment(s, q, i/4)
				}
				if sum != q.Revenue {
					t.Errorf("%s %d Q%d: segments make %d of %d", c.ID, q.FY, q.Q, sum, q.Revenue)
				}
			}
		}
		if q := c.Quarters()[0]; !q.End.Before(c.Filed) || !c.Filed.Before(today.AddDate(0, 0, 1)) || !today.Before(c.Next) {
			t.Errorf("%s: the quarter ends %v, is filed %v, and the next report is %v", c.ID, q.End, c.Filed, c.Next)
		}
		for _, b := range c.Bars() {
			if b.Low > min(b.Open, b.Close) || b.High < max(b.Open, b.Close) || b.Low <= 0 {
				t.Errorf("%s %v: the bar is impossible: %+v", c.ID, b.Date, b)
			}
		}
	}
	if fy, q := company("LRKS").fiscal(day(2026, 10, 31)); fy != 2027 || q != 3 {
		t.Errorf("Larkspur's October 2026 is quarter %d of %d, want 3 of 2027", q, fy)
	}
	if fy, q := company("CNDP").fiscal(day(2026, 9, 30)); fy != 2026 || q != 4 {
		t.Errorf("Cinderpath's September 2026 is quarter %d of %d, want 4 of 2026", q, fy)
	}
}

func TestNewsAgreesWithPrices(t *testing.T) {
	// Every move that a story tells is the move of that day's bar.
	for id, moves := range map[string]map[string]string{
		"LRKS": {"2026-11-19": "6.8", "2026-11-09": "-1.8"}, "HLDN": {"2026-11-16": "-5.4"}, "THSY": {"2026-11-10": "18.7"},
		"OSTR": {"2026-11-13": "3.1"}, "GRWE": {"2026-11-19": "2.0"}, "XYLQ": {"2026-11-18": "-4.6"}, "PFR.B": {"2026-11-17": "-1.9"},
		"MRBL": {"2026-11-19": "1.3"}, "NGAO": {"2026-11-20": "1.8"}, "KTWK": {"2026-11-17": "-2.3"},
	} {
		bars := company(id).Bars()
		for date, want := range moves {
			i := slices.IndexFunc(bars, func(b Bar) bool { return b.Date.Format("2006-01-02") == date })
			if i < 1 {
				t.Fatalf("%s did not trade on %s", id, date)
			}
			if got := exact(change(bars[i].Close, bars[i-1].Close), 1); got != want {
				t.Errorf("%s moved %s%% on %s; the news says %s%%", id, got, date, want)
			}
		}
	}
}

func TestChainHoldsItsVolatility(t *testing.T) {
	for _, o := range chains {
		rows, err := csv.NewReader(strings.NewReader(chainCSV(o))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		near, atm := math.Inf(1), 0.0
		for _, r := range rows[1:] {
			f := func(i int) float64 { x, _ := strconv.ParseFloat(r[i], 64); return x }
			if r[5] != expiries[0].Format("2006-01-02") || r[6] != "call" || math.Abs(f(7)-f(2)) > near {
				continue
			}
			near = math.Abs(f(7) - f(2))
			lo, hi := 0.01, 3.0
			for range 80 { // bisection on the midpoint
				atm = (lo + hi) / 2
				if price("call", f(2), f(7), f(3), f(4), atm, expiries[0].Sub(today).Hours()/24/365) > (f(8)+f(9))/2 {
					hi = atm
				} else {
					lo = atm
				}
			}
		}
		if math.Abs(atm-o.ATM) > 0.01 {
			t.Errorf("%s: the chain's midpoint implies %.3f at the money, the table says %.3f", o.Company, atm, o.ATM)
		}
	}
}

func readCases(t *testing.T, name string) []Case {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(sample, name))
	if err != nil {
		t.Fatal(err)
	}
	var cases []Case
	for line := range strings.Lines(string(raw)) {
		var c Case
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&c); err != nil {
			t.Fatalf("%s: %v in %s", name, err, line)
		}
		cases = append(cases, c)
	}
	return cases
}

func TestQuestions(t *testing.T) {
	hand, made := readCases(t, "questions-hand.jsonl"), readCases(t, "questions.jsonl")
	if n := len(hand) + len(made); n < 60 || len(hand) < 24 || 3*len(hand) < n {
		t.Errorf("%d questions, %d by hand: want at least 60, and a third by hand", n, len(hand))
	}
	everything := files()
	ids, kinds := map[string]bool{}, map[string]int{}
	for _, c := range append(hand, made...) {
		if ids[c.ID] {
			t.Errorf("%s is there twice", c.ID)
		}
		ids[c.ID] = true
		kinds[c.Kind]++
		if (c.Question == "") == (len(c.Conversation) == 0) {
			t.Errorf("%s needs a question or a conversation", c.ID)
		}
		if c.Truth != "" {
			want, err := truth(c.Truth)
			if err != nil {
				t.Errorf("%s: %v", c.ID, err)
			} else if c.Value == nil || *c.Value != want {
				t.Errorf("%s: value is %v, the table says %v", c.ID, c.Value, want)
			}
		}
		refuses := c.Kind == "out-of-scope" || c.Kind == "unanswerable"
		if refuses == (c.Value != nil || len(c.Accept)+len(c.Must) > 0) {
			t.Errorf("%s: kind %s and what it expects do not fit", c.ID, c.Kind)
		}
		for _, s := range c.Sources {
			name := s
			if rest, ok := strings.CutPrefix(s, "https://"); ok {
				name = "site/" + rest
			}
			body, ok := everything[name]
			if !ok {
				t.Errorf("%s: there is no %s", c.ID, s)
			}
			for _, m := range c.Must {
				if len(c.Sources) == 1 && !strings.Contains(string(body), m) {
					t.Errorf("%s: %s does not say %q", c.ID, s, m)
				}
			}
		}
	}
	for _, k := range []string{"number", "comparison", "change", "news", "out-of-scope", "unanswerable", "slow"} {
		if kinds[k] == 0 {
			t.Errorf("no question is of kind %s", k)
		}
	}
}

func TestDomainAgreesWithTable(t *testing.T) {
	d, err := domain.Load(sample)
	if err != nil {
		t.Fatal(err)
	}
	lex := d.Terms()
	for _, c := range market {
		term, ok := lex.Term(c.ID)
		if !ok {
			t.Errorf("the lexicon lacks %s", c.ID)
			continue
		}
		if end := monthEnd(day(2026, c.FYE, 1), 0).Format("01-02"); term.Name != c.Name || term.FiscalYearEnd != end || term.Note != c.Business {
			t.Errorf("%s: the lexicon says %q, %s, %q; the table %q, %s, %q", c.ID, term.Name, term.FiscalYearEnd, term.Note, c.Name, end, c.Business)
		}
		for _, k := range c.KPI {
			if _, ok := lex.Term(k.ID); !ok {
				t.Errorf("the lexicon lacks %s's %s", c.ID, k.ID)
			}
		}
	}
	if got := d.Now(today).Format("2006-01-02"); got != today.Format("2006-01-02") {
		t.Errorf("the domain's today is %s", got)
	}
	if _, err := domain.Load(filepath.Join(sample, "..", "equities")); err != nil {
		t.Error(err)
	}
}

// The hand-written questions measure what no builder and no language model has seen.
func TestHandQuestionsAreOutOfReach(t *testing.T) {
	const secret = "questions-hand"
	d, err := domain.Load(sample)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range d.Sources {
		if s.Path == "" {
			continue
		}
		found, err := filepath.Glob(filepath.Join(sample, s.Path))
		if err != nil || len(found) == 0 {
			t.Errorf("source %s reads %s, where there is nothing (%v)", s.Name, s.Path, err)
		}
		for _, f := range found {
			if f == sample || strings.Contains(f, secret) {
				t.Errorf("source %s reads %s", s.Name, f)
			}
		}
	}
	// No code that builds, retrieves or listens names the file.
	root := filepath.Join(sample, "..", "..")
	for _, dir := range []string{"brief", "retrieval", "store", "voice", "subagents", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || strings.HasSuffix(path, "_test.go") || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".tmpl") && !strings.HasSuffix(path, ".yaml") {
				return err
			}
			raw, err := os.ReadFile(path)
			if bytes.Contains(raw, []byte(secret)) {
				t.Errorf("%s names the questions that it must not know", path)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestWhatTheMarketHas(t *testing.T) {
	all := files()
	n := len(all) - len(outlets)*2 - 1 - 2*len(market) // without robots, feeds, indexes and EDGAR's lists
	if len(market) < 12 || n < 60 {
		t.Errorf("%d companies and %d documents: want 12 and 60", len(market), n)
	}
	repeated, orders := 0, 0
	for name, body := range all {
		ext := filepath.Ext(name)
		if (ext == ".html" || ext == ".htm" || ext == ".md" || ext == ".txt" && !strings.HasSuffix(name, "robots.txt")) &&
			!strings.Contains(name, "index.html") && !bytes.Contains(body, []byte(invented)) {
			t.Errorf("%s does not say that it is invented", name)
		}
		if strings.HasSuffix(name, "kittiwake-buys-corrigan.html") {
			repeated++
		}
		if bytes.Contains(body, []byte(poisonCanary)) && ext == ".html" {
			orders += bytes.Count(body, []byte(poisonCanary))
		}
	}
	if repeated != 3 {
		t.Errorf("the repeated story is there %d times", repeated)
	}
	if orders < 12 {
		t.Errorf("the poisoned page gives its order %d times; it has more carriers", orders)
	}
}
