package evals

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aubade/aubade/internal/quantity"
)

// A measure is a number with a unit of the physical world, in the base unit of its dimension.
type measure struct {
	dimension string
	value     float64 // in the base unit
	unit      string  // as written, in the singular
	number    float64
	at, end   int
}

// A physical unit: how many of the base unit it is, after an offset (for temperatures).
type physical struct {
	dimension string
	factor    float64
	offset    float64
}

var physicals = func() map[string]physical {
	m := map[string]physical{}
	add := func(dimension string, factor float64, names string) {
		for _, n := range strings.Split(names, "|") {
			m[n] = physical{dimension, factor, 0}
		}
	}
	add("length", 1, "m|metre|meter")
	add("length", 1000, "km|kilometre|kilometer")
	add("length", 0.01, "cm|centimetre|centimeter")
	add("length", 0.001, "mm|millimetre|millimeter")
	add("length", 1609.344, "mi|mile")
	add("length", 1852, "nautical mile|nmi")
	add("length", 0.3048, "ft|foot|feet")
	add("length", 0.0254, "inch|inche|in")
	add("length", 0.9144, "yd|yard")
	add("length", 9.461e15, "light year|light-year")
	add("mass", 1, "kg|kilogram|kilo")
	add("mass", 0.001, "g|gram")
	add("mass", 0.45359237, "lb|pound")
	add("mass", 0.0283495, "oz|ounce")
	add("mass", 1000, "tonne|metric ton")
	add("mass", 907.18, "ton")
	add("time", 1, "s|sec|second")
	add("time", 60, "min|minute")
	add("time", 3600, "h|hr|hour")
	add("time", 86400, "day")
	add("time", 604800, "week")
	add("time", 2629746, "month")
	add("time", 31556952, "year|yr")
	add("area", 1, "m²|square metre|square meter|sq m")
	add("area", 1e6, "km²|km2|square kilometre|square kilometer|sq km")
	add("area", 2589988, "square mile|sq mi|sq mile")
	add("area", 0.092903, "square foot|square feet|sq ft")
	add("area", 4046.856, "acre")
	add("area", 10000, "ha|hectare")
	add("volume", 1, "l|litre|liter")
	add("volume", 0.001, "ml|millilitre|milliliter")
	add("volume", 3.785412, "gallon|gal")
	add("speed", 1, "m/s|metre per second|meter per second")
	add("speed", 1/3.6, "km/h|kph|kilometre per hour|kilometer per hour")
	add("speed", 0.44704, "mph|mile per hour")
	add("speed", 0.514444, "knot")
	add("power", 1, "w|watt")
	add("power", 1e3, "kw|kilowatt")
	add("power", 1e6, "mw|megawatt")
	add("frequency", 1, "hz|hertz")
	add("frequency", 1e6, "mhz|megahertz")
	add("voltage", 1, "v|volt")
	for _, n := range []string{"°c", "celsius", "degree celsius", "degree centigrade", "degrees c"} {
		m[n] = physical{"temperature", 1, 0}
	}
	for _, n := range []string{"°f", "fahrenheit", "degree fahrenheit", "degrees f"} {
		m[n] = physical{"temperature", 5.0 / 9, -32}
	}
	for _, n := range []string{"k", "kelvin"} {
		m[n] = physical{"temperature", 1, -273.15}
	}
	return m
}()

var (
	measured = func() *regexp.Regexp {
		var names []string
		for n := range physicals {
			q := regexp.QuoteMeta(n)
			q = strings.ReplaceAll(q, "degree ", "degrees? ")
			q = strings.ReplaceAll(q, " per ", "s? per ")
			names = append(names, q)
		}
		slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
		return regexp.MustCompile(`(?i)(-?\d[\d,]*(?:\.\d+)?)(?: (thousand|million|billion))?[\s -]?(` + strings.Join(names, "|") + `)(?:s|es)?(?:$|[^\pL\pN²])`)
	}()
	measureFiller = regexp.MustCompile(`(?i)\b(about|approximately|approx|around|roughly|over|nearly|almost|some|just|under|long|tall|high|wide|deep|old|the|of|a|an|distance|it|in|length|height)\b|[^\pL\pN]`)
	asksSize      = regexp.MustCompile(`(?i)\b(how (tall|long|far|high|deep|wide|big|large|hot|cold)|length|height|distance|depth|width|elevation|altitude|temperature|diameter|circumference|point)\b`)
	halfHour      = regexp.MustCompile(`(?i)\b(?:an?|one) (hour|day|week|month|year|mile|minute) and a half\b`)
	halfOf        = regexp.MustCompile(`(?i)\bhalf (?:an? )(hour|day|week|month|year|mile|minute)\b`)
	feetInches    = regexp.MustCompile(`(?i)\b(\d+) ?(?:ft|feet|foot|') ?(?:and )?(\d+(?:\.\d+)?) ?(?:in(?:ches|ch)?|")`)
)

