package retrieval

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/internal/terms"
	"github.com/aubade/aubade/store"
)

// known are the edition's facts that are not past their time: an edition may be read for longer than a forecast is good.
func (r *Retriever) known(ctx context.Context, q store.FactQuery) ([]store.Fact, error) {
	all, err := r.db.Facts(ctx, r.index.Edition.ID, q)
	now := r.Now()
	return slices.DeleteFunc(all, func(f store.Fact) bool { return !f.Expires.IsZero() && !f.Expires.After(now) }), err
}

// facts fills in the facts that answer the query, or says why there are none.
func (r *Retriever) facts(ctx context.Context, res *Result) error {
	q := res.Query
	if q.Rank.Asked {
		return r.everybody(ctx, res)
	}
	if q.Work == Reported {
		return r.reported(ctx, res)
	}
	if q.Intent == Overview && q.Metric == "" {
		return r.overview(ctx, res)
	}
	if q.Metric == "" && q.Intent != News && q.Intent != Profile && q.Intent != Calendar {
		if err := r.supposeMetric(ctx, &q); err != nil {
			return err
		}
		res.Query.Metric = q.Metric
	}
	if q.Metric == "" {
		return nil
	}
	if len(q.Entities) == 0 {
		if q.Intent != List && q.Intent != Comparison {
			res.Missing = NoEntity
			return nil
		}
		if q.Intent == List {
			res.Missing = NoEntity // a condition on all companies that is no rank: nothing here can tell
			return nil
		}
		return r.everybody(ctx, res)
	}
	if len(q.Or) > 0 {
		if err := r.choose(ctx, &q); err != nil {
			return err
		}
		res.Query.Metric = q.Metric
	}
	for _, e := range q.Entities {
		facts, why, have, err := r.factsOf(ctx, e, q)
		if err == nil && why == NoFact && r.oneWord(q.Metric) {
			if m, ok, merr := r.otherMetric(ctx, e, q); merr != nil {
				return merr
			} else if ok {
				again := q
				again.Metric = m
				facts, why, have, err = r.factsOf(ctx, e, again)
			}
		}
		if err != nil {
			return err
		}
		res.Facts = append(res.Facts, facts...)
		if why != Known {
			res.Lacks = append(res.Lacks, Lack{e, q.Metric, why, have})
		}
		if why != Known && res.Missing == Known {
			res.Missing, res.Have = why, have
		}
	}
	return r.further(ctx, res)
}

// further finds the other metrics of a question with several. What is missing of them does not make the rest unknown.
func (r *Retriever) further(ctx context.Context, res *Result) error {
	for _, m := range res.Query.More {
		q := res.Query
		q.Metric, q.More = m, nil
		if q.Work == Beat && len(res.Facts) > 0 {
			q.Period = Period{Period: res.Facts[0].Period} // what was expected of that very quarter
		}
		for _, e := range q.Entities {
			facts, why, have, err := r.factsOf(ctx, e, q)
			if err != nil {
				return err
			}
			res.Facts = append(res.Facts, facts...)
			if why != Known {
				res.Lacks = append(res.Lacks, Lack{e, m, why, have})
			}
		}
	}
	return nil
}

// overview finds what says in a breath how an entity is doing: how its price moved, and how its revenue did.
func (r *Retriever) overview(ctx context.Context, res *Result) error {
	if len(res.Query.Entities) != 1 {
		return nil
	}
	for _, m := range []string{"change-day", "revenue-yoy"} {
		all, err := r.known(ctx, store.FactQuery{Entity: res.Query.Entities[0], Metric: m})
		if err != nil {
			return err
		}
		if at := r.at(all, Period{}); len(at) > 0 {
			res.Facts = append(res.Facts, at[0])
		}
	}
	return nil
}

