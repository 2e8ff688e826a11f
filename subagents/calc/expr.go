package calc

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/aubade/aubade/internal/quantity"
)

// work has more digits than anybody says.
var work = func() *apd.Context {
	c := apd.BaseContext.WithPrecision(34)
	c.MaxExponent, c.MinExponent = 1000, -1000
	return c
}()

var (
	errSyntax = errors.New("not a calculation")
	errUnits  = errors.New("units do not go together")
	errZero   = errors.New("division by zero")
	errSize   = errors.New("too large to work out")
)

// A token is a number, an operator or a bracket.
type token struct {
	op string // "+", "-", "*", "/", "^", "of", "(", ")"; empty: a number
	q  quantity.Quantity
}

// operators as they are said or written, the longest first.
var operators = []struct{ said, op string }{
	{"to the power of", "^"}, {"raised to", "^"}, {"multiplied by", "*"}, {"divided by", "/"}, {"added to", "+"},
	{"increased by", "+"}, {"decreased by", "-"}, {"reduced by", "-"}, {"times", "*"}, {"plus", "+"}, {"minus", "-"},
	{"less", "-"}, {"over", "/"}, {"of", "of"}, {"**", "^"}, {"^", "^"}, {"+", "+"}, {"-", "-"}, {"−", "-"}, {"–", "-"},
	{"*", "*"}, {"×", "*"}, {"x", "*"}, {"/", "/"}, {"÷", "/"}, {"(", "("}, {")", ")"},
}

// tokenise reads a text as numbers with operators between them. What stands before the first number and after the last
// may be anything but an operator; between numbers, only operators and "the", "a", "and" after a comma may stand.
func tokenise(text string) ([]token, error) {
	matches := quantity.Find(text)
	if len(matches) == 0 || len(matches) > 20 {
		return nil, errSyntax
	}
	var out []token
	at := 0
	for i, m := range matches {
		written := text[m.Start:m.End]
		q, end := m.Quantity, m.End
		if s := strings.TrimRight(written, " "); strings.HasSuffix(strings.ToLower(s), " times") {
			// "12 times 45": a multiple to the reader of reports, an operator here.
			q.Unit = quantity.None
			end = m.Start + len(s) - len("times")
		}
		if i > 0 && strings.TrimSpace(text[at:m.Start]) == "" && strings.HasPrefix(strings.ToLower(written), "minus ") {
			// "5 minus 2": a sign to the reader of reports, an operator here.
			out, at = append(out, token{op: "-"}, token{q: q.Neg()}), end
			continue
		}
		ops, err := gap(text[at:m.Start], i == 0)
		if err != nil {
			return nil, err
		}
		out = append(out, ops...)
		out = append(out, token{q: q})
		at = end
	}
	rest := strings.TrimRight(strings.TrimSpace(text[at:]), "?!.= ")
	for rest != "" && rest[0] == ')' {
		out = append(out, token{op: ")"})
		rest = strings.TrimSpace(rest[1:])
	}
	if strings.ContainsAny(rest, "()+*/^") {
		return nil, errSyntax
	}
	return out, nil
}

// gap reads the operators between two numbers, or before the first one.
func gap(s string, first bool) ([]token, error) {
	s = strings.ToLower(s)
	if first { // words, then brackets and signs
		i := len(s)
		for i > 0 && strings.IndexByte("(- ", s[i-1]) >= 0 {
			i--
		}
		if strings.ContainsAny(s[:i], "()+*/^") {
			return nil, errSyntax
		}
		s = s[i:]
	}
	var out []token
next:
	for {
		s = strings.TrimLeft(s, " ,\t\n")
		if s == "" {
			break
		}
		for _, filler := range []string{"the ", "a ", "an ", "by "} {
			if rest, ok := strings.CutPrefix(s, filler); ok {
				s = rest
				continue next
			}
		}
		for _, o := range operators {
			rest, ok := strings.CutPrefix(s, o.said)
			if ok && (o.said[0] > 'z' || o.said[0] < 'a' || rest == "" || rest[0] == ' ') {
				out = append(out, token{op: o.op})
				s = rest
				continue next
			}
		}
		return nil, fmt.Errorf("%w: %q", errSyntax, s)
	}
	if !first && len(out) == 0 {
		return nil, errSyntax // two numbers beside each other
	}
	return out, nil
}

// A parser evaluates tokens by precedence climbing and writes the formula as it goes.
type parser struct {
	tokens []token
	at     int
	depth  int
}

// A term is a value with how it was come by.
type term struct {
	q       quantity.Quantity
	formula string
	level   int // of the outermost operator; 9: none
	given   bool
}

var levels = map[string]int{"+": 1, "-": 1, "*": 2, "/": 2, "of": 2, "^": 3}

