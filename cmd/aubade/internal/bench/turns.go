package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/aubade/aubade/internal/lexicon"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/livekit/caller"
)

// A Turn is what a caller says in one go: words with their times from the turn's beginning.
type Turn struct {
	ID    string
	Words []Word
	End   time.Duration
}

// A Word is one word and when it is said.
type Word struct {
	Text     string
	From, To time.Duration
}

// Text is the turn's words.
func (t Turn) Text() string {
	words := make([]string, len(t.Words))
	for i, w := range t.Words {
		words[i] = w.Text
	}
	return strings.Join(words, " ")
}

// shortestPause is the least silence between words that counts.
const shortestPause = 100 * time.Millisecond

// A Pause is silence of at least 100 ms between two words of a turn.
type Pause struct{ From, To time.Duration }

// Pauses lists the turn's pauses; what is shorter than 100 ms is alignment noise.
func (t Turn) Pauses() []Pause {
	var ps []Pause
	for i := 1; i < len(t.Words); i++ {
		if from, to := t.Words[i-1].To, t.Words[i].From; to-from >= shortestPause {
			ps = append(ps, Pause{from, to})
		}
	}
	return ps
}

// ReadTurns reads a file of turns, one JSON object a line: {"id": "…", "words": [["What", 0.0, 0.2], …], "end": 1.4}, and
// keeps those that last between one second and longest.
func ReadTurns(path string, longest time.Duration) ([]Turn, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read turns: %w", err)
	}
	defer f.Close()
	var turns []Turn
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		var line struct {
			ID    string
			Words [][3]any
		}
		if err := json.Unmarshal(sc.Bytes(), &line); err != nil {
			return nil, fmt.Errorf("read turns: %s line %d: %w", path, n, err)
		}
		t := Turn{ID: line.ID}
		for _, w := range line.Words {
			text, ok1 := w[0].(string)
			from, ok2 := w[1].(float64)
			to, ok3 := w[2].(float64)
			if !ok1 || !ok2 || !ok3 {
				return nil, fmt.Errorf("read turns: %s line %d: a word is [text, from, to]", path, n)
			}
			t.add(text, seconds(from), seconds(to))
		}
		if t.End >= time.Second && t.End <= longest {
			turns = append(turns, t)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read turns: %w", err)
	}
	if len(turns) == 0 {
		return nil, fmt.Errorf("read turns: %s has none between 1 s and %v", path, longest)
	}
	return turns, nil
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// add appends a word; overlaps are clamped.
func (t *Turn) add(text string, from, to time.Duration) {
	from = max(from, t.End)
	to = max(to, from+20*time.Millisecond)
	t.Words = append(t.Words, Word{text, from, to})
	t.End = to
}

// asked are the questions that turns are made of: a domain's, as they are spoken.
var asked = []string{
	"what was Larkspur's revenue last quarter",
	"um how did Halden close yesterday",
	"what was the operating margin of Brightwater",
	"compare the revenue of Larkspur and Halden in the third quarter",
	"could you tell me Castellan's net income for fiscal twenty twenty five",
	"what is the implied volatility of Halden",
	"what's the news about Northgate",
	"how much debt does Brightwater have",
	"so what did Castellan say about guidance",
	"I would like to know the earnings per share of Castellan for fiscal twenty twenty five",
	"when does Northgate report",
	"why did Halden fall on Friday",
	"which had more revenue last quarter Larkspur or Castellan",
	"how much was Northgate's free cash flow last year",
	"and what about Halden",
	"did Brightwater's gross margin improve",
	"what moved this week",
	"uh tell me about Larkspur's dividend",
	"what did Halden close at on Friday",
	"how many trucks did Halden recall",
}

// lexiconOfAsked are the names in the questions, for those who have to know what is asked about.
func lexiconOfAsked() lexicon.Lexicon {
	var l lexicon.Lexicon
	for _, n := range strings.Fields("Larkspur Halden Brightwater Castellan Northgate") {
		l.Terms = append(l.Terms, lexicon.Term{ID: n, Kind: lexicon.Company, Name: n})
	}
	for _, n := range []string{"revenue", "operating margin", "net income", "implied volatility", "debt", "guidance", "earnings per share", "free cash flow", "gross margin", "dividend"} {
		l.Terms = append(l.Terms, lexicon.Term{ID: n, Kind: lexicon.Metric, Name: n})
	}
	return l
}

