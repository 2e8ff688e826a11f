package doctor

import "fmt"

// A Stage is one server on a card: what it takes of the card's memory, in MiB.
type Stage struct {
	Name string `json:"name"`
	// Weights and Context are what the model and the CUDA context with its libraries take.
	Weights int `json:"weights"`
	Context int `json:"context"`
	// KV is the key-value cache: see [KV]. Activations are the largest buffers of a pass.
	KV          int `json:"kv"`
	Activations int `json:"activations"`
}

// Total is all of it.
func (s Stage) Total() int { return s.Weights + s.Context + s.KV + s.Activations }

// KV is the size of a key-value cache in MiB, rounded up: keys and values, for each layer, for each of the heads that hold them, in elements of
// so many bytes, for every token of every sequence.
func KV(layers, heads, headSize, bytes, tokens, sequences int) int {
	total := 2 * layers * heads * headSize * bytes * tokens * sequences
	return (total + 1<<20 - 1) >> 20
}

// A Plan is what runs on a card of a size.
type Plan struct {
	Card     int     `json:"card"`     // MiB
	Headroom int     `json:"headroom"` // kept free: the desktop, fragmentation
	Stages   []Stage `json:"stages"`
}

// Total is what the plan takes, without the head-room.
func (p Plan) Total() int {
	n := 0
	for _, s := range p.Stages {
		n += s.Total()
	}
	return n
}

// Fits says whether the plan fits into so much free memory.
func (p Plan) Fits(free int) error {
	if need := p.Total() + p.Headroom; need > free {
		return fmt.Errorf("the plan for a card of %d MiB needs %d MiB (%d and %d of head-room), %d are free", p.Card, need, p.Total(), p.Headroom, free)
	}
	return nil
}

// The architecture of the planned language model: Qwen3 4B, in 4 bits; 36 layers, 8 key-value heads of 128.
const (
	layers, heads, headSize = 36, 8, 128
	half                    = 2 // bytes of a 16-bit element
)

// Plans are the profiles of deploy/gpu/compose.yaml, smallest first. Sizes of weights are those of the published files; contexts and
// activations are estimates until a card has measured them.
var Plans = []Plan{
	{Card: 8 << 10, Headroom: 700, Stages: []Stage{
		{Name: "llm", Weights: 2500, Context: 350, KV: KV(layers, heads, headSize, half, 4096, 2), Activations: 300},
		{Name: "asr", Weights: 500, Context: 350, Activations: 300},
		{Name: "tts", Weights: 330, Context: 350, Activations: 300},
	}},
	{Card: 12 << 10, Headroom: 1000, Stages: []Stage{
		{Name: "llm", Weights: 2500, Context: 350, KV: KV(layers, heads, headSize, half, 8192, 3), Activations: 500},
		{Name: "asr", Weights: 1600, Context: 350, Activations: 600},
		{Name: "tts", Weights: 330, Context: 350, Activations: 500},
	}},
	{Card: 24 << 10, Headroom: 1500, Stages: []Stage{
		{Name: "llm", Weights: 4280, Context: 400, KV: KV(layers, heads, headSize, half, 8192, 8), Activations: 1000},
		{Name: "asr", Weights: 1600, Context: 350, Activations: 1200},
		{Name: "tts", Weights: 330, Context: 350, Activations: 800},
	}},
}

// PlanFor is the largest plan for a card of so many MiB. Cards are sold by powers of two and report a little less.
func PlanFor(card int) (Plan, bool) {
	var best Plan
	for _, p := range Plans {
		if card >= p.Card*95/100 {
			best = p
		}
	}
	return best, best.Card > 0
}

// Table is the plans as Markdown.
func Table() string {
	s := "| card | stage | weights | KV cache | activations | CUDA context | sum, MiB |\n|---|---|---|---|---|---|---|\n"
	for _, p := range Plans {
		for _, st := range p.Stages {
			s += fmt.Sprintf("| %d GB | %s | %d | %d | %d | %d | %d |\n", p.Card>>10, st.Name, st.Weights, st.KV, st.Activations, st.Context, st.Total())
		}
		s += fmt.Sprintf("| %d GB | all, with %d of head-room | | | | | %d of %d |\n", p.Card>>10, p.Headroom, p.Total()+p.Headroom, p.Card)
	}
	return s
}
