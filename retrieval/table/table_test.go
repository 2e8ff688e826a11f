package table

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
)

// halden is an invented company's quarter with the habits of real tables: a scale in the corner, a loss in brackets, a
// total without a label, a section, per-share values among thousands.
var halden = Context{
	Table: [][]string{
		{"", "Years Ended December 31,", "", ""},
		{"(in thousands, except per share amounts)", "2026", "2025", "2024"},
		{"Revenue:", "", "", ""},
		{"Trucks", "$1,095,200", "$1,247,400", "$1,180,000"},
		{"Vans (1)", "281,200", "275,400", "201,500"},
		{"", "1,376,400", "1,522,800", "1,381,500"},
		{"Cost of revenue", "(1,314,000)", "(1,383,000)", "(1,290,000)"},
		{"Net income (loss)", "$(49,000)", "$16,000", "$—"},
		{"Diluted earnings (loss) per share", "$(0.15)", "$0.05", "$—"},
		{"Gross margin", "11.2%", "14.6%", "15.0%"},
		{"Number of employees", "9,120", "9,480", "8,700"},
	},
	Paragraphs: []string{
		"Note 4. Results",
		"Revenue fell by $146.4 million in 2026, primarily due to a shortage of axles. The shortage ended in November.",
		"The Company recalled 12,400 trucks on November 16, 2026. Warranty provisions are measured at the expected cost of repair.",
		"The average rate of interest was 6.1% and 5.4% for 2026 and 2025, respectively.",
	},
}

// officers stands for tables of people, whose columns are not times.
var officers = Context{Table: [][]string{
	{"Name", "Age", "Position", "Total compensation"},
	{"Rosalind Tveit", "58", "Chief Executive Officer", "$4,100"},
	{"Klaus Merriweather", "66", "Vice President, Finance", "2,300"},
	{"Marguerite Oyelaran", "44", "Vice President, Treasurer", "1,900"},
}}

// levels has its times in sections.
var levels = Context{Table: [][]string{
	{"", "Level 1", "Level 2", "Total"},
	{"", "$m", "$m", "$m"},
	{"As at 30 June 2026", "", "", ""},
	{"Bonds", "14.5", "5.0", "19.5"},
	{"Swaps", "–", "3.1", "3.1"},
	{"As at 30 June 2025", "", "", ""},
	{"Bonds", "10.8", "5.2", "16.0"},
	{"Swaps", "–", "4.1", "4.1"},
}}

// quarters has its times in sections and rows.
var quarters = Context{Table: [][]string{
	{"", "High", "Low"},
	{"Fiscal 2026", "", ""},
	{"First quarter", "$29.10", "$21.40"},
	{"Fourth quarter", "24.00", "20.00"},
	{"Fiscal 2025", "", ""},
	{"First quarter", "$33.00", "$28.00"},
	{"Fourth quarter", "31.00", "27.50"},
}}