// How often people pause within a turn: after a filler, after a word that only carries the syntax, and after any other, as
// counted on the turns of Earnings-22.
const (
	afterFiller, afterSyntax, afterOther = 0.27, 0.10, 0.17
)

var (
	fillers = words("um uh so and well")
	syntax  = words("a the of for with at by from in on to about or that what which how why when is was were does did has had can could would i you my tell")
)

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// Invented makes turns out of thin air: questions of words of 120 to 420 ms, with pauses of which half are longer than
// 350 ms and a tenth longer than 800.
func Invented(n int, seed uint64) []Turn { return Questions(n, seed, nil) }

// longestPause leaves out silences that are no hesitation: in recordings of many people somebody else may have spoken.
const longestPause = 4 * time.Second

// Questions makes turns of the same questions with pauses drawn from those of other turns, at the places where people pause.
func Questions(n int, seed uint64, from []Turn) []Turn {
	rnd := rand.New(rand.NewPCG(seed, 1))
	var pauses []time.Duration
	for _, t := range from {
		for _, p := range t.Pauses() {
			if d := p.To - p.From; d <= longestPause {
				pauses = append(pauses, d)
			}
		}
	}
	pause := func() time.Duration {
		if len(pauses) > 0 {
			return pauses[rnd.IntN(len(pauses))]
		}
		return min(time.Duration(350*math.Exp(0.65*rnd.NormFloat64()))*time.Millisecond, 1800*time.Millisecond)
	}
	turns := make([]Turn, n)
	for i := range turns {
		t := Turn{ID: fmt.Sprintf("asked-%d", i)}
		var gap time.Duration
		for _, w := range strings.Fields(asked[i%len(asked)]) {
			from := t.End + gap
			t.add(w, from, from+time.Duration(120+40*min(len(w), 7)+rnd.IntN(40))*time.Millisecond)
			share := afterOther
			switch w := strings.ToLower(w); {
			case fillers[w]:
				share = afterFiller
			case syntax[w]:
				share = afterSyntax
			}
			if gap = 0; rnd.Float64() < share {
				gap = pause()
			}
		}
		turns[i] = t
	}
	return turns
}

// Clip is the turn as sound: a hum with the harmonics of a voice where words are, silence where none are.
func (t Turn) Clip() (*caller.Clip, error) {
	pcm := make([]int16, audio.At(t.End))
	for k, w := range t.Words {
		pitch := 110 + 25*math.Sin(float64(k))
		from, to := int(audio.At(w.From)), min(int(audio.At(w.To)), len(pcm))
		for i := from; i < to; i++ {
			syllable := 0.6 + 0.4*math.Cos(2*math.Pi*5*float64(i-from)/audio.Rate) // a voice is never steady
			pcm[i] = int16(9000 * syllable * hum(float64(i)/audio.Rate, pitch) * edge(i-from, to-from))
		}
	}
	return caller.Encode(pcm, audio.Rate)
}

// hum is a pulse train of a vowel's harmonics, within ±1.
func hum(at, pitch float64) float64 {
	var v, norm float64
	for k := 1.0; k*pitch < 2800; k++ {
		a := 1 / (1 + math.Abs(k*pitch-500)/400)
		v += a * math.Sin(2*math.Pi*k*pitch*at)
		norm += a
	}
	return 2.5 * v / norm
}

// edge slopes the first and last 5 ms of n samples.
func edge(i, n int) float64 {
	const slope = audio.Rate / 200
	return math.Min(1, math.Min(float64(i+1), float64(n-i))/slope)
}

// Draw takes n of the turns at random, each at most once more often than any other.
func Draw(turns []Turn, n int, seed uint64) []Turn {
	rnd := rand.New(rand.NewPCG(seed, 2))
	var drawn []Turn
	for len(drawn) < n {
		for _, i := range rnd.Perm(len(turns)) {
			drawn = append(drawn, turns[i])
		}
	}
	return drawn[:n]
}
