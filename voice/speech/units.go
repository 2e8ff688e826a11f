package speech

import "strings"

// A unit is the singular and plural of what a number counts.
type unitName struct{ one, many string }

func regular(names string) unitName { return unitName{names, names + "s"} }

// exactUnits are told apart by their case.
var exactUnits = map[string]unitName{
	"kB": regular("kilobyte"), "KB": regular("kilobyte"), "MB": regular("megabyte"), "GB": regular("gigabyte"), "TB": regular("terabyte"), "PB": regular("petabyte"),
	"Kb": regular("kilobit"), "kb": regular("kilobit"), "Mb": regular("megabit"), "Gb": regular("gigabit"), "Tb": regular("terabit"),
	"mW": regular("milliwatt"), "MW": regular("megawatt"), "mV": regular("millivolt"), "MV": regular("megavolt"), "mA": regular("milliamp"),
	"MWh": regular("megawatt hour"), "GWh": regular("gigawatt hour"), "TWh": regular("terawatt hour"), "kWh": regular("kilowatt hour"), "KWh": regular("kilowatt hour"),
	"Pa": regular("pascal"), "K": regular("kelvin"), "W": regular("watt"), "V": regular("volt"), "A": regular("ampere"), "J": regular("joule"), "N": regular("newton"), "F": regular("farad"),
	"l": regular("liter"), "L": regular("liter"), "g": regular("gram"), "s": regular("second"), "h": regular("hour"), "m": regular("meter"), "pF": regular("picofarad"), "Wh": regular("watt hour"),
}

// units are looked up in lower case.
var units = map[string]unitName{
	"%": {"percent", "percent"}, "bp": regular("basis point"), "bps": regular("basis point"), "pp": regular("percentage point"), "ppt": regular("percentage point"), "ppts": regular("percentage point"),
	"pct": {"percent", "percent"}, "¢": regular("cent"),
	"km": regular("kilometer"), "cm": regular("centimeter"), "mm": regular("millimeter"), "dm": regular("decimeter"), "nm": regular("nanometer"), "μm": regular("micrometer"), "um": regular("micrometer"), "µm": regular("micrometer"),
	"mi": regular("mile"), "mile": regular("mile"), "ft": {"foot", "feet"}, "yd": regular("yard"), "yds": regular("yard"), "in": {"inch", "inches"},
	"kg": regular("kilogram"), "kgs": regular("kilogram"), "mg": regular("milligram"), "μg": regular("microgram"), "µg": regular("microgram"), "mcg": regular("microgram"), "oz": regular("ounce"), "lb": regular("pound"), "lbs": regular("pound"),
	"gm": regular("gram"), "mt": regular("metric ton"), "ml": regular("milliliter"), "cl": regular("centiliter"), "gal": regular("gallon"), "qt": regular("quart"), "pt": regular("pint"), "cc": {"c c", "c c"},
	"hz": {"hertz", "hertz"}, "khz": {"kilohertz", "kilohertz"}, "mhz": {"megahertz", "megahertz"}, "ghz": {"gigahertz", "gigahertz"}, "thz": {"terahertz", "terahertz"},
	"kw": regular("kilowatt"), "gw": regular("gigawatt"), "tw": regular("terawatt"), "kv": regular("kilovolt"), "kwh": regular("kilowatt hour"), "gwh": regular("gigawatt hour"), "mwh": regular("megawatt hour"), "mw": regular("megawatt"), "mah": regular("milliamp hour"),
	"kpa": regular("kilopascal"), "hpa": regular("hectopascal"), "mpa": regular("megapascal"), "psi": {"pound per square inch", "pounds per square inch"}, "bar": regular("bar"), "atm": regular("atmosphere"), "db": regular("decibel"),
	"kbps": {"kilobit per second", "kilobits per second"}, "mbps": {"megabit per second", "megabits per second"}, "gbps": {"gigabit per second", "gigabits per second"}, "tbps": {"terabit per second", "terabits per second"},
	"mph": {"mile per hour", "miles per hour"}, "kph": {"kilometer per hour", "kilometers per hour"}, "kmh": {"kilometer per hour", "kilometers per hour"}, "mpg": {"mile per gallon", "miles per gallon"},
	"rpm": {"revolution per minute", "revolutions per minute"}, "fps": {"frame per second", "frames per second"}, "knot": regular("knot"), "kt": regular("knot"), "kn": regular("knot"),
	"hr": regular("hour"), "hrs": regular("hour"), "hour": regular("hour"), "min": regular("minute"), "mins": regular("minute"), "sec": regular("second"), "secs": regular("second"), "ms": regular("millisecond"), "ns": regular("nanosecond"), "μs": regular("microsecond"), "µs": regular("microsecond"),
	"wk": regular("week"), "wks": regular("week"), "yr": regular("year"), "yrs": regular("year"), "mo": regular("month"), "mos": regular("month"),
	"ha": regular("hectare"), "ac": regular("acre"), "sqft": {"square foot", "square feet"}, "sqm": regular("square meter"), "sqkm": regular("square kilometer"),
	"m2": regular("square meter"), "m²": regular("square meter"), "km2": regular("square kilometer"), "km²": regular("square kilometer"), "ft2": {"square foot", "square feet"}, "ft²": {"square foot", "square feet"},
	"cm2": regular("square centimeter"), "cm²": regular("square centimeter"), "mm²": regular("square millimeter"), "mm2": regular("square millimeter"), "mi²": regular("square mile"), "mi2": regular("square mile"), "in²": {"square inch", "square inches"}, "in2": {"square inch", "square inches"},
	"m3": regular("cubic meter"), "m³": regular("cubic meter"), "cm3": regular("cubic centimeter"), "cm³": regular("cubic centimeter"), "ft3": {"cubic foot", "cubic feet"}, "ft³": {"cubic foot", "cubic feet"}, "mm³": regular("cubic millimeter"), "km³": regular("cubic kilometer"), "dm³": regular("cubic decimeter"), "dm3": regular("cubic decimeter"),
	"°c": {"degree Celsius", "degrees Celsius"}, "ºc": {"degree Celsius", "degrees Celsius"}, "℃": {"degree Celsius", "degrees Celsius"}, "°f": {"degree Fahrenheit", "degrees Fahrenheit"}, "ºf": {"degree Fahrenheit", "degrees Fahrenheit"}, "℉": {"degree Fahrenheit", "degrees Fahrenheit"},
	"°": regular("degree"), "º": regular("degree"), "Ω": regular("ohm"), "ω": regular("ohm"), "kω": regular("kilohm"), "kΩ": regular("kilohm"),
	"hp": {"horsepower", "horsepower"}, "bhp": {"brake horsepower", "brake horsepower"}, "kcal": regular("kilocalorie"), "cal": regular("calorie"), "kj": regular("kilojoule"), "mol": regular("mole"), "lm": {"lumen", "lumens"}, "cd": regular("candela"), "lx": {"lux", "lux"},
	"bbl": regular("barrel"), "bbls": regular("barrel"), "boe": {"barrel of oil equivalent", "barrels of oil equivalent"}, "bpd": {"barrel per day", "barrels per day"}, "mmbtu": {"million B T U", "million B T U"}, "bu": regular("bushel"),
	"ev": regular("electron volt"), "gpa": regular("gigapascal"), "ppm": {"part per million", "parts per million"}, "dpi": {"dot per inch", "dots per inch"}, "px": regular("pixel"), "mp": regular("megapixel"), "gb": regular("gigabyte"), "tb": regular("terabyte"), "mb": regular("megabyte"), "gbit": regular("gigabit"), "mbit": regular("megabit"), "gib": regular("gibibyte"), "mib": regular("mebibyte"),
	"cfs": {"cubic foot per second", "cubic feet per second"}, "gy": regular("gray"), "wb": regular("weber"), "sv": regular("sievert"), "hl": regular("hectoliter"), "kl": regular("kiloliter"), "t": regular("ton"), "st": {"stone", "stone"}, "da": regular("dalton"), "amu": regular("atomic mass unit"),
}

