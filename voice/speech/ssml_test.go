package speech

import (
	"testing"
	"time"
)

func TestSSML(t *testing.T) {
	for _, tc := range []struct {
		name  string
		p     Prosody
		words string
		want  string
	}{
		{"nothing to say about it", Prosody{Rate: 1}, "A and B", ""},
		{"a pause", Prosody{Pause: 200 * time.Millisecond}, "Well", `<speak><break time="200ms"/>Well</speak>`},
		{"a rate", Prosody{Rate: 0.9}, "a < b", `<speak><prosody rate="90%">a &lt; b</prosody></speak>`},
		{"an emphasis keeps the mark outside", Prosody{Emphasis: []string{"rose"}}, "It rose.", `<speak>It <emphasis>rose</emphasis>.</speak>`},
		{"an emphasis that is not there", Prosody{Emphasis: []string{"fell"}}, "It rose.", ""},
		{"phones", Prosody{Phones: map[string]string{"halden": "HH AO L D AH N"}}, "Halden, yes", `<speak><phoneme alphabet="cmu-arpabet" ph="HH AO L D AH N">Halden</phoneme>, yes</speak>`},
	} {
		if got := tc.p.SSML(tc.words); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}
