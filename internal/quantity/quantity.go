// Package quantity is numbers that know their unit, their scale and their period: it parses, compares and computes them.
package quantity

import (
	"time"

	"github.com/cockroachdb/apd/v3"
)

// A Unit is what a value counts. The zero Unit is a bare number.
type Unit string

const (
	None        Unit = ""
	Percent     Unit = "%"
	BasisPoint  Unit = "bp"
	PercentPt   Unit = "pp" // percentage points: the difference of two percentages
	Multiple    Unit = "x"
	Shares      Unit = "shares"
	USD         Unit = "USD" // any ISO 4217 code is a unit
	USDPerShare Unit = "USD/share"
)

// A Quantity is one number as somebody wrote it.
type Quantity struct {
	// Value is the exact value with the scale multiplied out: "$2.3B" is 2300000000, "12.5%" is 12.5.
	Value apd.Decimal
	Unit  Unit
	// Digits is how many significant digits were written: 2 for "$2.3B". It says how exactly the value is known.
	Digits int
	// Approx says that the writer hedged: "about", "nearly", "~".
	Approx bool
}

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
