package brief

import (
	"strings"
	"time"

	"github.com/aubade/aubade/store"
)

const day = 24 * time.Hour

// What is said of the future, of a mood or by nobody in particular is true for a while only.
const (
	guidanceLasts = 100 * day // after its period: by then every company has reported what became of it
	targetLasts   = 180 * day // of an analyst
	optionsLast   = 7 * day   // prices of options move with every day
	rumourLasts   = 30 * day
)

// Expiry is when a fact stops being worth telling; zero: never. What was reported of a period stays true.
func Expiry(f store.Fact) time.Time {
	if !f.Expires.IsZero() {
		return f.Expires
	}
	after := func(t time.Time, d time.Duration) time.Time {
		if t.IsZero() {
			return t
		}
		return t.Add(d)
	}
	switch {
	case strings.HasPrefix(f.Metric, "guidance-"):
		return after(f.Period.End, guidanceLasts)
	case f.Metric == "price-target":
		return after(f.AsOf, targetLasts)
	case f.Metric == "implied-volatility", f.Metric == "put-call-ratio":
		return after(f.AsOf, optionsLast)
	case f.Unverified:
		return after(f.AsOf, rumourLasts)
	}
	return time.Time{}
}

// unexpired keeps the facts that are still worth telling at now, each with its expiry.
func unexpired(facts []store.Fact, now time.Time) []store.Fact {
	out := facts[:0]
	for _, f := range facts {
		if f.Expires = Expiry(f); f.Expires.IsZero() || f.Expires.After(now) {
			out = append(out, f)
		}
	}
	return out
}
