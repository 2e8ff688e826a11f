package doctor

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFindingsSayWhatIsWrongAndHowToMendIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fine := func(context.Context) (string, error) { return "all is well", nil }
		found := Run(t.Context(), []Check{
			{Part: "a", Run: fine},
			{Part: "b", Needed: true, Cure: "buy one", Run: func(context.Context) (string, error) { return "", errors.New("gone") }},
			{Part: "c", Run: func(context.Context) (string, error) { return "", &Trouble{errors.New("lost"), "look for it"} }},
			{Part: "d", Budget: 100 * time.Millisecond, Run: func(context.Context) (string, error) { time.Sleep(time.Second); return "ready", nil }},
			{Part: "e", Budget: 100 * time.Millisecond, Run: fine},
			{Part: "f", Run: func(ctx context.Context) (string, error) { <-ctx.Done(); return "", context.Cause(ctx) }},
			{Part: "g", Needed: true, Run: func(context.Context) (string, error) { return "", &TooSlow{"1 s"} }},
		})
		want := []Verdict{Works, Broken, Lacking, Slow, Works, Lacking, Slow}
		for i, f := range found {
			if f.Verdict != want[i] {
				t.Errorf("%s is %s, want %s", f.Part, f.Verdict, want[i])
			}
		}
		if found[1].Cure != "buy one" || found[2].Cure != "look for it" || !strings.Contains(found[5].Detail, "no answer") || Healthy(found) {
			t.Errorf("%+v", found)
		}
		var b strings.Builder
		if err := Print(&b, found); err != nil || !strings.Contains(b.String(), "b: buy one") {
			t.Errorf("%v\n%s", err, b.String())
		}
	})
}
