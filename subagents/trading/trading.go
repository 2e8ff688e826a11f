// Package trading knows when the US stock market trades: its sessions, its early closes and its holidays, computed for
// any year by the exchange's rules. Days of mourning and storms cannot be computed; a price's own date tells those.
package trading

import (
	"sync"
	"time"
	_ "time/tzdata" // the market's zone, on machines without a zone database
)

// NewYork is the market's time zone.
var NewYork = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err) // it is embedded
	}
	return loc
})

// A Phase is what the market does at a moment.
type Phase string

// The phases of a day.
const (
	Closed     Phase = "closed"
	PreMarket  Phase = "pre-market"
	Open       Phase = "open"
	AfterHours Phase = "after-hours"
)

// Minutes after midnight, New York.
const (
	preMarket  = 4 * 60
	openBell   = 9*60 + 30
	earlyBell  = 13 * 60
	closeBell  = 16 * 60
	earlyAfter = 17 * 60
	lateAfter  = 20 * 60
)

// Holiday names the holiday on which the market is shut that day; empty when there is none. Weekends are no holidays.
func Holiday(day time.Time) string {
	y, m, d := day.Date()
	on := func(month time.Month, dayOf int) bool { return m == month && d == dayOf }
	nth := func(month time.Month, weekday time.Weekday, n int) bool {
		return m == month && day.Weekday() == weekday && (d-1)/7+1 == n
	}
	// A fixed holiday on a Saturday is kept on Friday, one on a Sunday on Monday.
	fixed := func(month time.Month, dayOf int) bool {
		switch day.Weekday() {
		case time.Saturday, time.Sunday:
			return false
		case time.Friday:
			next := day.AddDate(0, 0, 1)
			return on(month, dayOf) || next.Month() == month && next.Day() == dayOf
		case time.Monday:
			before := day.AddDate(0, 0, -1)
			return on(month, dayOf) || before.Month() == month && before.Day() == dayOf
		}
		return on(month, dayOf)
	}
	easter := easter(y)
	switch {
	case m == time.January && fixed(time.January, 1): // on a Saturday it is not kept: the year's last session is not given up
		return "New Year's Day"
	case nth(time.January, time.Monday, 3):
		return "Martin Luther King Jr. Day"
	case nth(time.February, time.Monday, 3):
		return "Presidents' Day"
	case sameDay(day, easter.AddDate(0, 0, -2)):
		return "Good Friday"
	case m == time.May && day.Weekday() == time.Monday && d > 24:
		return "Memorial Day"
	case y >= 2022 && fixed(time.June, 19):
		return "Juneteenth"
	case fixed(time.July, 4):
		return "Independence Day"
	case nth(time.September, time.Monday, 1):
		return "Labor Day"
	case nth(time.November, time.Thursday, 4):
		return "Thanksgiving"
	case fixed(time.December, 25):
		return "Christmas"
	}
	return ""
}

// IsSession says whether the market trades on a day.
func IsSession(day time.Time) bool {
	w := day.Weekday()
	return w != time.Saturday && w != time.Sunday && Holiday(day) == ""
}

// EarlyClose says whether the session ends at 1 p.m.: before Independence Day and Christmas, and after Thanksgiving.
func EarlyClose(day time.Time) bool {
	if !IsSession(day) {
		return false
	}
	_, m, d := day.Date()
	return m == time.July && d == 3 || m == time.December && d == 24 ||
		m == time.November && day.Weekday() == time.Friday && d >= 23 && d <= 29
}

// At is the market's phase at a moment.
func At(t time.Time) Phase {
	t = t.In(NewYork())
	if !IsSession(t) {
		return Closed
	}
	bell, after := closeBell, lateAfter
	if EarlyClose(t) {
		bell, after = earlyBell, earlyAfter
	}
	switch m := t.Hour()*60 + t.Minute(); {
	case m < preMarket:
		return Closed
	case m < openBell:
		return PreMarket
	case m < bell:
		return Open
	case m < after:
		return AfterHours
	}
	return Closed
}

// LastClose is the day of the last session that had ended by a moment, at midnight UTC as a price's date is.
func LastClose(t time.Time) time.Time {
	t = t.In(NewYork())
	day := date(t)
	bell := closeBell
	if EarlyClose(day) {
		bell = earlyBell
	}
	if IsSession(day) && t.Hour()*60+t.Minute() >= bell {
		return day
	}
	return Before(day)
}

// Before is the last session before a day.
func Before(day time.Time) time.Time {
	day = date(day).AddDate(0, 0, -1)
	for !IsSession(day) {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

// Sessions counts the sessions after one day up to and with another.
func Sessions(from, to time.Time) int {
	n := 0
	for d := date(from).AddDate(0, 0, 1); !d.After(date(to)) && n < 10000; d = d.AddDate(0, 0, 1) {
		if IsSession(d) {
			n++
		}
	}
	return n
}

func date(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func sameDay(a, b time.Time) bool { return date(a).Equal(date(b)) }

// easter is Easter Sunday, by the Gregorian computus of Meeus, Jones and Butcher.
func easter(y int) time.Time {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(y, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}
