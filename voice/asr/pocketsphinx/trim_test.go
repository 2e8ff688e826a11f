package pocketsphinx

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/aubade/aubade/internal/native/pocketsphinx"
)

func TestWordsOfOthersAreTrimmed(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	noise := func(seconds, db float64) []int16 {
		out := make([]int16, int(seconds*pocketsphinx.Rate))
		for i := range out {
			out[i] = int16(32767 * math.Pow(10, db/20) * (2*rng.Float64() - 1))
		}
		return out
	}
	words := []pocketsphinx.Word{{Text: "will", Start: 10, End: 40}, {Text: "what", Start: 60, End: 90}, {Text: "was", Start: 92, End: 140}, {Text: "it", Start: 145, End: 170}, {Text: "halden", Start: 210, End: 260}}
	for _, c := range []struct {
		name string
		pcm  []int16
		want []string
	}{
		{"words before and after the caller's, 12 dB fainter, go", slices.Concat(noise(0.5, -22), noise(1.3, -10), noise(1, -22)), []string{"what", "was", "it"}},
		{"a quiet word in the middle stays", slices.Concat(noise(0.5, -22), noise(0.4, -10), noise(0.5, -22), noise(0.4, -10), noise(1, -22)), []string{"what", "was", "it"}},
		{"in a quiet room nothing goes, however faint", slices.Concat(noise(0.5, -40), noise(1.3, -10), noise(1, -40)), []string{"will", "what", "was", "it", "halden"}},
		{"silence is no measure", slices.Concat(make([]int16, 8000), noise(2.3, -10)), []string{"what", "was", "it", "halden"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l levels
			for part := range slices.Chunk(c.pcm, 320) {
				l.add(part)
			}
			var got []string
			for _, w := range l.trim(words) {
				got = append(got, w.Text)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