func TestAnswer(t *testing.T) {
	for _, c := range []struct {
		name     string
		in       Context
		question string
		want     string // number or words
		scale    Scale
	}{
		{"a cell", halden, "What was the revenue from Trucks in 2025?", "1247400", Thousand},
		{"a cell with a footnote in its label", halden, "How much was Vans revenue in 2024?", "201500", Thousand},
		{"a misspelt label", halden, "What was the diluted earings (loss) per share in 2026?", "-0.15", One},
		{"values per share are not in thousands", halden, "What was the diluted earnings per share in 2025?", "0.05", One},
		{"nor are employees", halden, "What was the number of employees in 2026?", "9120", One},
		{"a percentage", halden, "What was the gross margin in 2024?", "15", Percent},
		{"a dash is nothing", halden, "What was the net income (loss) in 2024?", "0", Thousand},
		{"the later less the earlier, whatever the order", halden, "What is the difference in Trucks between 2026 and 2025?", "-152200", Thousand},
		{"a change over two years", halden, "What was the change in Vans from 2024 to 2026?", "79700", Thousand},
		{"a change against the year before", halden, "What was the change in Vans in 2025?", "73900", Thousand},
		{"costs in brackets are spoken of by their size", halden, "What was the change in cost of revenue between 2025 and 2026?", "-69000", Thousand},
		{"a change through zero keeps its signs", halden, "What was the change in net income (loss) from 2025 to 2026?", "-65000", Thousand},
		{"a change in percent", halden, "What was the percentage change in Trucks from 2025 to 2026?", "-12.2014", Percent},
		{"a change in percent is against the earlier one", halden, "What is the % change in the number of employees from 2024 to 2026?", "4.8276", Percent},
		{"a mean over a range takes the years between", halden, "What is the average revenue from Trucks from 2024 to 2026?", "1174200", Thousand},
		{"a mean of percentages", halden, "What is the average gross margin for 2025 and 2026?", "12.9", Percent},
		{"a sum over years", halden, "What was the total revenue from Vans in 2025 and 2026?", "556600", Thousand},
		{"a sum of two rows", halden, "What is the sum of Trucks and Vans in 2026?", "1376400", Thousand},
		{"a ratio", halden, "What is the ratio of Trucks to Vans in 2026?", "3.8947", One},
		{"a share", halden, "What was Vans as a percentage of Trucks in 2026?", "25.6757", Percent},
		{"which year", halden, "In which year was the number of employees the largest?", "2025", One},
		{"which year under a bound", halden, "In which year was Trucks less than 1,100,000 thousands?", "2026", One},
		{"how many years", halden, "How many years did Vans exceed $250,000 thousand?", "2", One},
		{"a number in the text, nearest its words", halden, "How many trucks did the Company recall?", "12400", One},
		{"a number for one of two years", halden, "What was the average rate of interest in 2025?", "5.4", Percent},
		{"a fall that the text tells", halden, "How much did revenue fall by in 2026?", "146.4", Million},
		{"a reason", halden, "Why did revenue fall in 2026?", "a shortage of axles", One},
		{"how a thing is measured", halden, "How are warranty provisions measured?", "at the expected cost of repair", One},
		{"a date", halden, "When did the Company recall trucks?", "November 16, 2026", One},
		{"the largest of a column", officers, "Who has the highest total compensation?", "Rosalind Tveit", One},
		{"the smallest of a column", officers, "Who is the youngest by age?", "Marguerite Oyelaran", One},
		{"a mean down a column", officers, "What is the average age of the officers?", "56", One},
		{"a mean of the rows that are meant", officers, "What is the average age of the Vice Presidents?", "55", One},
		{"a cell of a section's time", levels, "What is the level 1 Bonds as at 30 June 2025?", "10.8", Million},
		{"a change between sections", levels, "How much did the level 2 Swaps change by from 2025 to 2026?", "-1", Million},
		{"a quarter of a year", quarters, "What was the change in the first quarter high from fiscal 2025 to fiscal 2026?", "-3.9", One},
		{"two quarters of a year", quarters, "What is the percentage difference between the first and fourth quarter high in fiscal 2026?", "-17.5258", Percent},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, ok := c.in.Answer(c.question)
			if !ok {
				t.Fatalf("declined %q (%.2f sure of %q)", c.question, a.Sure, a.Text)
			}
			got := a.Text
			if want, number := new(big.Rat).SetString(c.want); number && a.Value != nil {
				if got = Decimal(a.Value, 4); new(big.Rat).Sub(want, a.Value).Abs(new(big.Rat).Sub(want, a.Value)).Cmp(big.NewRat(1, 10000)) > 0 {
					t.Errorf("%q: %s, want %s (%s)", c.question, got, c.want, a.Formula)
				}
			} else if got != c.want {
				t.Errorf("%q: %q, want %q", c.question, got, c.want)
			}
			if a.Scale != c.scale {
				t.Errorf("%q: scale %q, want %q", c.question, a.Scale, c.scale)
			}
		})
	}
}

