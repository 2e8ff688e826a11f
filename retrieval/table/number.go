package table

import (
	"math/big"
	"regexp"
	"strings"
)

// A Scale multiplies a number as a table's heading says: "in thousands".
type Scale string

const (
	One      Scale = ""
	Thousand Scale = "thousand"
	Million  Scale = "million"
	Billion  Scale = "billion"
	Percent  Scale = "percent"
)

// Factor is what a number of the scale is multiplied by. Of a percentage it is one hundredth.
func (s Scale) Factor() *big.Rat {
	switch s {
	case Thousand:
		return big.NewRat(1e3, 1)
	case Million:
		return big.NewRat(1e6, 1)
	case Billion:
		return big.NewRat(1e9, 1)
	case Percent:
		return big.NewRat(1, 100)
	}
	return big.NewRat(1, 1)
}

// A Number is one number as somebody wrote it, exactly.
type Number struct {
	Value *big.Rat // as written: "$12.8 million" is 12.8
	Scale Scale    // as written beside it: million; percent for "12%"
	Money bool
	Text  string
}

var (
	cellNumber = regexp.MustCompile(`^(\()?\s*([-–−+])?\s*((?:US|NZ|AU|A|C|HK)?\$|€|£|¥|RMB|USD|EUR|GBP|NOK|SEK|Rs\.?)?\s*([-–−])?(\()?\s*(\d{1,3}(?:[,\s]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*(\))?\s*(%|percent|pts|bps|x|million|billion|thousand|m|bn)?\s*(\))?(?:\s*\(?[a-z*†]\)?|\s*\(\d\)|\s*[*†]+)?$`)
	textNumber = regexp.MustCompile(`(?i)(\()?((?:US|NZ|AU|A|C|HK)?\$|€|£|¥|RMB|USD|EUR|GBP)?\s?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(\))?\s?(%|percent\b|per cent\b|percentage points\b|basis points\b|bps\b|million\b|billion\b|thousand\b|trillion\b|m\b|bn\b|years?\b|months?\b|days?\b|shares\b|employees\b)?`)
	nothing    = map[string]bool{"-": true, "–": true, "—": true, "−": true, "nil": true, "none": true, "$-": true, "$—": true, "$–": true, "€—": true, "--": true, "- -": true, "—%": true, "-%": true, "–%": true}
)

// ParseCell reads a table cell that is a number and nothing else. A dash is zero.
func ParseCell(s string) (Number, bool) {
	t := strings.Join(strings.Fields(s), " ")
	if nothing[strings.ToLower(strings.ReplaceAll(t, " ", ""))] {
		return Number{Value: new(big.Rat), Text: t, Scale: map[bool]Scale{true: Percent}[strings.HasSuffix(t, "%")]}, true
	}
	m := cellNumber.FindStringSubmatch(t)
	if m == nil {
		return Number{}, false
	}
	v, ok := new(big.Rat).SetString(strings.NewReplacer(",", "", " ", "").Replace(m[6]))
	if !ok {
		return Number{}, false
	}
	if m[1] != "" || m[5] != "" || isMinus(m[2]) || isMinus(m[4]) {
		v.Neg(v)
	}
	return Number{Value: v, Scale: scaleWord(m[8]), Money: m[3] != "", Text: t}, true
}

func isMinus(s string) bool { return s == "-" || s == "–" || s == "−" }

func scaleWord(s string) Scale {
	switch strings.ToLower(s) {
	case "%", "percent", "per cent":
		return Percent
	case "million", "m":
		return Million
	case "billion", "bn":
		return Billion
	case "thousand":
		return Thousand
	}
	return One
}

// Decimal writes a value with at most n decimals, halves away from zero, without trailing zeros.
func Decimal(v *big.Rat, n int) string {
	s := v.FloatString(n)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}