// spacedUnits may stand in a piece of their own after a number without being mistaken for a word.
var notSpaced = map[string]bool{"in": true, "m": false, "t": true, "st": true, "pt": true, "min": false, "bar": false, "cal": true, "ac": true, "mi": false, "a": true, "l": false, "k": true, "n": true, "f": true, "mo": true, "da": true, "mp": true, "ha": false, "cd": true, "bu": true, "ms": true, "mt": true, "s": true, "kn": true, "w": false, "v": false, "j": true, "h": false}

func unitOf(s string, spaced bool) (unitName, bool) {
	l := lower(s)
	if spaced && notSpaced[string(l.key())] {
		return unitName{}, false
	}
	if u, ok := exactUnits[s]; ok {
		return u, true
	}
	u, ok := units[string(l.key())]
	return u, ok
}

// unitPiece says whether the piece is a unit, or two of them with a slash.
func (v *Verbaliser) unitPiece(t *text, p piece) bool {
	s := t.core(p)
	if strings.HasPrefix(t.after(p), ".") && (s == "in" || s == "oz" || s == "lb" || s == "ft") {
		return true
	}
	if _, ok := unitOf(s, true); ok {
		return !v.literal || s != "m" && s != "K" || v.literal
	}
	if top, bottom, ok := strings.Cut(s, "/"); ok {
		_, ok := unitOf(top, true)
		_, ok2 := unitOf(bottom, false)
		return ok && ok2 || ok && plainWord(bottom) && bottom != ""
	}
	if currencyCodes[s] != nil {
		return true
	}
	return s == "sq" || s == "cu"
}

