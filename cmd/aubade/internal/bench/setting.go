package bench

import (
	"time"

	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/turn"
)

// A Setting is what the shipped endpointer does on many turns of the same kind, without a room: a few dozen live turns
// have too few pauses to tell its cut rate.
type Setting struct {
	Turns   int     `json:"turns"`
	Pauses  int     `json:"pauses"`
	CutRate float64 `json:"cut_rate"`
	// Wait is from the end of a turn to the decision that it has ended.
	Wait Spread `json:"wait"`
}

// replay asks an endpointer about every pause and every end of turns whose words are known lag after they were said.
func replay(turns []Turn, ends func(said string) float64, lag time.Duration) Setting {
	const after = 10 * time.Second // somebody answers
	e := turn.New(turn.Options{})
	s := Setting{Turns: len(turns)}
	var waits []time.Duration
	cut := 0
	clock := audio.Position(0)
	for _, t := range turns {
		e.Next()
		var words []turn.Word
		e.Voice(true, clock.Add(t.Words[0].From))
		for i, w := range t.Words {
			words = append(words, turn.Word{Text: w.Text, Start: clock.Add(w.From), End: clock.Add(w.To)})
			last := i == len(t.Words)-1
			gap := after
			if !last {
				gap = t.Words[i+1].From - w.To
			}
			if gap < shortestPause {
				continue
			}
			end := clock.Add(w.To)
			e.Voice(false, end)
			wait := after
			if gap > lag {
				known := end.Add(lag)
				e.Words(words, false, float32(ends(Turn{Words: t.Words[:i+1]}.Text())), known)
				wait = e.Decide(known).WaitUntil.Sub(end)
			}
			if last {
				waits = append(waits, wait)
				continue
			}
			s.Pauses++
			if wait < gap {
				cut++
			}
			e.Voice(true, clock.Add(t.Words[i+1].From))
		}
		clock = clock.Add(t.End + after)
	}
	s.CutRate = float64(cut) / float64(max(1, s.Pauses))
	s.Wait = spread(waits)
	return s
}
