package quantity

// currencySigns are the signs that stand before an amount.
var currencySigns = map[string]Unit{"$": USD, "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "元": "CNY"}

// currencyCodes are the codes that may stand before or behind an amount.
var currencyCodes = map[string]Unit{
	"usd": USD, "eur": "EUR", "gbp": "GBP", "jpy": "JPY", "cny": "CNY", "rmb": "CNY", "chf": "CHF", "cad": "CAD", "aud": "AUD", "hkd": "HKD", "inr": "INR", "sek": "SEK", "krw": "KRW",
}

// dollarPrefixes say whose dollar: "US$", "C$".
var dollarPrefixes = map[string]Unit{"us": USD, "c": "CAD", "ca": "CAD", "a": "AUD", "au": "AUD", "hk": "HKD", "nz": "NZD", "s": "SGD"}

// currencyWords are names of money behind an amount, with the power of ten that turns it into the unit.
var currencyWords = map[string]struct {
	unit Unit
	exp  int32
}{
	"dollar": {USD, 0}, "dollars": {USD, 0}, "cent": {USD, -2}, "cents": {USD, -2}, "euro": {"EUR", 0}, "euros": {"EUR", 0},
	"pound": {"GBP", 0}, "pounds": {"GBP", 0}, "pence": {"GBP", -2}, "penny": {"GBP", -2}, "yen": {"JPY", 0}, "yuan": {"CNY", 0}, "renminbi": {"CNY", 0},
	"rupees": {"INR", 0}, "won": {"KRW", 0}, "franc": {"CHF", 0}, "francs": {"CHF", 0},
}

func isCurrencyWord(w string) bool { return currencyCodes[w] != "" }

// currencyPrefix reads the currency that stands before a number.
func (t tokens) currencyPrefix(i int) (Unit, int) {
	if u, ok := dollarPrefixes[t.word(i)]; ok && t.symbol(i+1) == "$" && !t.at(i+1).spaced {
		return u, i + 2
	}
	if u, ok := currencySigns[t.symbol(i)]; ok {
		return u, i + 1
	}
	if u, ok := currencyCodes[t.word(i)]; ok && (t.at(i+1).kind == numberToken || t.symbol(i+1) == "-") {
		return u, i + 1
	}
	return None, i
}

// readUnit is a unit and the power of ten that comes with its name: cents are dollars times 10^-2.
type readUnit struct {
	unit Unit
	exp  int32
}

// unit reads what stands behind a number; prefix is the currency that stood before it.
func (t tokens) unit(i int, prefix Unit, n readNumber) (readUnit, int) {
	k := t.skipHyphen(i)
	w := t.word(k)
	u := readUnit{unit: prefix}
	j := i
	switch {
	case prefix != None:
		if c, ok := currencyWords[w]; ok && c.unit == prefix && c.exp == 0 {
			j = k + 1
		} else if currencyCodes[w] == prefix && w != "" {
			j = k + 1
		}
	case t.symbol(i) == "%":
		return readUnit{unit: Percent}, i + 1
	case w == "percent" || w == "pct":
		if p := t.word(t.skipHyphen(k + 1)); p == "point" || p == "points" {
			return readUnit{unit: PercentPt}, t.skipHyphen(k+1) + 1
		}
		return readUnit{unit: Percent}, k + 1
	case w == "per" && t.word(k+1) == "cent":
		return readUnit{unit: Percent}, k + 2
	case w == "percentage" && (t.word(k+1) == "points" || t.word(k+1) == "point"):
		return readUnit{unit: PercentPt}, k + 2
	case w == "pp" || w == "ppt" || w == "ppts":
		return readUnit{unit: PercentPt}, k + 1
	case w == "bps" || w == "bp" || w == "bips":
		return readUnit{unit: BasisPoint}, k + 1
	case w == "basis" && (t.word(k+1) == "points" || t.word(k+1) == "point"):
		return readUnit{unit: BasisPoint}, k + 2
	case (w == "x" || w == "×") && !t.at(i).spaced, w == "times":
		return readUnit{unit: Multiple}, k + 1
	case t.symbol(i) == "×" && !t.at(i).spaced:
		return readUnit{unit: Multiple}, i + 1
	case w == "shares":
		return readUnit{unit: Shares}, k + 1
	case t.symbol(i) == "¢":
		u, j = readUnit{USD, -2}, i+1
	default:
		if national, k := t.nationalCurrency(k); national.unit != None {
			u, j = national, k
			break
		}
		if c, ok := currencyWords[w]; ok && (w != "won" || n.scaled) {
			u, j = readUnit{c.unit, c.exp}, k+1
			// "two dollars and fifty cents" is read as one by the speech layer; here the cents are a match of their own.
		} else if code, ok := currencyCodes[w]; ok {
			u, j = readUnit{unit: code}, k+1
		}
	}
	if u.unit != None {
		if k := t.perShareAt(j); k > j {
			u.unit += perShare
			j = k
		}
	}
	return u, j
}

// perShareAt reads "a share", "per share", "per diluted share", "/share", and gives the token behind it.
func (t tokens) perShareAt(i int) int {
	j := i
	switch {
	case t.word(j) == "a" || t.word(j) == "per" || t.word(j) == "each":
		j++
	case t.symbol(j) == "/":
		j++
	default:
		return i
	}
	if w := t.word(j); w == "diluted" || w == "basic" || w == "ordinary" || w == "common" {
		j++
	}
	if t.word(j) == "share" {
		return j + 1
	}
	return i
}

// unitFollows says whether a unit stands at i, which makes even "one" a number.
func (t tokens) unitFollows(i int) bool {
	_, j := t.unit(i, None, readNumber{})
	return j > i
}

// nationalCurrency reads the money of a country behind an amount: "US dollars", "Hong Kong dollars", "euro cents".
func (t tokens) nationalCurrency(i int) (readUnit, int) {
	for _, c := range []struct {
		words []string
		unit  Unit
	}{
		{[]string{"us"}, USD}, {[]string{"u", "s"}, USD}, {[]string{"canadian"}, "CAD"}, {[]string{"australian"}, "AUD"}, {[]string{"singapore"}, "SGD"},
		{[]string{"hong", "kong"}, "HKD"}, {[]string{"new", "zealand"}, "NZD"}, {[]string{"new", "taiwan"}, "TWD"}, {[]string{"swiss"}, "CHF"}, {[]string{"euro"}, "EUR"},
	} {
		j, ok := t.words(i, c.words...)
		if !ok {
			continue
		}
		switch t.word(j) {
		case "dollar", "dollars", "franc", "francs":
			return readUnit{unit: c.unit}, j + 1
		case "cent", "cents":
			return readUnit{c.unit, -2}, j + 1
		}
	}
	return readUnit{}, i
}
