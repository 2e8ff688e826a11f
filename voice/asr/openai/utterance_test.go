package openai

import (
	"slices"
	"testing"
)

func TestAPartialThatTakesBackWhatWasAgreedMustBeSaidTwice(t *testing.T) {
	u := newUtterance(Config{})
	var got []string
	for _, heard := range []string{
		"what was", "what was Halden's", "what was Halden's revenue",
		"what is it",                                           // a slip: held back
		"what was Halden's revenue last",                       // on as before
		"what was Haldens revenue", "what was Haldens revenue", // said twice: it is right
		"what was Haldens revenue in May",
	} {
		u.cancel = func() {}
		if p, ok := u.learn(answer{text: heard}); ok {
			got = append(got, p.Text)
		}
	}
	want := []string{"what was", "what was Halden's", "what was Halden's revenue", "what was Halden's revenue last", "what was Haldens revenue", "what was Haldens revenue in May"}
	if !slices.Equal(got, want) {
		t.Errorf("the partials are %q, want %q", got, want)
	}
}
