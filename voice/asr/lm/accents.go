package lm

import (
	"slices"
	"strings"
)

var vowels = []string{"AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW"}

// british is how a speaker who says no r after a vowel, as most in England, says a word: "K W AO R T ER" → "K W AO T AH".
// It is empty where that is no different.
func british(sounds string) string {
	phones := strings.Fields(sounds)
	var out []string
	for i, p := range phones {
		before := i+1 < len(phones) && slices.Contains(vowels, phones[i+1])
		switch {
		case p == "ER" && before:
			out = append(out, "AH", "R")
		case p == "ER" && i == len(phones)-1, p == "ER" && i == len(phones)-2:
			out = append(out, "AH") // the end of "quarter" or "quarters"
		case p == "R" && i > 0 && !before && slices.Contains(vowels, phones[i-1]):
			if phones[i-1] == "IH" || phones[i-1] == "UH" || phones[i-1] == "EH" {
				out = append(out, "AH")
			}
		default:
			out = append(out, p)
		}
	}
	if s := strings.Join(out, " "); s != strings.Join(phones, " ") {
		return s
	}
	return ""
}

// american is how a speaker who taps the t between vowels says a word, as most in America: "K W AO R T ER" → "K W AO R D ER".
// It is empty where that is no different.
func american(sounds string) string {
	phones := strings.Fields(sounds)
	changed := false
	for i := 1; i+1 < len(phones); i++ {
		after := phones[i-1] == "R" && i > 1 || slices.Contains(vowels, phones[i-1])
		if phones[i] == "T" && after && slices.Contains([]string{"AH", "ER", "IH", "IY", "OW"}, phones[i+1]) {
			phones[i], changed = "D", true
		}
	}
	if !changed {
		return ""
	}
	return strings.Join(phones, " ")
}

// local are words that only the British say so: with the vowel of "father", or of "hot".
var local = map[string]string{
	"after": "AA F T AH", "afternoon": "AA F T AH N UW N", "answer": "AA N S AH", "ask": "AA S K", "asked": "AA S K T", "chance": "CH AA N S",
	"class": "K L AA S", "demand": "D IH M AA N D", "fast": "F AA S T", "faster": "F AA S T AH", "forecast": "F AO K AA S T", "half": "HH AA F",
	"last": "L AA S T", "pass": "P AA S", "past": "P AA S T", "plant": "P L AA N T", "plants": "P L AA N T S", "path": "P AA TH",
	"branch": "B R AA N CH", "branches": "B R AA N CH IH Z", "advance": "AH D V AA N S", "what": "W AA T", "what's": "W AA T S",
	"finance": "F AY N AE N S", "data": "D EY T AH", "schedule": "SH EH D Y UW L", "leverage": "L IY V AH R IH JH",
}
