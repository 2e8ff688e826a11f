package retrieval

import "testing"

func TestWhatAProfileIsAskedFor(t *testing.T) {
	for topic, want := range map[string]bool{
		"":                          true,
		"what does do":              true,
		"what kind of business is":  true,
		"who is chief executive of": false,
		"where are offices":         false,
		"which segments":            false,
	} {
		if got := asksTheTrade(topic); got != want {
			t.Errorf("%q: %v, want %v", topic, got, want)
		}
	}
}