// everybody finds the metric's newest value for every entity: in the order of the rank that is asked for, else the
// watch-list first.
func (r *Retriever) everybody(ctx context.Context, res *Result) error {
	metric, rank := res.Query.Metric, res.Query.Rank
	if rank.Growth && !strings.HasPrefix(metric, "change-") {
		suffix := "-yoy"
		if a := res.Query.Against; a.Kind == quantity.Quarter && a.Back == 1 {
			suffix = "-qoq"
		}
		metric += suffix
	}
	all, err := r.known(ctx, store.FactQuery{Metric: metric})
	if err != nil {
		return err
	}
	by := map[string][]store.Fact{}
	var order []string
	for _, f := range all {
		if len(res.Query.Entities) > 0 && !slices.Contains(res.Query.Entities, f.Entity) {
			continue
		}
		if by[f.Entity] == nil {
			order = append(order, f.Entity)
		}
		by[f.Entity] = append(by[f.Entity], f)
	}
	place := func(e string) int {
		if i := slices.Index(r.index.Edition.Watch, e); i >= 0 {
			return i
		}
		return len(r.index.Edition.Watch)
	}
	slices.SortStableFunc(order, func(a, b string) int { return place(a) - place(b) })
	for _, e := range order {
		at := r.at(by[e], res.Query.Period)
		if i := slices.IndexFunc(at, func(f store.Fact) bool { return !f.Unverified }); i >= 0 {
			res.Facts = append(res.Facts, at[i]) // a rumour has no place in a list that cannot say so
		}
	}
	if rank.Asked {
		res.Facts = ofOneKind(res.Facts)
	}
	if len(res.Facts) == 0 {
		res.Missing = NoFact
	}
	if rank.Asked {
		slices.SortStableFunc(res.Facts, func(a, b store.Fact) int {
			if rank.Least {
				return a.Value.Value.Cmp(&b.Value.Value)
			}
			return b.Value.Value.Cmp(&a.Value.Value)
		})
	}
	return nil
}

// ofOneKind keeps the facts of the kind of period that most are of: a year's revenue is no rank beside a quarter's.
func ofOneKind(facts []store.Fact) []store.Fact {
	n := map[quantity.PeriodKind]int{}
	var most quantity.PeriodKind
	for _, f := range facts {
		if n[f.Period.Kind]++; n[f.Period.Kind] > n[most] {
			most = f.Period.Kind
		}
	}
	return slices.DeleteFunc(facts, func(f store.Fact) bool { return f.Period.Kind != most })
}

// factsOf answers for one entity. For a change it is [change, now, then], as far as they are there.
func (r *Retriever) factsOf(ctx context.Context, entity string, q Query) (facts []store.Fact, why Reason, have []quantity.Period, err error) {
	all, err := r.known(ctx, store.FactQuery{Entity: entity, Metric: q.Metric})
	if err != nil {
		return nil, Known, nil, err
	}
	if len(all) == 0 {
		return nil, NoFact, nil, nil
	}
	if q.Work == Series || q.Work == Average || q.Work == ToDate || q.Work == Profit || q.Work == Loss {
		facts, why, have := r.series(all, q)
		return facts, why, have, nil
	}
	now := r.at(all, q.Period)
	if len(now) == 0 {
		return nil, NoPeriod, periods(all), nil
	}
	if q.Intent == Comparison && q.Against.Named() && len(q.Entities) == 1 || q.Intent == Change && !strings.HasPrefix(q.Metric, "change-") {
		then := r.at(all, against(q.Against, now[0].Period))
		if len(then) > 0 && then[0].Period.Same(now[0].Period) {
			then = r.at(all, against(Period{}, now[0].Period))
		}
		suffix := "-yoy"
		if q.Against.Named() && q.Against.Back == 1 && q.Against.Kind == quantity.Quarter {
			suffix = "-qoq"
		}
		changes, err := r.known(ctx, store.FactQuery{Entity: entity, Metric: q.Metric + suffix, Period: now[0].Period})
		if err != nil {
			return nil, Known, nil, err
		}
		if len(changes) > 0 && (len(then) == 0 && !q.Against.Named() || len(then) > 0 && slices.Contains(changes[0].Inputs, then[0].ID)) {
			facts = append(facts, changes[0])
		}
		facts = append(facts, now[0])
		if len(then) > 0 {
			facts = append(facts, then[0])
		} else if len(facts) == 1 {
			return facts, NoPeriod, periods(all), nil
		}
		return facts, Known, nil, nil
	}
	return now, Known, nil, nil
}

