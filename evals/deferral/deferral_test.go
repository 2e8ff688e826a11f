package deferral

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const folder = "../testdata/deferral"

func model(t testing.TB, name string) Model {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseModel(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheDeskComesNearTheBestPolicyThatKnowsTheDistributions(t *testing.T) {
	// A fifth of the turns of the command's run, in which learning weighs five times as much.
	for name, within := range map[string]float64{"steady": 0.010, "change": 0.015, "errors": 0.015, "two-of-five": 0.010, "flaky": 0.013} {
		t.Run(name, func(t *testing.T) {
			r, err := Run(t.Context(), model(t, name), Options{Deadline: 800 * time.Millisecond, Turns: 20_000, Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			best, plain, waits := r.Baselines[Optimum], r.Baselines[PlainDeferral], r.Baselines[WaitForAll]
			t.Logf("desk %.4f at %.4f, best %.4f at %.4f, plain %.4f", r.CompleteOnTime, r.ExtraCalls, best.CompleteOnTime, best.ExtraCalls, plain.CompleteOnTime)
			if best.CompleteOnTime-r.CompleteOnTime > within {
				t.Errorf("%.4f complete on time, the best %.4f", r.CompleteOnTime, best.CompleteOnTime)
			}
			if r.ExtraCalls > 0.10 {
				t.Errorf("%.4f extra calls, above the share", r.ExtraCalls)
			}
			if math.Abs(best.ExtraCalls-r.ExtraCalls) > 0.002 {
				t.Errorf("the best makes %.4f extra calls, the Desk %.4f", best.ExtraCalls, r.ExtraCalls)
			}
			if r.OverrunP999MS != 0 || waits.OverrunP999MS < 1000 {
				t.Errorf("overrun %.1f ms, waiting for all %.1f ms", r.OverrunP999MS, waits.OverrunP999MS)
			}
			if capped := r.Baselines[CappedHedge]; capped.ExtraCalls > r.ExtraCalls || capped.CompleteOnTime >= r.CompleteOnTime {
				t.Errorf("the capped hedge makes %.4f of %.4f", capped.CompleteOnTime, capped.ExtraCalls)
			}
			if plain.CompleteOnTime >= r.CompleteOnTime || waits.CompleteOnTime != plain.CompleteOnTime {
				t.Errorf("plain %.4f, waiting %.4f, desk %.4f", plain.CompleteOnTime, waits.CompleteOnTime, r.CompleteOnTime)
			}
		})
	}
}

func TestTheSameSeedGivesTheSameReport(t *testing.T) {
	run := func(seed uint64) Score {
		s, _, err := desk(t.Context(), model(t, "change"), Options{Deadline: 800 * time.Millisecond, Turns: 3000, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if a, b := run(1), run(1); a != b {
		t.Errorf("%+v and %+v", a, b)
	}
	if a, b := run(1), run(2); a == b {
		t.Error("another seed changed nothing")
	}
}

func TestBackendDistributionIsTheOneThatTheDiceDraw(t *testing.T) {
	b := model(t, "steady").Backends[0]
	d := newDice(3)
	const n = 200_000
	for _, at := range []time.Duration{80, 120, 300, 450, 1000, 7900, 8000} {
		at *= time.Millisecond
		in := 0
		for i := range n {
			if d.draw(&b, i, 0, 0).after <= at {
				in++
			}
		}
		if got, want := float64(in)/n, b.cdf(at); math.Abs(got-want) > 0.004 {
			t.Errorf("by %v: drawn %.4f, cdf %.4f", at, got, want)
		}
	}
}

func TestParseModelNamesWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"an unknown key":                 {`{"parts": 1, "backend": []}`, "backend"},
		"no backends":                    {`{"parts": 1, "backends": []}`, "at least one"},
		"no parts":                       {`{"backends": [{"name": "a", "body": {"median_ms": 1}}]}`, "at least one"},
		"too many parts":                 {`{"parts": 100, "backends": [{"name": "a", "body": {"median_ms": 1}}]}`, "at most 64"},
		"a backend without a median":     {`{"parts": 1, "backends": [{"name": "a"}]}`, `"a": body`},
		"a probability above one":        {`{"parts": 1, "backends": [{"name": "a", "body": {"median_ms": 1}, "error_rate": 2}]}`, "error_rate"},
		"a change of nobody":             {`{"parts": 1, "backends": [{"name": "a", "body": {"median_ms": 1}}, {"name": "b", "body": {"median_ms": 1}}], "change": {"at": 0.5, "backends": [{"name": "c", "body": {"median_ms": 1}}]}}`, `"c"`},
		"a change after the end":         {`{"parts": 1, "backends": [{"name": "a", "body": {"median_ms": 1}}], "change": {"at": 2, "backends": []}}`, "share of the turns"},
		"a tail that has no lower bound": {`{"parts": 1, "backends": [{"name": "a", "body": {"median_ms": 1}, "tail": {"p": 0.1}}]}`, "tail"},
	} {
		if _, err := ParseModel([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", name, err, c.want)
		}
	}
}

func FuzzParseModel(f *testing.F) {
	f.Add([]byte(`{"parts": 1, "backends": [{"name": "a", "body": {"median_ms": 1}}], "change": {"at": 0.5, "backends": []}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ParseModel(data)
		if err != nil {
			return
		}
		m.phases(10)
		if _, _, err := desk(t.Context(), m, Options{Deadline: time.Second, Turns: 3}); err != nil {
			t.Error(err)
		}
	})
}
