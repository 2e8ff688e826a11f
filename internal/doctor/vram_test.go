package doctor

import (
	"os"
	"strings"
	"testing"
)

func TestAKeyValueCacheIsCountedByHand(t *testing.T) {
	// 2 × 36 layers × 8 heads × 128 × 2 bytes is 144 KiB a token; 8,192 tokens are 1,152 MiB.
	if got := KV(36, 8, 128, 2, 8192, 1); got != 1152 {
		t.Errorf("got %d MiB, want 1152", got)
	}
	if got := KV(1, 1, 1, 1, 1, 1); got != 1 {
		t.Errorf("a byte rounds up to %d MiB, want 1", got)
	}
}

func TestEveryPlanFitsItsCard(t *testing.T) {
	for _, p := range Plans {
		if err := p.Fits(p.Card * 97 / 100); err != nil { // what a card of that size reports
			t.Error(err)
		}
	}
	if p, ok := PlanFor(12282); !ok || p.Card != 12<<10 {
		t.Errorf("a card of 12,282 MiB gets the plan for %d", p.Card)
	}
	if _, ok := PlanFor(4096); ok {
		t.Error("a card of 4 GiB gets a plan")
	}
	if p, ok := PlanFor(12288); !ok || p.Profile != "gpu12" {
		t.Errorf("a card of 12 GiB gets %s: speculative decoding is for those who ask for it", p.Profile)
	}
	if err := Plans[1].Fits(8000); err == nil {
		t.Error("the plan for 12 GiB fits into 8,000 MiB")
	}
}

// The table that people read is this one.
func TestTheTableInDeployIsThePlans(t *testing.T) {
	raw, err := os.ReadFile("../../deploy/gpu/README.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := Table(); !strings.Contains(string(raw), want) {
		t.Errorf("deploy/gpu/README.md does not hold this table:\n%s", want)
	}
}
