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

// A Plan is what runs on a card of a size: a profile of deploy/gpu/compose.yaml.
type Plan struct {
	Profile  string  `json:"profile"`
	Card     int     `json:"card"`     // MiB
	Headroom int     `json:"headroom"` // kept free: the desktop, fragmentation
	Stages   []Stage `json:"stages"`
	// Sequences are how many calls the language model answers at once, each with Tokens of context.
	Sequences int `json:"sequences"`
	Tokens    int `json:"tokens"`
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
		return fmt.Errorf("profile %s needs %d MiB (%d and %d of head-room), %d are free", p.Profile, need, p.Total(), p.Headroom, free)
	}
	return nil
}

// The architectures of the planned language models, from their published configurations: Qwen3 4B, and the 0.6 B that guesses for it.
// Both keep 16-bit keys and values.
const (
	layers, heads, headSize = 36, 8, 128
	draftLayers             = 28
	half                    = 2 // bytes of a 16-bit element
)

// plan puts a plan together. Weights are those of the published files; contexts and activations are estimates until a card has measured
// them. Draft is what the guessing model takes of weights; 0: there is none.
func plan(profile string, card, headroom, tokens, sequences int, llm Stage, draft int, asr, tts Stage) Plan {
	llm.Name, asr.Name, tts.Name = "llm", "asr", "tts"
	llm.KV = KV(layers, heads, headSize, half, tokens, sequences)
	stages := []Stage{llm}
	if draft > 0 {
		stages = append(stages, Stage{Name: "draft", Weights: draft, KV: KV(draftLayers, heads, headSize, half, tokens, sequences), Activations: 200})
	}
	return Plan{Profile: profile, Card: card << 10, Headroom: headroom, Stages: append(stages, asr, tts), Tokens: tokens, Sequences: sequences}
}

// Plans are the profiles of deploy/gpu/compose.yaml, smallest first; the ones with speculative decoding come after those without.
var Plans = []Plan{
	plan("gpu8", 8, 700, 4096, 2, Stage{Weights: 2500, Context: 350, Activations: 300}, 0,
		Stage{Weights: 500, Context: 350, Activations: 300}, Stage{Weights: 330, Context: 350, Activations: 300}),
	plan("gpu12", 12, 1000, 8192, 3, Stage{Weights: 2500, Context: 350, Activations: 500}, 0,
		Stage{Weights: 1600, Context: 350, Activations: 600}, Stage{Weights: 330, Context: 350, Activations: 500}),
	plan("gpu12-draft", 12, 1000, 4096, 2, Stage{Weights: 2500, Context: 350, Activations: 500}, 640,
		Stage{Weights: 1600, Context: 350, Activations: 600}, Stage{Weights: 330, Context: 350, Activations: 500}),
	plan("gpu24", 24, 1500, 8192, 8, Stage{Weights: 4280, Context: 400, Activations: 1000}, 0,
		Stage{Weights: 1600, Context: 350, Activations: 1200}, Stage{Weights: 330, Context: 350, Activations: 800}),
}

// PlanFor is the largest plan for a card of so many MiB. Cards are sold by powers of two and report a little less.
func PlanFor(card int) (Plan, bool) {
	var best Plan
	for _, p := range Plans {
		if card >= p.Card*95/100 && p.Card > best.Card {
			best = p
		}
	}
	return best, best.Card > 0
}

// Table is the plans as Markdown.
func Table() string {
	s := "| profile | stage | weights | KV cache | activations | CUDA context | sum, MiB |\n|---|---|---|---|---|---|---|\n"
	for _, p := range Plans {
		for _, st := range p.Stages {
			s += fmt.Sprintf("| %s | %s | %d | %d | %d | %d | %d |\n", p.Profile, st.Name, st.Weights, st.KV, st.Activations, st.Context, st.Total())
		}
		s += fmt.Sprintf("| %s | all, with %d of head-room | | | | | %d of %d |\n", p.Profile, p.Headroom, p.Total()+p.Headroom, p.Card)
	}
	return s
}