func TestDeclines(t *testing.T) {
	for name, q := range map[string]string{
		"a row that is not there":                 "What was the goodwill in 2026?",
		"a year that is not there":                "What was the revenue from Trucks in 2019?",
		"no year where there are three":           "What was the Net income (loss)?",
		"a list":                                  "What were the Trucks revenues in 2025 and 2026 respectively?",
		"a value under a condition":               "Excluding the shortage, what would the revenue from Trucks have been in 2026?",
		"a reason that is not given":              "Why did the number of employees rise in 2025?",
		"something else entirely":                 "What is the capital of France?",
		"a percentage of what is nothing":         "What was the percentage change in net income (loss) from 2024 to 2025?",
		"the change of a ratio":                   "What is the percentage change in Vans expressed as a percentage of Trucks from 2025 to 2026?",
		"the sum of the three highest of a table": "What is the sum of the top 3 revenues in 2026?",
	} {
		if a, ok := halden.Answer(q); ok {
			t.Errorf("%s: %q was answered with %q (%s, %.2f sure)", name, q, a.Text, a.Formula, a.Sure)
		}
	}
}

func TestFormulaShowsTheNumbers(t *testing.T) {
	a, _ := halden.Answer("What was the percentage change in Trucks from 2025 to 2026?")
	if a.Formula != "($1,095,200 − $1,247,400) ÷ $1,247,400 × 100" {
		t.Errorf("formula = %q", a.Formula)
	}
}

func TestParseCell(t *testing.T) {
	for in, want := range map[string]string{
		"$1,234.5": "1234.5", "(49)": "-49", "$(49,000)": "-49000", "-0.3": "-0.3", "—": "0", "$ —": "0", "12.5%": "12.5", "(3)%": "-3",
		"US$6 million": "6", "€150": "150", "$                          5,000": "5000", "2,350.0 (1)": "2350", ".5": "0.5",
		"2026 plan": "", "Level 1": "", "1-5 years": "", "n/a": "", "": "", "12 months": "", "10-K": "",
	} {
		n, ok := ParseCell(in)
		if got := ""; ok {
			if got = Decimal(n.Value, 4); got != want {
				t.Errorf("ParseCell(%q) = %s, want %q", in, got, want)
			}
		} else if want != "" {
			t.Errorf("ParseCell(%q) is no number, want %s", in, want)
		}
	}
}

func TestScaleOf(t *testing.T) {
	for in, want := range map[string]Scale{
		"(in thousands, except per share amounts)": Thousand, "$ in millions": Million, "US$’000": Thousand, "RMB’Million": Million, "£m": Million,
		"(dollars in billions)": Billion, "USD ‘000": Thousand, "Million shares": Million, "Net income": One, "Interim results": One, "Americas": One,
	} {
		if got := scaleOf(in); got != want {
			t.Errorf("scaleOf(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWhens(t *testing.T) {
	for in, want := range map[string][]when{
		"December 31, 2018 and 2019":         {{year: 2018, month: 12, day: 31}, {year: 2019}},
		"30 June 2026":                       {{year: 2026, month: 6, day: 30}},
		"FY19 against FY181":                 {{year: 2019}, {year: 2018}},
		"the fourth quarter of fiscal 2026":  {{year: 2026, quarter: 4}},
		"May and August 2019":                {{year: 2019, month: 5}, {year: 2019, month: 8}},
		"it may rise":                        nil,
		"Three months ended August 31, 2019": {{year: 2019, month: 8, day: 31}},
	} {
		got := whens(in)
		if len(got) != len(want) {
			t.Errorf("whens(%q) = %v, want %v", in, got, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("whens(%q) = %v, want %v", in, got, want)
			}
		}
	}
}

// Whatever a table holds, the engine answers or declines, soon.
func FuzzAnswer(f *testing.F) {
	rows, _ := json.Marshal(halden.Table)
	f.Add(string(rows), strings.Join(halden.Paragraphs, "\n"), "What was the percentage change in Trucks from 2025 to 2026?")
	f.Add(`[["",""],["a","1"]]`, "", "In which year was a less than 5?")
	f.Add(`[[]]`, "x 5 million", "How much is x?")
	f.Fuzz(func(t *testing.T, table, text, question string) {
		var rows [][]string
		if json.Unmarshal([]byte(table), &rows) != nil || len(table) > 4000 || len(text) > 2000 || len(question) > 500 {
			t.Skip()
		}
		a, ok := Context{rows, strings.Split(text, "\n")}.Answer(question)
		if ok && a.Text == "" {
			t.Errorf("an empty answer to %q", question)
		}
	})
}

func BenchmarkAnswer(b *testing.B) {
	for b.Loop() {
		halden.Answer("What was the percentage change in Trucks from 2025 to 2026?")
	}
}
