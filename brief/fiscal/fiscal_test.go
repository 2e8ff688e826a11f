package fiscal

import (
	"testing"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
)

func TestPeriods(t *testing.T) {
	january := Of(lexicon.Term{FiscalYearEnd: "01-31"})
	december := Of(lexicon.Term{})
	june := Of(lexicon.Term{FiscalYearEnd: "06-30"})
	published := time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		calendar Calendar
		text     string
		want     string
	}{
		{"a quarter by its last day", january, "Three months ended October 31, 2026", "the third quarter of fiscal 2027 2026-08-01 2026-10-31"},
		{"the first month of a fiscal year", january, "quarter ended April 30, 2026", "the first quarter of fiscal 2027 2026-02-01 2026-04-30"},
		{"a year by its last day", january, "year ended January 31, 2026", "fiscal 2026 2025-02-01 2026-01-31"},
		{"a quarter by name", june, "in the first quarter of fiscal 2027, revenue", "the first quarter of fiscal 2027 2026-07-01 2026-09-30"},
		{"a quarter without a year is the last one", december, "third-quarter revenue rose", "the third quarter of 2026 2026-07-01 2026-09-30"},
		{"a quarter that has not ended is last year's", december, "its fourth quarter", "the fourth quarter of 2025 2025-10-01 2025-12-31"},
		{"a short quarter", december, "Q3 2026", "the third quarter of 2026 2026-07-01 2026-09-30"},
		{"a fiscal year", january, "guidance for fiscal 2027", "fiscal 2027 2026-02-01 2027-01-31"},
		{"the first of two counts", december, "third quarter of 2026 after the second quarter of 2026", "the third quarter of 2026 2026-07-01 2026-09-30"},
		{"a year of 52 weeks that ends in the next month", Of(lexicon.Term{FiscalYearEnd: "09-30"}), "year ended October 3, 2026", "fiscal 2026 2025-10-01 2026-10-03"},
		{"nine months", december, "nine months ended September 30, 2026", "the first nine months of 2026 2026-01-01 2026-09-30"},
		{"no period", december, "revenue rose", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if p, ok := c.calendar.Find(c.text, published); ok {
				got = Say(p) + " " + p.Start.Format(time.DateOnly) + " " + p.End.Format(time.DateOnly)
			}
			if got != c.want {
				t.Errorf("%q is %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestBeforeCrossesTheYear(t *testing.T) {
	c := Of(lexicon.Term{FiscalYearEnd: "01-31"})
	p, ok := c.Before(c.Quarter(2027, 1), 1)
	if !ok || Say(p) != "the fourth quarter of fiscal 2026" || p.End.Format(time.DateOnly) != "2026-01-31" {
		t.Errorf("%v %s", ok, Say(p))
	}
	if p, _ := c.Before(c.Quarter(2027, 3), 4); p.Year != 2026 || p.N != 3 {
		t.Errorf("a year before is %s", Say(p))
	}
}

func TestABalanceCountsAsItsQuarter(t *testing.T) {
	c := Of(lexicon.Term{})
	p, ok := c.Column("September 30, 2026", time.Time{})
	if !ok || Say(p) != "the third quarter of 2026" {
		t.Errorf("%v %s", ok, Say(p))
	}
}
