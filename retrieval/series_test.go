package retrieval

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

func TestASeriesEndsWithThePeriodThatIsNamed(t *testing.T) {
	quarter := func(year, n int, value int64) store.Fact {
		return store.Fact{Value: quantity.New(value, 0, quantity.USD), Period: quantity.Period{Kind: quantity.Quarter, Year: year, N: n, End: time.Date(year, time.Month(3*n), 28, 0, 0, 0, 0, time.UTC)}}
	}
	var all []store.Fact // the newest first, as the store has them
	for year := 2026; year >= 2025; year-- {
		for n := 4; n >= 1; n-- {
			if year < 2026 || n < 4 {
				all = append(all, quarter(year, n, int64(10*(year-2020)+n)))
			}
		}
	}
	all = append(all[:2:2], append([]store.Fact{quarter(2026, 1, 999)}, all[2:]...)...) // two sources tell of one quarter: the first is told
	day := func(d int) store.Fact {
		return store.Fact{Value: quantity.New(int64(d), 0, quantity.USDPerShare), Period: quantity.Period{Kind: quantity.Day, End: time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC)}}
	}
	days := []store.Fact{day(20), day(19), day(18), day(17)}
	for _, c := range []struct {
		name string
		all  []store.Fact
		q    Query
		want string
	}{
		{"the last four quarters", all, Query{Work: Series}, "54 999 62 63"},
		{"the four quarters up to another", all, Query{Work: Series, Period: Period{Period: quantity.Period{Kind: quantity.Quarter, Year: 2025, N: 4}}}, "51 52 53 54"},
		{"the fiscal year so far", all, Query{Work: ToDate}, "999 62 63"},
		{"prices do not add up", days, Query{Work: ToDate}, ""},
		{"the sessions since Wednesday", days, Query{Work: Average, Since: time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)}, "18 19 20"},
		{"one session is no series", days[:1], Query{Work: Average, Since: time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)}, ""},
	} {
		facts, why, _ := new(Retriever).series(c.all, c.q)
		var got []string
		for _, f := range facts {
			got = append(got, f.Value.Value.Text('f'))
		}
		if s := strings.Join(got, " "); s != c.want || (why == Known) != (c.want != "") {
			t.Errorf("%s: %q (%s), want %q", c.name, s, fmt.Sprint(why), c.want)
		}
	}
}
