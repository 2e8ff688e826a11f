package bench

import (
	"math"
	"slices"
	"time"
)

// A Spread is how a delay was distributed, in milliseconds.
type Spread struct {
	N   int     `json:"n"`
	P50 float64 `json:"p50_ms"`
	P95 float64 `json:"p95_ms"`
	P99 float64 `json:"p99_ms"`
	Min float64 `json:"min_ms"`
	Max float64 `json:"max_ms"`
	Avg float64 `json:"avg_ms"`
}

func spread(ds []time.Duration) Spread {
	if len(ds) == 0 {
		return Spread{}
	}
	s := slices.Clone(ds)
	slices.Sort(s)
	var sum time.Duration
	for _, d := range s {
		sum += d
	}
	return Spread{
		N: len(s), P50: ms(quantile(s, .5)), P95: ms(quantile(s, .95)), P99: ms(quantile(s, .99)),
		Min: ms(s[0]), Max: ms(s[len(s)-1]), Avg: ms(sum / time.Duration(len(s))),
	}
}

// quantile of sorted values: the smallest that at least the share q is not above.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	i := int(math.Ceil(q*float64(len(sorted)))) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}

func ms(d time.Duration) float64 { return math.Round(float64(d)/1e5) / 10 }

// slope is the least-squares slope of values over times, per hour.
func slope(at []time.Duration, v []float64) float64 {
	n := float64(len(at))
	if n < 2 {
		return 0
	}
	var sx, sy, sxx, sxy float64
	for i := range at {
		x := at[i].Hours()
		sx += x
		sy += v[i]
		sxx += x * x
		sxy += x * v[i]
	}
	if d := n*sxx - sx*sx; d != 0 {
		return (n*sxy - sx*sy) / d
	}
	return 0
}
