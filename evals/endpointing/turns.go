package endpointing

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/turn"
)

// A Turn is one recorded turn with aligned words.
type Turn struct {
	ID    string
	Call  string // the part of the ID before the last hyphen
	Words []turn.Word
	End   audio.Position

	// starts says of each word that it was written with a capital: where it is not a name, a sentence begins there.
	// Only fitting looks at it.
	starts []bool
	// pauses are the gaps after each word that count as pauses; 0 where none is.
	pauses []time.Duration
}

// pause is the least gap between words that counts. Smaller ones, and overlaps, are noise of the alignment.
const pause = 0.1 // seconds

// Read reads turns, one JSON object a line: {"id": "call-turn", "words": [["word", start, end], …], "end": s}, with times
// in seconds from the turn's start.
func Read(r io.Reader) ([]Turn, error) {
	var turns []Turn
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<24)
	for line := 1; sc.Scan(); line++ {
		if len(strings.TrimSpace(sc.Text())) == 0 {
			continue
		}
		t, err := parse(sc.Bytes())
		if err != nil {
			return nil, fmt.Errorf("read turns: line %d: %w", line, err)
		}
		turns = append(turns, t)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read turns: %w", err)
	}
	if len(turns) == 0 {
		return nil, fmt.Errorf("read turns: there are none")
	}
	return turns, nil
}

// timed is a word as the file has it: an array of the word and two numbers.
type timed struct {
	text       string
	start, end float64
}

func (w *timed) UnmarshalJSON(b []byte) error {
	var parts [3]any
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	if len(raw) != 3 {
		return fmt.Errorf("a word has %d parts, not text, start and end", len(raw))
	}
	for i := range raw {
		if err := json.Unmarshal(raw[i], &parts[i]); err != nil {
			return err
		}
	}
	var a, c, d bool
	w.text, a = parts[0].(string)
	w.start, c = parts[1].(float64)
	w.end, d = parts[2].(float64)
	if !a || !c || !d || w.start < 0 || w.end < 0 || w.start > 1e6 || w.end > 1e6 {
		return fmt.Errorf("%s is not a word with its start and end in seconds", b)
	}
	return nil
}

func parse(line []byte) (Turn, error) {
	var x struct {
		ID    string  `json:"id"`
		Words []timed `json:"words"`
		End   float64 `json:"end"`
	}
	if err := json.Unmarshal(line, &x); err != nil {
		return Turn{}, err
	}
	if len(x.Words) == 0 {
		return Turn{}, fmt.Errorf("turn %q has no words", x.ID)
	}
	t := Turn{ID: x.ID, Call: x.ID}
	if i := strings.LastIndex(x.ID, "-"); i > 0 {
		t.Call = x.ID[:i]
	}
	var before audio.Position
	for i, w := range x.Words {
		start := max(position(w.start), before)
		end := max(position(w.end), start)
		before = end
		t.Words = append(t.Words, turn.Word{Text: w.text, Start: start, End: end})
		t.starts = append(t.starts, strings.ToLower(w.text) != w.text)
		gap := time.Duration(0)
		// The comparison is in seconds as the file has them, so that a gap written as 0.1 counts or not as for others.
		if i+1 < len(x.Words) && x.Words[i+1].start-w.end >= pause {
			gap = position(x.Words[i+1].start).Sub(position(w.end))
		}
		t.pauses = append(t.pauses, gap)
	}
	t.End = max(position(x.End), before)
	return t, nil
}

// later is the turn as spoken some time into a call.
func (t Turn) later(by audio.Position) Turn {
	words := make([]turn.Word, len(t.Words))
	for i, w := range t.Words {
		w.Start, w.End = w.Start+by, w.End+by
		words[i] = w
	}
	t.Words, t.End = words, t.End+by
	return t
}

func position(seconds float64) audio.Position {
	return audio.Position(math.Round(seconds * audio.Rate))
}
