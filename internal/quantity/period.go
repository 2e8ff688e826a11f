package quantity

import (
	"fmt"
	"time"
)

// PeriodKind is the length of a period.
type PeriodKind string

const (
	Day      PeriodKind = "day"
	Week     PeriodKind = "week"
	Month    PeriodKind = "month"
	Quarter  PeriodKind = "quarter"
	Half     PeriodKind = "half"
	Year     PeriodKind = "year"
	Trailing PeriodKind = "ttm" // the twelve months up to End
	NineMos  PeriodKind = "9m"
)

// A Period is the stretch of time that a value is about. The zero Period is "no period named".
type Period struct {
	Kind   PeriodKind `json:"kind,omitempty"`
	Fiscal bool       `json:"fiscal,omitempty"` // Year and N count by the company's own calendar
	Year   int        `json:"year,omitempty"`   // four digits
	N      int        `json:"n,omitempty"`      // quarter 1–4, half 1–2, month 1–12, ISO week
	// Start and End bound it, where they are known; End is the last day, at midnight UTC. A Day has only End.
	Start time.Time `json:"start,omitzero"`
	End   time.Time `json:"end,omitzero"`
}

// Same says whether two periods are the same stretch of time, as far as both say. A fiscal period and one that does not
// say so are the same if year and number are.
func (p Period) Same(o Period) bool {
	if p.Kind != o.Kind {
		return false
	}
	switch p.Kind {
	case Day, Trailing:
		return sameDay(p.End, o.End)
	case Year:
		return p.Year == o.Year
	}
	if p.N != o.N {
		return false
	}
	return p.Year == o.Year || p.Year == 0 || o.Year == 0
}

// Contains says whether all of o lies in p: a year contains its quarters, halves and months, a month its days.
func (p Period) Contains(o Period) bool {
	if p.Kind == "" || o.Kind == "" {
		return false
	}
	if p.Same(o) {
		return true
	}
	if !p.Start.IsZero() && !p.End.IsZero() && !o.End.IsZero() {
		start := o.Start
		if start.IsZero() {
			start = o.End
		}
		return !start.Before(p.Start) && !o.End.After(p.End)
	}
	switch p.Kind {
	case Year:
		switch o.Kind {
		case Quarter, Half, Month, NineMos:
			return p.Year == o.Year && (p.Fiscal == o.Fiscal || o.Kind == Quarter)
		case Day:
			return o.End.Year() == p.Year
		}
	case Half:
		return o.Kind == Quarter && o.Year == p.Year && (o.N+1)/2 == p.N
	case Month:
		return o.Kind == Day && int(o.End.Month()) == p.N && (p.Year == 0 || o.End.Year() == p.Year)
	}
	return false
}

// Prev is the period n before p, of the same length.
func (p Period) Prev(n int) Period {
	o := p
	shift := func(per int) {
		k := p.Year*per + p.N - 1 - n
		o.Year, o.N = k/per, k%per+1
	}
	switch p.Kind {
	case Quarter:
		shift(4)
	case Half:
		shift(2)
	case Month:
		shift(12)
	case Year:
		o.Year -= n
	case Day:
		o.End = p.End.AddDate(0, 0, -n)
		return o
	case Week:
		o.Start, o.End = p.Start.AddDate(0, 0, -7*n), p.End.AddDate(0, 0, -7*n)
		_, o.N = o.End.ISOWeek()
		return o
	case Trailing:
		o.End = p.End.AddDate(-n, 0, 0)
		return o
	}
	o.Start, o.End = time.Time{}, time.Time{}
	return o
}

// YearAgo is the same period a year before.
func (p Period) YearAgo() Period {
	o := p
	o.Year--
	if !p.End.IsZero() {
		o.End = p.End.AddDate(-1, 0, 0)
	}
	if !p.Start.IsZero() {
		o.Start = p.Start.AddDate(-1, 0, 0)
	}
	return o
}

var ordinals = [...]string{"", "first", "second", "third", "fourth"}

// String is the period in words: "the third quarter of fiscal 2026", "November 20, 2026".
func (p Period) String() string {
	year := fmt.Sprint(p.Year)
	if p.Fiscal {
		year = "fiscal " + year
	}
	of := " of " + year
	if p.Year == 0 {
		of = ""
	}
	switch p.Kind {
	case Day:
		return p.End.Format("January 2, 2006")
	case Week:
		return "the week of " + p.Start.Format("January 2")
	case Month:
		if p.Year == 0 {
			return time.Month(p.N).String()
		}
		return fmt.Sprintf("%s %d", time.Month(p.N), p.Year)
	case Quarter:
		if p.N >= 1 && p.N <= 4 {
			return "the " + ordinals[p.N] + " quarter" + of
		}
	case Half:
		if p.N >= 1 && p.N <= 2 {
			return "the " + ordinals[p.N] + " half" + of
		}
	case NineMos:
		return "the first nine months" + of
	case Year:
		return year
	case Trailing:
		return "the twelve months to " + p.End.Format("January 2, 2006")
	}
	return ""
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}
