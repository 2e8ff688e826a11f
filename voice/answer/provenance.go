package answer

import (
	"strings"
	"time"

	"github.com/aubade/aubade/store"
)

// provenance says in a few words where something is from, as one would say it: "per Friday's filing". It is empty
// where nothing useful can be said. The day is told by name within the last six days, by date before that.
func provenance(c store.Citation, now time.Time, zone *time.Location) string {
	day := dayName(c.Published, now, zone)
	publisher := c.Publisher
	switch c.Kind {
	case store.Filing:
		if day == "" {
			return "per the company's filing"
		}
		return "per " + possessiveDay(day) + "filing" + ofDate(day)
	case store.Prices, store.Chain:
		switch {
		case day == "":
			return ""
		case c.Kind == store.Chain:
			return "from " + possessiveDay(day) + "option chain" + ofDate(day)
		case strings.HasPrefix(day, "on "):
			return "as of the close " + day
		}
		return "as of " + possessiveDay(day) + "close"
	case store.Note:
		if publisher == "" {
			return strings.TrimSpace("in a note " + onDay(day))
		}
		return strings.TrimSpace("in a note by " + publisher + " " + onDay(day))
	case store.Social:
		return "though that is unverified"
	case store.Calendar, store.Profile:
		return ""
	}
	if publisher == "" {
		return ""
	}
	return strings.TrimSpace("according to " + publisher + " " + onDay(day))
}

// dayName is "today", "yesterday", "Friday", "on November 3" or, in another year, "on November 3, 2025".
func dayName(t, now time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	t, now = localDay(t, zone), now.In(zone)
	midnight := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	days := int(midnight(now).Sub(midnight(t)).Hours() / 24)
	switch {
	case days == 0:
		return "today"
	case days == 1:
		return "yesterday"
	case days > 1 && days < 7:
		return t.Weekday().String()
	case t.Year() == now.Year():
		return "on " + t.Format("January 2")
	}
	return "on " + t.Format("January 2, 2006")
}

// localDay is a moment in the zone; a bare date, which stands as midnight UTC, stays the day that it is.
func localDay(t time.Time, zone *time.Location) time.Time {
	if u := t.UTC(); u.Hour() == 0 && u.Minute() == 0 && u.Second() == 0 {
		return u
	}
	return t.In(zone)
}

// possessiveDay is the day before a noun: "Friday's ", "today's ", or "its " where the date follows the noun.
func possessiveDay(day string) string {
	if strings.HasPrefix(day, "on ") {
		return "the "
	}
	return day + "'s "
}

// ofDate is the date after a noun, for days that are told by date.
func ofDate(day string) string {
	if d, ok := strings.CutPrefix(day, "on "); ok {
		return " of " + d
	}
	return ""
}

func onDay(day string) string {
	switch {
	case day == "" || day == "today" || day == "yesterday" || strings.HasPrefix(day, "on "):
		return day
	}
	return "on " + day
}

// withProvenance hangs the words on the end of a sentence.
func withProvenance(sentence, words string) string {
	if words == "" || strings.Contains(sentence, words) {
		return sentence
	}
	body := strings.TrimRight(sentence, ".!? ")
	return body + ", " + words + "."
}
