package answer

import (
	"testing"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/retrieval"
	"github.com/aubade/aubade/store"
)

func TestWhatOneFactDoesNotAnswerIsWorkedOutOrDeclined(t *testing.T) {
	now := time.Date(2026, 11, 20, 21, 0, 0, 0, time.UTC)
	edition := store.Edition{Lexicon: lexicon.Lexicon{Terms: []lexicon.Term{
		{ID: "HLDN", Kind: lexicon.Company, Name: "Halden"}, {ID: "LRKS", Kind: lexicon.Company, Name: "Larkspur"},
		{ID: "net-income", Kind: lexicon.Metric, Name: "net income"}, {ID: "revenue", Kind: lexicon.Metric, Name: "revenue"},
	}}}
	quarter := func(n int) quantity.Period { return quantity.Period{Kind: quantity.Quarter, Year: 2026, N: n} }
	fact := func(entity, metric string, millions int64, p quantity.Period) store.Fact {
		return store.Fact{Entity: entity, Metric: metric, Value: quantity.New(millions, 6, quantity.USD), Period: p}
	}
	day := quantity.Period{Kind: quantity.Day, End: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)}
	price := func(metric string, cents int64, unit quantity.Unit) store.Fact {
		return store.Fact{Entity: "HLDN", Metric: metric, Value: quantity.New(cents, -2, unit), Period: day}
	}
	published := func(entity string, at time.Time) store.Fact {
		f := fact(entity, "revenue", 5, quarter(3))
		f.Citation = store.Citation{Kind: store.Filing, Published: at}
		return f
	}
	guided := fact("HLDN", "guidance-revenue", 7, quarter(3))
	guided.Statement = "Halden expected revenue of $7 million."
	lost := []store.Fact{fact("HLDN", "net-income", -3, quarter(1)), fact("HLDN", "net-income", -2, quarter(2))}
	halden := []string{"HLDN"}
	for _, c := range []struct {
		name  string
		q     retrieval.Query
		facts []store.Fact
		want  string
	}{
		{"never a profit", retrieval.Query{Work: retrieval.Profit, Entities: halden}, lost,
			"No: Halden's net income was below zero in all 2 quarters that the brief has, from the first quarter of 2026 to the second quarter of 2026."},
		{"always a loss", retrieval.Query{Work: retrieval.Loss, Entities: halden}, lost,
			"Yes: Halden's net income was below zero in all 2 quarters that the brief has, last with -$2 million in the second quarter of 2026."},
		{"a profit once", retrieval.Query{Work: retrieval.Profit, Entities: halden}, []store.Fact{fact("HLDN", "net-income", 4, quarter(1)), lost[1]},
			"Yes: Halden's net income was above zero in 1 of the 2 quarters that the brief has, last with $4 million in the first quarter of 2026."},
		{"guidance of that quarter", retrieval.Query{Work: retrieval.Beat, Entities: halden, Metric: "revenue", More: []string{"guidance-revenue"}}, []store.Fact{fact("HLDN", "revenue", 8, quarter(3)), guided},
			"Halden expected revenue of $7 million; its revenue was $8 million."},
		{"guidance of the next quarter is no answer", retrieval.Query{Work: retrieval.Beat, Entities: halden, Metric: "revenue", More: []string{"guidance-revenue"}}, []store.Fact{fact("HLDN", "revenue", 8, quarter(2)), guided},
			"The brief does not have what was expected of Halden for the second quarter of 2026."},
		{"a day that rose", retrieval.Query{Work: retrieval.Session, Entities: halden, Text: "Did Halden close above its open?"}, []store.Fact{price("close", 1100, "USD"), price("open", 1000, "USD/share")},
			"Yes: Halden opened at $10.00 and closed at $11.00 on November 20, 2026, 10.0% higher."},
		{"a day that did not fall", retrieval.Query{Work: retrieval.Session, Entities: halden, Text: "Did Halden close lower than it opened?"}, []store.Fact{price("close", 1100, "USD"), price("open", 1000, "USD/share")},
			"No: Halden opened at $10.00 and closed at $11.00 on November 20, 2026, 10.0% higher."},
		{"who reported", retrieval.Query{Work: retrieval.Reported, Since: now.AddDate(0, 0, -7)}, []store.Fact{published("LRKS", now.AddDate(0, 0, -2)), published("HLDN", now.AddDate(0, 0, -24))},
			"Larkspur reported on Wednesday."},
		{"nobody reported", retrieval.Query{Work: retrieval.Reported, Since: now.AddDate(0, 0, -1)}, []store.Fact{published("LRKS", now.AddDate(0, 0, -2)), published("HLDN", now.AddDate(0, 0, -24))},
			"None of the companies reported in that time. The last one was Larkspur on Wednesday."},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &book{edition: edition}
			says := (&Conversation{book: b}).sayPosed(c.q, c.facts, &evidence{book: b, now: now, zone: time.UTC})
			if len(says) != 1 || says[0].Text != c.want {
				t.Errorf("%+v, want %q", says, c.want)
			}
		})
	}
}