func evaluate(tokens []token) (term, error) {
	p := &parser{tokens: tokens}
	t, err := p.expression(1)
	if err == nil && p.at < len(tokens) {
		err = errSyntax
	}
	return t, err
}

func (p *parser) peek() string {
	if p.at < len(p.tokens) {
		return p.tokens[p.at].op
	}
	return ""
}

func (p *parser) expression(level int) (term, error) {
	left, err := p.operand()
	if err != nil {
		return term{}, err
	}
	for {
		op := p.peek()
		l := levels[op]
		if l < level || l == 0 {
			return left, nil
		}
		p.at++
		next := l + 1
		if op == "^" {
			next = l // binds to the right
		}
		right, err := p.expression(next)
		if err != nil {
			return term{}, err
		}
		if left, err = apply(op, left, right); err != nil {
			return term{}, err
		}
	}
}

func (p *parser) operand() (term, error) {
	if p.at >= len(p.tokens) || p.depth > 20 {
		return term{}, errSyntax
	}
	t := p.tokens[p.at]
	p.at++
	p.depth++
	defer func() { p.depth-- }()
	switch t.op {
	case "":
		return given(t.q), nil
	case "-":
		v, err := p.operand()
		if err != nil {
			return term{}, err
		}
		return term{q: v.q.Neg(), formula: "−" + v.in(3), level: 9}, nil
	case "(":
		v, err := p.expression(1)
		if err != nil {
			return term{}, err
		}
		if p.peek() != ")" {
			return term{}, errSyntax
		}
		p.at++
		return v, nil
	}
	return term{}, errSyntax
}

func given(q quantity.Quantity) term { return term{q: q, formula: q.String(), level: 9, given: true} }

// in writes the term as an operand of an operator of a level.
func (t term) in(level int) string {
	if t.level < level {
		return "(" + t.formula + ")"
	}
	return t.formula
}

// apply computes a op b, units and all.
func apply(op string, a, b term) (term, error) {
	var (
		d    apd.Decimal
		err  error
		unit = a.q.Unit
		x, y = a.q.Value, b.q.Value
	)
	pure := func(u quantity.Unit) bool { return u == quantity.None || u == quantity.Multiple }
	hundredth := func(d *apd.Decimal) apd.Decimal {
		var h apd.Decimal
		h.Set(d)
		h.Exponent -= 2
		return h
	}
	signs := map[string]string{"+": " + ", "-": " − ", "*": " × ", "/": " ÷ ", "of": " × ", "^": "^"}
	out := term{formula: a.in(levels[op]) + signs[op] + b.in(levels[op]+1), level: levels[op]}
	switch op {
	case "+", "-":
		if b.q.Unit == quantity.Percent && a.q.Unit != quantity.Percent {
			// "a hundred plus eight percent" is eight percent of the hundred.
			h := hundredth(&y)
			if _, err = work.Mul(&y, &x, &h); err != nil {
				return term{}, errSize
			}
			out.formula = a.in(1) + signs[op] + b.in(2) + " × " + a.in(2)
		} else if a.q.Unit != b.q.Unit && !(pure(a.q.Unit) && pure(b.q.Unit)) {
			return term{}, errUnits
		}
		if op == "+" {
			_, err = work.Add(&d, &x, &y)
		} else {
			_, err = work.Sub(&d, &x, &y)
		}
	case "of", "*":
		switch {
		case a.q.Unit == quantity.Percent:
			x = hundredth(&x)
			unit = b.q.Unit
		case b.q.Unit == quantity.Percent:
			y = hundredth(&y)
		case pure(a.q.Unit):
			unit = b.q.Unit
		case !pure(b.q.Unit):
			return term{}, errUnits
		}
		if unit == quantity.Multiple {
			unit = quantity.None
		}
		_, err = work.Mul(&d, &x, &y)
	case "/":
		switch {
		case y.IsZero():
			return term{}, errZero
		case b.q.Unit == quantity.Percent && a.q.Unit != quantity.Percent:
			y = hundredth(&y)
		case a.q.Unit == b.q.Unit:
			unit = quantity.None
		case !pure(b.q.Unit):
			return term{}, errUnits
		}
		_, err = work.Quo(&d, &x, &y)
	case "^":
		if !pure(a.q.Unit) || !pure(b.q.Unit) {
			return term{}, errUnits
		}
		if y.Exponent < -6 || y.Cmp(apd.New(1000, 0)) > 0 || y.Cmp(apd.New(-1000, 0)) < 0 || x.Sign() < 0 && y.Exponent < 0 || x.Sign() == 0 && y.Sign() <= 0 {
			return term{}, errSize
		}
		_, err = work.Pow(&d, &x, &y)
	}
	if err != nil || d.Form != apd.Finite || d.Exponent > 300 || d.NumDigits()+int64(d.Exponent) > 40 {
		return term{}, errSize
	}
	out.q = quantity.Quantity{Value: d, Unit: unit}
	return out, nil
}