// digitsFor writes small number words before units as digits.
func digitsFor(text string) string {
	text = halfHour.ReplaceAllString(text, "1.5 $1")
	text = halfOf.ReplaceAllString(text, "0.5 $1")
	text = feetInches.ReplaceAllStringFunc(text, func(s string) string {
		m := feetInches.FindStringSubmatch(s)
		inches, _ := strconv.ParseFloat(m[2], 64)
		return strconv.FormatFloat(float64(atoi(m[1]))+inches/12, 'f', 3, 64) + " ft "
	})
	var b strings.Builder
	from := 0
	for _, m := range quantity.Find(text) {
		if m.Bare && !strings.ContainsAny(text[m.Start:m.End], "0123456789") {
			b.WriteString(text[from:m.Start])
			b.WriteString(strconv.FormatFloat(m.Quantity.Float(), 'f', -1, 64))
			from = m.End
		}
	}
	return b.String() + text[from:]
}

// findMeasures lists the measures of a text.
func findMeasures(text string) []measure {
	var out []measure
	for _, m := range measured.FindAllStringSubmatchIndex(text, -1) {
		v, err := strconv.ParseFloat(strings.ReplaceAll(text[m[2]:m[3]], ",", ""), 64)
		if err != nil {
			continue
		}
		if m[4] >= 0 {
			v *= map[string]float64{"thousand": 1e3, "million": 1e6, "billion": 1e9}[strings.ToLower(text[m[4]:m[5]])]
		}
		name := strings.ToLower(text[m[6]:m[7]])
		name = strings.ReplaceAll(strings.ReplaceAll(name, "degrees ", "degree "), "s per ", " per ")
		u, ok := physicals[name]
		if !ok {
			continue
		}
		out = append(out, measure{u.dimension, (v + u.offset) * u.factor, name, v, m[0], m[7]})
	}
	return out
}

// goldMeasure says whether a gold is one measure and nothing else.
func goldMeasure(question, gold string) (measure, bool) {
	gold = digitsFor(gold)
	all := findMeasures(gold)
	if len(all) != 1 || strings.ContainsAny(gold, "$€£¥%") {
		return measure{}, false
	}
	// "24 m" is a length where a length is asked for, and millions elsewhere.
	if (all[0].unit == "m" || all[0].unit == "k") && !asksSize.MatchString(question) {
		return measure{}, false
	}
	rest := gold[:all[0].at] + " " + strings.TrimPrefix(gold[all[0].end:], "s")
	if bracketless := bracketed.ReplaceAllString(rest, ""); measureFiller.ReplaceAllString(bracketless, "") != "" {
		return measure{}, false
	}
	return all[0], true
}

// is allows the rounding of what was written, and a little more across units.
func (g measure) is(a measure) bool {
	if g.dimension != a.dimension {
		return false
	}
	if g.unit == a.unit && g.number == a.number {
		return true
	}
	apart := math.Abs(g.value-a.value) / math.Max(math.Abs(g.value), 1e-9)
	if physicals[g.unit] == physicals[a.unit] {
		return apart <= 0.006 || math.Round(a.number) == g.number && a.number != math.Trunc(a.number) || math.Round(g.number) == a.number && g.number != math.Trunc(g.number)
	}
	return apart <= 0.015
}

func (s sentences) holdsMeasure(g measure) (bool, string) {
	said := ""
	for _, x := range s.all {
		if x.refuses {
			continue
		}
		text := digitsFor(x.text)
		all := findMeasures(text)
		for _, a := range all {
			if g.is(a) {
				return true, "it says " + strings.TrimSpace(text[a.at:a.end])
			}
			if a.dimension == g.dimension {
				said = strings.TrimSpace(text[a.at:a.end])
			}
		}
		if len(all) > 0 {
			continue
		}
		for _, m := range quantity.Find(text) {
			if m.Bare && math.Abs(m.Quantity.Float()-g.number) <= 0.006*math.Abs(g.number) {
				return true, "it says the number"
			}
		}
	}
	if said != "" {
		return false, "it says " + said
	}
	return false, ""
}

// goldRange reads a gold like "between 60 and 65 percent".
func goldRange(gold string) (low, high quantity.Quantity, ok bool) {
	all := quantity.Find(gold)
	if len(all) != 2 || unitWords.ReplaceAllString(gold[:all[0].Start]+gold[all[1].End:], "") != "" && !strings.HasPrefix(strings.ToLower(gold), "between ") {
		return low, high, false
	}
	between := strings.HasPrefix(strings.ToLower(gold), "between ") || all[0].Range
	low, high = all[0].Quantity, all[1].Quantity
	if low.Unit == quantity.None {
		low.Unit = high.Unit
	}
	return low, high, between && low.Unit == high.Unit && low.Float() < high.Float()
}

func (s sentences) holdsRange(low, high quantity.Quantity) (bool, string) {
	for _, x := range s.all {
		if x.refuses {
			continue
		}
		for _, m := range quantity.Find(x.text) {
			v := m.Quantity.Float()
			if (m.Quantity.Unit == low.Unit || m.Quantity.Unit == quantity.None) && v >= low.Float()*0.99 && v <= high.Float()*1.01 {
				return true, "it says a number of the range"
			}
		}
	}
	return false, ""
}