// series is several periods of a metric, oldest first: the last four quarters up to the one that is named, or the sessions
// of the time that is asked for.
func (r *Retriever) series(all []store.Fact, q Query) ([]store.Fact, Reason, []quantity.Period) {
	base, ok := r.base(all, q.Period)
	if !ok {
		return nil, NoPeriod, periods(all)
	}
	var of []store.Fact
	for _, f := range all {
		if f.Period.Kind == base.Kind && !f.Unverified && comparePeriods(f.Period, base) <= 0 && (base.Kind != quantity.Day || !q.Since.IsZero() && !f.Period.End.Before(q.Since)) {
			of = append(of, f)
		}
	}
	slices.SortStableFunc(of, func(a, b store.Fact) int { return comparePeriods(a.Period, b.Period) })
	of = slices.CompactFunc(of, func(a, b store.Fact) bool { return same(a.Period, b.Period) }) // the one that is told alone, too
	if q.Work == ToDate {
		of = slices.DeleteFunc(of, func(f store.Fact) bool {
			return f.Period.Kind != quantity.Quarter || f.Period.Year != base.Year || f.Period.N > base.N
		})
		if len(of) == 0 || len(of) != base.N {
			return nil, NoPeriod, periods(all)
		}
		return of, Known, nil
	}
	if q.Work == Profit || q.Work == Loss {
		return of, Known, nil // all there are: "ever" has no beginning
	}
	if base.Kind != quantity.Day && len(of) > 4 {
		of = of[len(of)-4:]
	}
	if len(of) < 2 {
		return nil, NoPeriod, periods(all)
	}
	return of, Known, nil
}

// comparePeriods orders periods of one kind; one that was named by year and number has no end.
func comparePeriods(a, b quantity.Period) int {
	if a.Year > 0 && b.Year > 0 {
		return cmp.Compare(a.Year*100+a.N, b.Year*100+b.N)
	}
	return a.End.Compare(b.End)
}

// against is the period that a change is measured against: a year before, unless the question says otherwise.
func against(asked Period, now quantity.Period) Period {
	back := perYear(now.Kind)
	if asked.Named() {
		if !asked.Relative {
			return asked
		}
		back = asked.Back
		if asked.Kind != now.Kind {
			back = perYear(now.Kind)
		}
	}
	if now.Kind == quantity.Day && !(asked.Named() && asked.Kind == quantity.Day) {
		back = 1
	}
	return Period{Period: now, Relative: true, Back: back}
}

// at picks the facts of one period out of facts of one entity and metric, latest first. Several facts of the same
// period are kept side by side: sources that contradict each other.
func (r *Retriever) at(all []store.Fact, p Period) []store.Fact {
	want := p.Period
	if p.Relative || !p.Named() || p.Year == 0 && p.End.IsZero() {
		base, ok := r.base(all, p)
		if !ok {
			return nil
		}
		want = base
		if p.Relative && p.Back > 0 {
			if base.Kind == quantity.Day {
				return session(all, base.End, p.Back)
			}
			want = step(base, p.Back)
		}
	}
	var out []store.Fact
	for _, f := range all {
		if same(want, f.Period) {
			out = append(out, f)
		}
	}
	return out
}

// base is the period to count back from: the one named, else the newest of the kind, else the newest of all.
func (r *Retriever) base(all []store.Fact, p Period) (quantity.Period, bool) {
	if p.Named() && (p.Year > 0 || !p.End.IsZero()) {
		return p.Period, true
	}
	prefer := []quantity.PeriodKind{p.Kind}
	if p.Kind == "" {
		// "What was the revenue?" means the last quarter, even where a year ended on the same day.
		prefer = []quantity.PeriodKind{quantity.Quarter, quantity.Day, ""}
	}
	for _, kind := range prefer {
		var best *store.Fact
		for i := range all {
			f := &all[i]
			if kind != "" && f.Period.Kind != kind || p.N > 0 && f.Period.N != p.N {
				continue
			}
			if best == nil || later(f, best) {
				best = f
			}
		}
		if best != nil {
			return best.Period, true
		}
	}
	return quantity.Period{}, false
}

