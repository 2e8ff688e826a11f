// Package lexicon is the names of a domain and how they sound.
package lexicon

// Kind says what a term names.
type Kind string

const (
	Company Kind = "company"
	Index   Kind = "index"
	Person  Kind = "person"
	Product Kind = "product"
	Metric  Kind = "metric"  // a quantity that is reported: revenue, gross margin
	Concept Kind = "concept" // any other key term
)

// A Term is one name of the domain.
type Term struct {
	// ID is what facts and questions refer to: the ticker of a listed company ("LRKS"), else a slug ("gross-margin").
	ID   string `json:"id" yaml:"id"`
	Kind Kind   `json:"kind" yaml:"kind"`
	Name string `json:"name" yaml:"name"` // as written: "Larkspur Semiconductor"
	// Ticker is the exchange symbol; empty where there is none.
	Ticker string `json:"ticker,omitempty" yaml:"ticker,omitempty"`
	// Aliases are other ways to write it: "Larkspur", "Larkspur Semi".
	Aliases []string `json:"aliases,omitempty" yaml:"aliases,omitempty"`
	// Spoken is how the voice says the name, in plain words; empty means as written.
	Spoken string `json:"spoken,omitempty" yaml:"spoken,omitempty"`
	// SayTicker is how the voice says the ticker: "spell", "name" (the default) or the words themselves.
	SayTicker string `json:"say_ticker,omitempty" yaml:"say_ticker,omitempty"`
	// Heard are ways in which people or recognisers say or mishear it: "lark spur".
	Heard []string `json:"heard,omitempty" yaml:"heard,omitempty"`
	// Pronunciations map a word of the name, in lower case, to CMU phones without stress: "halden" → "HH AO L D AH N".
	Pronunciations map[string][]string `json:"pronunciations,omitempty" yaml:"pronunciations,omitempty"`
	// FiscalYearEnd is the last day of a company's fiscal year as "01-31"; empty means 12-31. A fiscal year has the number
	// of the calendar year that it ends in.
	FiscalYearEnd string `json:"fiscal_year_end,omitempty" yaml:"fiscal_year_end,omitempty"`
	// Unit is what a metric counts, in the words of internal/quantity: "USD", "%", "USD/share".
	Unit string `json:"unit,omitempty" yaml:"unit,omitempty"`
	// Note is one line about it that can be said: the business of a company, the meaning of a metric.
	Note string `json:"note,omitempty" yaml:"note,omitempty"`
}

// A Lexicon is the terms of one edition, in a stable order.
type Lexicon struct {
	Terms []Term `json:"terms" yaml:"terms"`
}

// Term finds a term by its ID.
func (l Lexicon) Term(id string) (Term, bool) {
	for _, t := range l.Terms {
		if t.ID == id {
			return t, true
		}
	}
	return Term{}, false
}