// unitAfter says the unit in the piece after p, if it is one. force says that the caller knows that it is.
func (v *Verbaliser) unitAfter(dst []byte, t *text, p piece, f figure, force bool) ([]byte, piece, bool) {
	next, ok := t.follower(p)
	if !ok || !force && !v.unitPiece(t, next) || !v.unitPiece(t, next) {
		return dst, p, true
	}
	s := t.core(next)
	one := f.n.one() && f.scale == ""
	if s == "sq" || s == "cu" {
		after := t.piece(next.end)
		kind := "square"
		if s == "cu" {
			kind = "cubic"
		}
		if u, ok := unitOf(t.core(after), false); ok {
			dst = word(dst, kind)
			return word(dst, u.say(one)), after, true
		}
		return word(dst, kind), next, true
	}
	if c := currencyCodes[s]; c != nil {
		return word(dst, c.name(one, v.literal)), next, true
	}
	return v.unitWord(dst, s, one), next, true
}

func (u unitName) say(one bool) string {
	if one {
		return u.one
	}
	return u.many
}

// unitWord says a unit, or any word in its place.
func (v *Verbaliser) unitWord(dst []byte, s string, one bool) []byte {
	if top, bottom, ok := strings.Cut(s, "/"); ok {
		if top == "cc" { // cubic centimetres are letters, and so is what they are for
			return word(word(v.unitWord(dst, top, one), "per"), bottom)
		}
		return v.per(v.unitWord(dst, top, one), bottom)
	}
	if u, ok := unitOf(s, false); ok {
		return word(dst, u.say(one))
	}
	return word(dst, s)
}

// per says what stands behind a slash: "/share", "/hr".
func (v *Verbaliser) per(dst []byte, s string) []byte {
	if u, ok := unitOf(s, false); ok {
		return word(word(dst, "per"), u.one)
	}
	l := lower(s)
	switch k := string(l.key()); {
	case k == "share" && !v.literal:
		return word(dst, "a share")
	case k == "sh" && !v.literal:
		return word(dst, "a share")
	case k == "d":
		return word(dst, "per day")
	case k == "mth":
		return word(dst, "per month")
	case k == "qtr":
		return word(dst, "per quarter")
	}
	return v.symbols(word(dst, "per"), s)
}

// attachedUnit says "12KG", "12/kg", "4.4x", "60km/h".
func (v *Verbaliser) attachedUnit(dst []byte, f figure) ([]byte, bool) {
	rest := f.rest
	one := f.n.one()
	number := func() []byte { return decimal(f.lead(dst), f.n, v.literal) }
	if rest[0] == '/' && len(rest) > 1 && (letter(rest[1]) || rest[1] >= 0x80) {
		return v.per(number(), rest[1:]), true
	}
	switch rest {
	case "x", "X", "×":
		if v.literal {
			return word(number(), rest), true
		}
		return word(number(), "times"), true
	case "+":
		if v.literal {
			return word(number(), "plus"), true
		}
		return decimal(word(f.lead(dst), "more than"), f.n, false), true
	case "c", "p":
		if !v.literal && f.n.frac == "" && len(f.n.whole) > 0 && len(f.n.whole) < 4 {
			if rest == "p" {
				return word(number(), "pence"), true
			}
			return word(number(), "cents"), true
		}
	case "'s", "’s":
		if y := atoi(f.n.whole); len(f.n.whole) == 4 && y%10 != 0 && y >= 1900 && y < 2100 {
			return append(year(dst, y), rest...), true
		}
		return v.decade(dst, f)
	case "s":
		return v.decade(dst, f)
	}
	if s, ok := strings.CutPrefix(rest, "º&"); ok && v.literal {
		return word(word(word(number(), "degree"), "and"), s), true
	}
	if c := currencyCodes[rest]; c != nil {
		return v.money(f.lead(dst), c, f.n, "", false), true
	}
	if top, bottom, ok := strings.Cut(rest, "/"); ok {
		if u, ok := unitOf(top, false); ok && bottom != "" {
			return v.per(word(number(), u.say(one)), bottom), true
		}
		return dst, false
	}
	if body, tail, ok := strings.Cut(rest, "-"); ok && body != "" {
		if u, ok := unitOf(body, false); ok && plainWord(tail) {
			return word(word(number(), u.one), tail), true
		}
		return dst, false
	}
	if u, ok := unitOf(rest, false); ok && (len(rest) > 1 || rest[0] >= 0x80 || strings.Contains("gmlLVW", rest)) {
		return word(number(), u.say(one)), true
	}
	return dst, false
}

// decade says "1980s" and "80s".
func (v *Verbaliser) decade(dst []byte, f figure) ([]byte, bool) {
	n := atoi(f.n.whole)
	if f.n.frac != "" || f.n.comma || f.sign != "" || n < 0 || n%10 != 0 || rest1(f.rest) && n%10 != 0 {
		return dst, false
	}
	if len(f.n.whole) == 4 {
		dst = year(dst, n)
	} else {
		dst = cardinal(dst, f.n.whole)
	}
	if dst[len(dst)-1] == 'y' {
		return append(dst[:len(dst)-1], "ies"...), true
	}
	if dst[len(dst)-1] == 'x' {
		return append(dst, "es"...), true
	}
	return append(dst, 's'), true
}

func rest1(s string) bool { return len(s) > 1 }