func later(a, b *store.Fact) bool {
	if !a.Period.End.Equal(b.Period.End) {
		return a.Period.End.After(b.Period.End)
	}
	if ra, rb := a.Period.Year*100+a.Period.N, b.Period.Year*100+b.Period.N; ra != rb {
		return ra > rb
	}
	return a.AsOf.After(b.AsOf)
}

// session finds the day that is n sessions before another; a year of sessions is the same date a year before, or the
// last session ahead of it.
func session(all []store.Fact, end time.Time, n int) []store.Fact {
	if n >= perYear(quantity.Day) {
		end, n = end.AddDate(-n/perYear(quantity.Day), 0, 1), 1
	}
	var days []time.Time
	for _, f := range all {
		if f.Period.Kind == quantity.Day && f.Period.End.Before(end) {
			days = append(days, f.Period.End)
		}
	}
	slices.SortFunc(days, func(a, b time.Time) int { return b.Compare(a) })
	days = slices.CompactFunc(days, time.Time.Equal)
	if len(days) < n {
		return nil
	}
	var out []store.Fact
	for _, f := range all {
		if f.Period.Kind == quantity.Day && f.Period.End.Equal(days[n-1]) {
			out = append(out, f)
		}
	}
	return out
}

// same compares a period with a year and a number, or a day, to a fact's. "Q3 2025" is the company's own third quarter:
// that is how its filings and its listeners count.
func same(want, has quantity.Period) bool {
	switch {
	case want.Kind != has.Kind:
		return false
	case want.Kind == quantity.Day, want.Year == 0:
		return want.End.Equal(has.End)
	}
	return want.Year == has.Year && want.N == has.N
}

func periods(all []store.Fact) []quantity.Period {
	var out []quantity.Period
	for _, f := range all {
		if !slices.ContainsFunc(out, func(p quantity.Period) bool { return same(p, f.Period) }) {
			out = append(out, f.Period)
		}
	}
	return out
}

// supposeMetric gives a question that names no metric the one of the entity's own whose name it uses a word of: "how many
// vehicles did it hand over" means "vehicles delivered", where that is reported.
func (r *Retriever) supposeMetric(ctx context.Context, q *Query) error {
	if len(q.Entities) != 1 {
		return nil
	}
	m, ok, err := r.otherMetric(ctx, q.Entities[0], *q)
	if ok {
		q.Metric = m
	}
	return err
}

// otherMetric finds among what an edition knows of an entity the one metric whose name shares a telling word with the
// question: a word of few metrics' names.
func (r *Retriever) otherMetric(ctx context.Context, entity string, q Query) (string, bool, error) {
	var found []string
	for _, w := range terms.Of(q.Text) {
		// A word of more than two metrics' names tells nothing, nor does one of time or of number.
		if ids := r.metricWords[w]; len(ids) <= 2 && !vague[w] {
			for _, id := range ids {
				if id == "close" {
					continue // a verb here: it would have been read as the price
				}
				if t, ok := r.lexicon.Term(id); ok && len(terms.Of(t.Name)) > 2 {
					continue // one word of three or more is a circumstance: "rooms" is not the revenue per available room
				}
				if id != q.Metric && !slices.Contains(found, id) {
					found = append(found, id)
				}
			}
		}
	}
	var out []string
	for _, m := range found {
		facts, err := r.known(ctx, store.FactQuery{Entity: entity, Metric: m})
		if err != nil {
			return "", false, err
		}
		if len(facts) > 0 {
			out = append(out, m)
		}
	}
	if len(out) != 1 {
		return "", false, nil
	}
	return out[0], true, nil
}

// vague words are in a metric's name without being what it is about.
var vague = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range terms.Of("cost quarter quarterly year yearly month monthly week day daily annual average total growth rate ratio value price share shares per high low open target number change") {
		m[w] = true
	}
	return m
}()

// oneWord says that a metric's name is a single word, which questions use in passing: "hand over to customers". What was
// named in full and is not known is declined.
func (r *Retriever) oneWord(metric string) bool {
	t, ok := r.lexicon.Term(metric)
	return ok && len(terms.Of(t.Name)) == 1 && !principal[metric]
}

// principal metrics are always meant.
var principal = map[string]bool{"revenue": true, "dividend": true, "cash": true, "debt": true, "volume": true, "close": true, "ebitda": true}
