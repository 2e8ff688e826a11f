package brief

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/internal/quantity"
	"github.com/aubade/aubade/store"
)

// CheckFact says what is wrong with a fact that claims to be in a document; nil when it holds: its entity and metric are
// known, its span is in the document where it says, and a number of the quote is the value.
func CheckFact(f store.Fact, d store.Document, l lexicon.Lexicon) error {
	t, ok := l.Term(f.Entity)
	if !ok || t.Kind == lexicon.Metric {
		return fmt.Errorf("entity %q is not in the lexicon", f.Entity)
	}
	m, ok := l.Term(f.Metric)
	if !ok || m.Kind != lexicon.Metric {
		return fmt.Errorf("metric %q is not in the lexicon", f.Metric)
	}
	if err := checkUnit(f.Value.Unit, quantity.Unit(m.Unit)); err != nil {
		return err
	}
	if f.Period.Kind == "" {
		return errors.New("it names no period")
	}
	if err := CheckSpan(f.Span, d); err != nil {
		return err
	}
	if f.Statement == "" {
		return errors.New("it has no statement")
	}
	if why := Instructs(f.Statement); why != "" {
		return errors.New(why)
	}
	if !strings.Contains(f.Span.Quote, " | ") {
		if why := InstructsAny(around(d.Text, f.Span.Start, f.Span.End)); why != "" {
			return errors.New(why)
		}
	}
	if err := checkNumber(f, d); err != nil {
		return err
	}
	return checkStatement(f)
}

// CheckPassage says what is wrong with a passage: its span must be in the document, and every number that it speaks in
// the span.
func CheckPassage(p store.Passage, d store.Document) error {
	if strings.TrimSpace(p.Text) == "" {
		return errors.New("it is empty")
	}
	if err := CheckSpan(p.Span, d); err != nil {
		return err
	}
	if why := InstructsAny(p.Text); why != "" {
		return errors.New(why)
	}
	if d.Kind != store.Calendar {
		if why := InstructsAny(around(d.Text, p.Span.Start, p.Span.End)); why != "" {
			return errors.New(why)
		}
	}
	return checkNumbersOf(p.Text, p.Span.Quote, "passage")
}

// CheckSpan says whether a span is where it claims to be.
func CheckSpan(s store.Span, d store.Document) error {
	if s.Document != d.ID {
		return fmt.Errorf("the span is of document %q", s.Document)
	}
	if s.Start < 0 || s.End > len(d.Text) || s.Start >= s.End || d.Text[s.Start:s.End] != s.Quote {
		return errors.New("the quoted span is not in the document")
	}
	return nil
}

func checkUnit(has, want quantity.Unit) error {
	if has == want || want == "" || has == "" {
		return nil
	}
	// A price is money by the share; both ways of writing it are meant.
	if (has == quantity.USD || has == quantity.USDPerShare) && (want == quantity.USD || want == quantity.USDPerShare) {
		return nil
	}
	return fmt.Errorf("the unit is %s, the metric counts %s", has, want)
}

// scalesOf are the powers of ten that a table may leave unsaid.
var scalesOf = []struct {
	word string
	exp  int32
}{{"in thousands", 3}, {"in millions", 6}, {"in billions", 9}, {"$000", 3}, {"$ thousands", 3}, {"$ millions", 6}, {"(thousands", 3}, {"(millions", 6}}

func checkNumber(f store.Fact, d store.Document) error {
	exps := []int32{0}
	if strings.Contains(f.Span.Quote, " | ") || strings.Contains(d.Text[:f.Span.Start], " | ") {
		above := strings.ToLower(d.Text[:f.Span.Start])
		for _, s := range scalesOf {
			if strings.Contains(above, s.word) {
				exps = append(exps, s.exp)
			}
		}
	}
	for _, x := range quantity.Find(joinBrackets(f.Span.Quote)) {
		for _, exp := range exps {
			if exp != 0 && x.Quantity.Value.Exponent > 0 {
				continue // it has a scale of its own
			}
			v := x.Quantity.Value
			v.Exponent += exp
			if v.Cmp(&f.Value.Value) == 0 {
				return nil
			}
			// "a loss of $49 million" is −49: the words carry the sign.
			v.Negative = !v.Negative
			if v.Cmp(&f.Value.Value) == 0 && (saysLoss(f.Span.Quote) || Outflow(f.Metric)) {
				return nil
			}
		}
	}
	return fmt.Errorf("no number of the span is %s", f.Value.Value.Text('f'))
}

// joinBrackets mends a loss whose closing bracket the table put in a cell of its own: "(49 | )".
func joinBrackets(row string) string { return strings.ReplaceAll(row, " | )", ")") }

// Outflow says that a metric is money paid: tables of cash flow write it in brackets, everybody says it without a sign.
func Outflow(metric string) bool { return outflows[metric] }

var outflows = map[string]bool{"capex": true, "dividend": true, "buyback": true}

func saysLoss(quote string) bool {
	q := strings.ToLower(quote)
	for _, w := range []string{"loss", "lost", "decline", "fell", "down", "decrease", "negative", "lower", "slid", "dropped", "used in"} {
		if strings.Contains(q, w) {
			return true
		}
	}
	return false
}

// checkStatement compares the numbers that will be spoken with the value.
func checkStatement(f store.Fact) error {
	for _, x := range quantity.Find(f.Statement) {
		if quantity.Same(x.Quantity, f.Value) || quantity.Same(x.Quantity.Neg(), f.Value) {
			return nil
		}
	}
	return errors.New("the statement does not say the value")
}

// checkNumbersOf wants every number of a text in its evidence.
func checkNumbersOf(text, evidence, what string) error {
	known := quantity.Find(evidence)
next:
	for _, x := range quantity.Find(text) {
		for _, k := range known {
			if x.Quantity.Value.Cmp(&k.Quantity.Value) == 0 || x.Quantity.Unit == k.Quantity.Unit && quantity.Same(x.Quantity, k.Quantity) {
				continue next
			}
		}
		return fmt.Errorf("the %s says %s, its span does not", what, text[x.Start:x.End])
	}
	return nil
}

// CheckDigest keeps the claims that hold and turns the others into refusals. IDs and citations are set here, so that no
// digester can choose them.
func CheckDigest(g Digest, d store.Document, l lexicon.Lexicon) Digest {
	out := Digest{Refused: g.Refused, Spent: g.Spent, Unread: g.Unread}
	for _, f := range g.Facts {
		if err := CheckFact(f, d, l); err != nil {
			out.Refused = append(out.Refused, Refusal{d.ID, f.Entity + " " + f.Metric + ": " + f.Statement, err.Error()})
			continue
		}
		f.ID = FactID(f)
		f.Citation = Cite(d, f.ID, f.Span.Quote)
		f.Unverified = f.Unverified || d.Unverified
		out.Facts = append(out.Facts, f)
	}
	for _, p := range g.Passages {
		if err := CheckPassage(p, d); err != nil {
			out.Refused = append(out.Refused, Refusal{d.ID, p.Text, err.Error()})
			continue
		}
		p.ID = PassageID(p)
		p.Kind, p.Published = d.Kind, d.Published
		p.Citation = Cite(d, p.ID, p.Span.Quote)
		p.Unverified = p.Unverified || d.Unverified
		out.Passages = append(out.Passages, p)
	}
	return out
}
