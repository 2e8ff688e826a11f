package speech

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aubade/aubade/internal/quantity"
)

// golden reads the list of what is said: class, writing, words, and the reason where it is not obvious.
func golden(t *testing.T) [][]string {
	b, err := os.ReadFile("testdata/golden.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(b)) {
		if f := strings.Split(strings.TrimRight(line, "\n"), "\t"); len(f) >= 3 && f[0] != "# class" {
			rows = append(rows, f)
		}
	}
	if len(rows) < 400 {
		t.Fatalf("%d rows, want 400 at least", len(rows))
	}
	return rows
}

func TestGolden(t *testing.T) {
	en := NewVerbaliser(Options{Lexicon: sampleNames})
	zh := NewVerbaliser(Options{Lexicon: sampleNames, Language: "zh"})
	for _, row := range golden(t) {
		v := en
		if row[0] == "zh" {
			v = zh
		}
		if got := v.Say(row[1]); got != row[2] {
			t.Errorf("%s %q\n got %q\nwant %q", row[0], row[1], got, row[2])
		}
		if row[0] != "zh" && strings.ContainsAny(row[2], "0123456789$%€£") {
			t.Errorf("%q is no text for ears", row[2])
		}
	}
}

// readBack are the values that a text speaks of, without their signs and without dates.
func readBack(text string) string {
	var out []string
	periods := quantity.FindPeriods(text, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
next:
	for _, m := range quantity.Find(text) {
		for _, p := range periods {
			if m.Start < p.End && p.Start < m.End {
				continue next
			}
		}
		d := m.Quantity.Abs().Value
		d.Reduce(&d)
		out = append(out, d.Text('f')+" "+strings.TrimSuffix(string(m.Quantity.Unit), "/share"))
	}
	return strings.Join(out, "; ")
}

// negatives counts what says that a value is below nought.
func negative(text string) bool {
	for _, m := range quantity.Find(text) {
		if m.Quantity.Value.Negative {
			return true
		}
	}
	return strings.Contains(text, "loss of") || strings.Contains(text, "minus")
}

// unreadable are writings that the reader of quantities does not read, though a person does.
var unreadable = map[string]string{
	"€10-12m": "the scale of the upper end", "42c a share": "c for cents", "2 1/2%": "a fraction in two pieces", "½%": "a fraction", "a 25-basis-point cut": "two hyphens",
	"between $1.2 and $1.4 billion": "the scale of the upper end", "1": "one may be a pronoun", "a net loss of $(3.2) million": "a scale behind the bracket",
	"At 4:00 p.m. ET the S&P 500 stood at 5,917.11.": "the time of day",
}

func TestWhatIsSaidHasTheValueThatWasWritten(t *testing.T) {
	listener := NewListener(sampleNames)
	checked := 0
	for _, row := range golden(t) {
		switch row[0] {
		case "money", "negative", "percent", "bps", "multiple", "shares", "cardinal", "decimal", "range", "sentence":
		default:
			continue
		}
		if _, skip := unreadable[row[1]]; skip {
			continue
		}
		back, _ := listener.Write(strings.ToLower(row[2]))
		if want, got := readBack(row[1]), readBack(back); got != want {
			t.Errorf("%q is said %q, which is %q: %s, want %s", row[1], row[2], back, got, want)
		}
		if negative(row[1]) != negative(back) {
			t.Errorf("%q is said %q: the sign is lost", row[1], row[2])
		}
		checked++
	}
	if checked < 180 {
		t.Errorf("only %d values were checked", checked)
	}
}

func TestRandomValuesSurviveBeingSaid(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	v, listener := NewVerbaliser(Options{}), NewListener(sampleNames)
	n := 20_000
	if testing.Short() {
		n = 2_000
	}
	for range n {
		written := randomAmount(rng)
		said := v.Say("it was " + written + " then")
		back, _ := listener.Write(strings.ToLower(said))
		if want, got := readBack(written), readBack(back); got != want {
			t.Fatalf("%q is said %q, which is %q: %s, want %s", written, said, back, got, want)
		}
		if negative(written) != negative(back) {
			t.Fatalf("%q is said %q: the sign is lost", written, said)
		}
	}
}

func randomAmount(rng *rand.Rand) string {
	grouped := func(n int64) string {
		s := fmt.Sprint(n)
		for i := len(s) - 3; i > 0; i -= 3 {
			s = s[:i] + "," + s[i:]
		}
		return s
	}
	sign := ""
	if rng.IntN(4) == 0 {
		sign = "-"
	}
	decimals := func(most int) string { return fmt.Sprintf("%.*f", 1+rng.IntN(3), rng.Float64()*float64(most)) }
	currency := []string{"$", "€", "US$", "C$"}[rng.IntN(4)]
	scale := []string{"B", "M", "T", " billion", " million", " trillion", "bn", "m"}[rng.IntN(8)]
	switch rng.IntN(8) {
	case 0:
		return sign + currency + decimals(1000) + scale
	case 1:
		return sign + currency + grouped(100+rng.Int64N(1e12))
	case 2:
		return sign + currency + fmt.Sprintf("%.2f", rng.Float64()*5000+0.01)
	case 3:
		return sign + decimals(200) + "%"
	case 4:
		return sign + fmt.Sprint(13+rng.IntN(900)) + "bps"
	case 5:
		return decimals(90) + "x"
	case 6:
		return grouped(2100 + rng.Int64N(1e10))
	}
	low := 2 + rng.IntN(400) // "one to five" may be a pronoun to the reader
	return fmt.Sprintf("%s%d–%d%s", currency, low, low+1+rng.IntN(500), []string{" billion", " million"}[rng.IntN(2)])
}
