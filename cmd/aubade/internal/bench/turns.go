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

// A Pause is silence of at least 100 ms between two words of a turn.
type Pause struct{ From, To time.Duration }

// Pauses lists the turn's pauses; what is shorter than 100 ms is alignment noise.
func (t Turn) Pauses() []Pause {
	var ps []Pause
	for i := 1; i < len(t.Words); i++ {
		if from, to := t.Words[i-1].To, t.Words[i].From; to-from >= 100*time.Millisecond {
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

// asked are the questions that invented turns are made of; a | is a place where people stop to think.
var asked = []string{
	"what was Larkspur's revenue | last quarter",
	"um | how did Halden close yesterday",
	"and the operating margin of Brightwater",
	"compare the revenue of Larkspur | and Halden in the third quarter",
	"could you tell me | what changed in the guidance of Castellan this year",
	"what is | the implied volatility of Halden",
	"did anybody report | on the recall at Northgate",
	"how much debt does Brightwater have | after the acquisition",
	"so | what did the analysts say about Larkspur's forecast",
	"I would like to know | the earnings per share of Castellan for fiscal twenty twenty five",
	"when does Northgate report | its fourth quarter",
	"why did Halden fall",
}

// Invented makes turns out of thin air, for those who have no file: words of 120 to 420 ms, and pauses of which half are
// longer than 350 ms and a tenth longer than 800.
func Invented(n int, seed uint64) []Turn {
	rnd := rand.New(rand.NewPCG(seed, 1))
	turns := make([]Turn, n)
	for i := range turns {
		t := Turn{ID: fmt.Sprintf("invented-%d", i)}
		var gap time.Duration
		for _, w := range strings.Fields(asked[i%len(asked)]) {
			if w == "|" {
				gap = min(time.Duration(350*math.Exp(0.65*rnd.NormFloat64()))*time.Millisecond, 1800*time.Millisecond)
				continue
			}
			from := t.End + gap
			gap = 0
			t.add(w, from, from+time.Duration(120+40*min(len(w), 7)+rnd.IntN(40))*time.Millisecond)
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
			pcm[i] = int16(9000 * hum(float64(i)/audio.Rate, pitch) * edge(i-from, to-from))
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
