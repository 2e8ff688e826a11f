package trading

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// The exchange's published calendars.
var published = map[int]struct{ shut, early string }{
	2021: {"01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24", "11-26"},
	2022: {"01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26", "11-25"},
	2023: {"01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25", "07-03 11-24"},
	2024: {"01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25", "07-03 11-29 12-24"},
	2026: {"01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25", "11-27 12-24"},
	2027: {"01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24", "11-26"},
	2028: {"01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25", "07-03 11-24"},
}

func TestHolidaysAreThoseOfThePublishedCalendars(t *testing.T) {
	for year, want := range published {
		var shut, early []string
		for d := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == year; d = d.AddDate(0, 0, 1) {
			if Holiday(d) != "" {
				shut = append(shut, d.Format("01-02"))
			}
			if EarlyClose(d) {
				early = append(early, d.Format("01-02"))
			}
		}
		if !slices.Equal(shut, strings.Fields(want.shut)) {
			t.Errorf("%d is shut on %v, want %s", year, shut, want.shut)
		}
		if !slices.Equal(early, strings.Fields(want.early)) {
			t.Errorf("%d closes early on %v, want %s", year, early, want.early)
		}
	}
}

func TestPhases(t *testing.T) {
	for at, want := range map[string]Phase{
		"2026-11-20T03:59:00-05:00": Closed,
		"2026-11-20T04:00:00-05:00": PreMarket,
		"2026-11-20T09:30:00-05:00": Open,
		"2026-11-20T15:59:00-05:00": Open,
		"2026-11-20T16:00:00-05:00": AfterHours,
		"2026-11-20T20:00:00-05:00": Closed,
		"2026-11-20T21:30:00Z":      AfterHours, // in London it is evening
		"2026-11-21T12:00:00-05:00": Closed,     // Saturday
		"2026-11-26T12:00:00-05:00": Closed,     // Thanksgiving
		"2026-11-27T13:00:00-05:00": AfterHours, // early close
		"2026-11-27T17:00:00-05:00": Closed,
		"2026-07-01T15:59:00-04:00": Open, // summer time
	} {
		tm, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := At(tm); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
}

func TestLastCloseAndSessions(t *testing.T) {
	for at, want := range map[string]string{
		"2026-11-20T15:59:00-05:00": "2026-11-19",
		"2026-11-20T16:00:00-05:00": "2026-11-20",
		"2026-11-22T12:00:00-05:00": "2026-11-20",
		"2026-11-27T12:59:00-05:00": "2026-11-25", // over Thanksgiving
		"2026-11-27T13:00:00-05:00": "2026-11-27",
	} {
		tm, _ := time.Parse(time.RFC3339, at)
		if got := LastClose(tm).Format(time.DateOnly); got != want {
			t.Errorf("%s: %s, want %s", at, got, want)
		}
	}
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	if n := Sessions(day("2026-11-25"), day("2026-11-30")); n != 2 {
		t.Errorf("%d sessions after the 25th up to the 30th, want 2", n)
	}
}
