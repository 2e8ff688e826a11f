package calendar

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/store"
	"github.com/aubade/aubade/subagents"
)

type shelf struct {
	docs []store.Document
	err  error
}

func (s shelf) Documents(context.Context, string) ([]store.Document, error) { return s.docs, s.err }

func (s shelf) Edition(context.Context, int64) (store.Edition, error) {
	return store.Edition{Watch: []string{"RVMR"}, Lexicon: lexicon.Lexicon{Terms: []lexicon.Term{
		{ID: "HLDN", Kind: lexicon.Company, Name: "Halden Motors"}, {ID: "KTWK", Kind: lexicon.Company, Name: "Kittiwake Networks", FiscalYearEnd: "07-31"},
	}}}, nil
}

func sample(t testing.TB) shelf {
	t.Helper()
	text, err := os.ReadFile("../../data/sample/calendar.csv")
	if err != nil {
		t.Fatal(err)
	}
	return shelf{docs: []store.Document{{ID: "cal", URL: "file:calendar.csv", Kind: store.Calendar, Text: string(text)}, {Kind: store.News, Text: "date,event\n2026-11-21,x"}}}
}

func friday() time.Time { return time.Date(2026, 11, 20, 20, 0, 0, 0, time.FixedZone("EST", -5*3600)) }

func TestWhatIsDue(t *testing.T) {
	for _, c := range []struct {
		ask, subject, want string
	}{
		{"when does Halden report earnings", "HLDN", "Halden Motors reports its fourth quarter of fiscal 2026 on February 9, 2027."},
		{"when does Ravensmoor go ex-dividend", "RVMR", "Ravensmoor Bancorp trades without its dividend of $0.38 on December 1, 2026."},
		{"when does Ravensmoor pay its dividend", "RVMR", "Ravensmoor Bancorp pays its dividend of $0.38 on December 15, 2026."},
		{"what is coming up for Xyloquint", "XYLQ", "Xyloquint Materials idles its Esperance Flats refinery for six weeks on December 7, 2026."},
		{"who reports this week", "", "Pfennig & Rowe reports its third quarter of fiscal 2027 on November 24, 2026."},
		{"when is the next market holiday", "", "The market is next shut on Thursday, November 26, 2026, for Thanksgiving. It closes early, at one in the afternoon New York time, the day after."},
		{"when is Halden's filing due", "HLDN", "Halden Motors' next 10-K, for the period that ends on December 31, 2026, is due by March 1, 2027 if it is a large accelerated filer."},
		{"when is Kittiwake's filing due", "KTWK", "Kittiwake Networks' next 10-Q, for the period that ends on October 31, 2026, is due by December 10, 2026 if it is a large accelerated filer."},
	} {
		q := subagents.Question{Text: c.ask}
		if c.subject != "" {
			q.Entities = []string{c.subject}
		}
		f, err := New(sample(t), "sample", friday).Find(t.Context(), q)
		if err != nil {
			t.Errorf("%q: %v", c.ask, err)
			continue
		}
		if f.Text != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.ask, f.Text, c.want)
		}
		if len(f.Values) == 0 || len(f.Citations) == 0 && f.Formula == "" {
			t.Errorf("%q has no source: %+v", c.ask, f)
		}
	}
}

func TestNothingIsDue(t *testing.T) {
	for ask, subject := range map[string]string{"how is Halden": "HLDN", "when does Nobody report": "NBDY", "what dividend does Halden pay": "HLDN"} {
		if f, err := New(sample(t), "sample", friday).Find(t.Context(), subagents.Question{Text: ask, Entities: []string{subject}}); !errors.Is(err, subagents.ErrNothing) {
			t.Errorf("%q: %+v, %v", ask, f, err)
		}
	}
	past := func() time.Time { return time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC) }
	if f, err := New(sample(t), "sample", past).Find(t.Context(), subagents.Question{Text: "who reports next"}); !errors.Is(err, subagents.ErrNothing) {
		t.Errorf("what is past is told: %+v, %v", f, err)
	}
	dead := errors.New("disk on fire")
	if _, err := New(shelf{err: dead}, "sample", friday).Find(t.Context(), subagents.Question{Text: "who reports"}); !errors.Is(err, dead) {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	s := sample(f)
	f.Add(s.docs[0].Text)
	f.Add(strings.ReplaceAll(s.docs[0].Text, ",", " | "))
	f.Fuzz(func(t *testing.T, text string) {
		for _, e := range Parse(text) {
			if e.Date.IsZero() && e.Kind == "" {
				t.Errorf("%+v", e)
			}
		}
	})
}
