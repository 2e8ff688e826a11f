package lm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aubade/aubade/internal/lexicon"
)

// The files of a folder.
const (
	LanguageFile   = "words.arpa"
	DictionaryFile = "words.dict"
)

// Version counts up when another model is made of the same source.
const Version = 2

// Source is what a model is made of.
type Source struct {
	Lexicon lexicon.Lexicon
	// Questions and Sentences are the edition's own. Questions weigh as much as twenty template sentences.
	Questions, Sentences []string
	// Years are the years that people may ask about; the templates say them in words.
	Years []int
	// Words cuts a written text into words for ears, in lower case and without punctuation.
	Words func(text string) []string
	// Dictionary is a pronouncing dictionary in PocketSphinx's format; empty: Debian's.
	Dictionary string
}

const (
	perTemplate    = 10 // sentences that each template makes for each company
	questionWeight = 20 // of an anticipated question
	sentenceWeight = 0.3
	tickerWeight   = 0.2
	maxMetrics     = 60
)

// Build writes the folder. Words whose sound nobody knows are left out, and returned.
func Build(ctx context.Context, dir string, src Source) (unknown []string, err error) {
	m := newModel()
	src.sentences(func(words []string, weight float64) { m.add(words, weight) })
	dict, unknown, err := src.pronounce(ctx, m.words)
	if err != nil {
		return nil, fmt.Errorf("build language model: %w", err)
	}
	if len(unknown) > 0 {
		// Count again without them: a word that cannot be heard must not be expected.
		deaf := map[string]bool{}
		for _, w := range unknown {
			deaf[w] = true
		}
		m = newModel()
		src.sentences(func(words []string, weight float64) {
			if !slices.ContainsFunc(words, func(w string) bool { return deaf[w] }) {
				m.add(words, weight)
			}
		})
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("build language model: %w", err)
	}
	err = errors.Join(
		writeFile(filepath.Join(dir, LanguageFile), m.write),
		writeFile(filepath.Join(dir, DictionaryFile), func(w io.Writer) error {
			for _, line := range dict {
				if _, err := fmt.Fprintln(w, line); err != nil {
					return err
				}
			}
			return nil
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("build language model: %w", err)
	}
	return unknown, nil
}

// writeFile writes beside and renames, so that nobody reads half a file.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// sentences deals out the templates' sentences and the edition's own, the same ones every time.
func (src Source) sentences(add func(words []string, weight float64)) {
	rng := rand.New(rand.NewPCG(2, 3))
	var companies, metrics [][][]string
	for _, t := range src.Lexicon.Terms {
		switch n := names(t, src.Words); {
		case len(n) == 0:
		case t.Kind == lexicon.Company || t.Kind == lexicon.Index:
			if t.Ticker != "" && len(t.Ticker) <= 5 {
				// Letters are short and sound like anything: they are expected where nothing else is said, and seldom.
				for _, frame := range []string{"what about", "tell me about", "how did", ""} {
					add(append(strings.Fields(frame), spelled(t.Ticker)...), tickerWeight)
				}
			}
			companies = append(companies, n)
		case t.Kind == lexicon.Metric:
			if len(metrics) < maxMetrics {
				metrics = append(metrics, n)
			}
		default:
			for _, name := range n {
				for _, frame := range []string{"what is", "tell me about", "what about", "what happened to", "any news on"} {
					add(append(strings.Fields(frame), name...), 2)
				}
			}
		}
	}
	periods := periods(src.Years, src.Words)
	d := &dealer{rng: rng, companies: companies, metrics: metrics, periods: periods, metric: -1}
	for c := range companies {
		for _, t := range askedOfCompany {
			for range perTemplate {
				add(d.fill(t, c), 1)
			}
		}
		for m := range metrics { // every company meets every metric, plainly
			d.metric = m
			add(d.fill(plainly[(c+m)%len(plainly)], c), 1)
			d.metric = -1
		}
	}
	for _, t := range askedOfAny {
		for range 4 + len(companies) {
			add(d.fill(t, 0), 1)
		}
	}
	for _, q := range src.Questions {
		add(src.Words(q), questionWeight)
	}
	for _, s := range src.Sentences {
		add(src.Words(s), sentenceWeight)
	}
}

var plainly = expand(
	"what was {co's} {metric} {when?}", "what is {co's} {metric}", "how much was {co's} {metric} {when?}", "what about {co's} {metric}", "and the {metric} {when?}",
	"what was the {metric} of {co} {when?}", "what is the {metric} of {co}",
)

// A dealer fills templates. Companies come as told, the rest in turn.
type dealer struct {
	rng                *rand.Rand
	companies, metrics [][][]string
	periods            [][]string
	metric             int // the one to deal; −1: any
}

func (d *dealer) fill(t [][]string, company int) []string {
	var out []string
	pick := func(ways [][]string) []string {
		if len(ways) == 0 {
			return nil
		}
		// The first way, what people say most, half of the time.
		if d.rng.IntN(2) == 0 {
			return ways[0]
		}
		return ways[d.rng.IntN(len(ways))]
	}
	name := func(i int) []string {
		if len(d.companies) == 0 {
			return []string{"it"}
		}
		return pick(d.companies[i%len(d.companies)])
	}
	other := company + 1 + d.rng.IntN(max(len(d.companies)-1, 1))
	for _, choice := range t {
		switch phrase := choice[d.rng.IntN(len(choice))]; phrase {
		case "{co}":
			out = append(out, name(company)...)
		case "{co's}":
			out = append(out, possessive(name(company))...)
		case "{co2}":
			out = append(out, name(other)...)
		case "{co2's}":
			out = append(out, possessive(name(other))...)
		case "{metric}":
			if len(d.metrics) == 0 {
				continue
			}
			i := d.metric
			if i < 0 {
				i = d.rng.IntN(len(d.metrics))
			}
			out = append(out, pick(d.metrics[i])...)
		case "{thing}":
			out = append(out, things[d.rng.IntN(len(things))])
		case "{period}", "{when?}":
			if phrase == "{when?}" && d.rng.IntN(2) == 0 {
				continue
			}
			out = append(out, d.periods[d.rng.IntN(len(d.periods))]...)
		default:
			out = append(out, strings.Fields(phrase)...)
		}
	}
	return out
}

// periods are the ways to say when.
func periods(years []int, words func(string) []string) [][]string {
	var out [][]string
	add := func(weight int, ps ...string) {
		for _, p := range ps {
			for range weight {
				out = append(out, words(p))
			}
		}
	}
	add(4, "last quarter", "this quarter", "last year", "this year", "in the last quarter", "in the latest quarter", "today", "yesterday", "on friday", "lately", "this week", "last week",
		"a year ago", "the year before", "the quarter before", "since yesterday", "right now", "now", "this morning", "over the last year", "from a year ago", "from the quarter before")
	for _, d := range []string{"monday", "tuesday", "wednesday", "thursday"} {
		add(1, "on "+d)
	}
	for _, q := range []string{"first", "second", "third", "fourth"} {
		add(2, "in the "+q+" quarter", "for the "+q+" quarter")
		for _, y := range years {
			for _, spoken := range yearWays(y) {
				add(1, "in the "+q+" quarter of "+spoken, "in the "+q+" quarter of fiscal "+spoken, "for the "+q+" quarter of fiscal "+spoken, "in the "+q+" fiscal quarter of "+spoken)
			}
		}
	}
	for _, y := range years {
		for _, spoken := range yearWays(y) {
			add(1, "in "+spoken, "in fiscal "+spoken, "for fiscal "+spoken, "for fiscal year "+spoken, "in the year "+spoken)
		}
	}
	for _, m := range []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"} {
		add(1, "in "+m)
	}
	return out
}

var small = []string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}

// yearWays are the ways to say a year, what people say most given most often.
func yearWays(year int) []string {
	pairs := twoByTwo(year)
	ways := []string{pairs, pairs}
	if n := year % 100; n < 10 {
		return append(ways, "two thousand and "+small[n])
	}
	rest := strings.TrimPrefix(pairs, "twenty ")
	return append(ways, "two thousand "+rest, "two thousand and "+rest)
}

// twoByTwo says a year of this century as people do: "twenty twenty six".
func twoByTwo(year int) string {
	n := year % 100
	tens := []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	if n < 10 {
		return strings.TrimSpace("two thousand " + small[n])
	}
	if n < 20 {
		return "twenty " + small[n]
	}
	return strings.TrimSpace("twenty " + tens[n/10] + " " + small[n%10])
}

// spelled is a ticker letter by letter; cmudict knows the letters as words.
func spelled(ticker string) []string {
	var out []string
	for _, r := range strings.ToLower(ticker) {
		switch {
		case r == '.':
			out = append(out, "dot")
		case r >= 'a' && r <= 'z':
			out = append(out, string(r))
		}
	}
	return out
}
