package bargein

import (
	"fmt"
	"strings"
)

// A Case is something that is heard while the agent speaks.
type Case struct {
	Name string
	// Kind groups cases in the report: interruption, backchannel, keys, road, click, headset, noise, echo, others.
	Kind string
	// Takes says that it is a caller who takes the floor.
	Takes bool

	sound sound
	words string  // what the recognizer makes of it
	at    float64 // seconds from the sound's beginning to the first word
	lag   float64 // seconds that the words take to be known, beyond the usual
}

const (
	usualLevel = -23 // dBFS, of the caller
	usualPitch = 120 // Hz
)

// answer is what the agent is in the middle of saying.
const answer = "Larkspur closed higher on Friday on heavy volume after its results beat what analysts had expected and the board " +
	"raised the dividend for the third year in a row while the outlook for next year was left as it had been in spring"

// Cases are the set.
func Cases() []Case {
	var cs []Case
	add := func(c Case) { cs = append(cs, c) }
	said := func(kind, words string, takes bool, pitch, level float64) {
		add(Case{Name: fmt.Sprintf("%q", words), Kind: kind, Takes: takes, sound: speech(words, pitch, level), words: words})
	}
	for i, w := range []string{"mm-hm", "right", "okay", "yeah", "uh huh", "sure", "I see", "got it", "great", "oh okay", "yes", "of course",
		"interesting", "makes sense", "all right", "right right", "oh wow", "hm"} {
		said("backchannel", w, false, []float64{110, 190, 140, 220}[i%4], usualLevel-float64(i%5)*2)
	}
	for i, w := range []string{"stop", "wait", "hold on a second", "no I meant Halden", "sorry what was that", "what about Halden", "and how did Halden do",
		"never mind", "excuse me", "actually what about the margins", "that's not what I asked", "okay but what about Halden", "slower please",
		"how much was it the year before", "not Larkspur Halden", "can you repeat that", "which quarter was that", "tell me about Ostrander instead",
		"just the number please", "I meant the share price", "is that more than last year", "go back to Halden", "why did it fall", "say that again please",
		"shorter please", "and the dividend", "what does that mean", "compare it with Halden", "that's enough thank you", "how much debt do they have",
		"hang on", "who says that", "I have another question", "pause", "quiet please", "can you look up Cinderpath", "what was the margin",
		"did they raise guidance", "sorry I meant Ostrander", "when do they report", "give me the short version", "is it up or down today", "what's the source",
		"don't read all of it", "let's talk about Halden", "forget that", "one more thing", "how does that compare", "hello can you hear me", "nope the other one",
		"you said that already", "just the share price", "and in dollars"} {
		said("interruption", w, true, []float64{115, 205, 150, 185}[i%4], usualLevel-float64(i%4)*2)
	}
	noise := func(kind, name string, s sound) { add(Case{Name: name, Kind: kind, sound: s}) }
	noise("keys", "one key", burst(0.008, -26, 0.3))
	noise("keys", "a run of keys", keys(9, 0.14, -30))
	noise("keys", "fast typing", keys(22, 0.09, -33))
	noise("keys", "heavy typing beside the microphone", keys(10, 0.17, -20))
	noise("keys", "typing that goes on", keys(24, 0.13, -28))
	noise("road", "a road", rumble(2.5, -38, 0))
	noise("road", "a lorry passes", rumble(1.8, -30, 85))
	noise("road", "a bus at the stop, loud", rumble(2.2, -26, 0))
	noise("road", "a motorcycle far away", rumble(2, -38, 130))
	noise("road", "a horn in the street", tone(0.5, 420, 420, -40))
	noise("click", "one click", burst(0.002, -18, 0))
	noise("click", "two clicks", together(burst(0.002, -18, 0), after(0.25, burst(0.002, -18, 0))))
	noise("click", "clicks of a bad line", together(burst(0.001, -14, 0), after(0.1, burst(0.001, -16, 0)), after(0.37, burst(0.001, -14, 0)), after(0.6, burst(0.001, -15, 0))))
	noise("click", "a mouse", together(burst(0.004, -28, 0.2), after(0.09, burst(0.003, -30, 0.2))))
	noise("headset", "a narrow-band headset pops", headset(together(burst(0.006, -16, 0.5), after(0.3, burst(0.006, -18, 0.5)))))
	noise("headset", "a narrow-band headset hisses", headset(hiss(2, -38)))
	noise("headset", "breath in a headset", headset(together(hiss(0.5, -34), after(0.9, hiss(0.4, -36)))))
	add(Case{Name: `"mm-hm" on a narrow-band headset`, Kind: "headset", sound: headset(speech("mm-hm", 130, usualLevel+2)), words: "mm-hm"})
	add(Case{Name: `"okay right" on a narrow-band headset`, Kind: "headset", sound: headset(speech("okay right", 200, usualLevel+2)), words: "okay right"})
	add(Case{Name: "a question on a narrow-band headset", Kind: "interruption", Takes: true, sound: headset(speech("and what about Halden", 140, usualLevel+2)), words: "and what about Halden"})
	add(Case{Name: "a question from a hissing headset", Kind: "interruption", Takes: true, sound: headset(together(hiss(3, -44), speech("how did Halden close", 180, usualLevel+2))), words: "how did Halden close"})
	noise("noise", "a cough", cough(0.28, -22))
	noise("noise", "two coughs", together(cough(0.25, -22), after(0.4, cough(0.25, -24))))
	noise("noise", "a sneeze", cough(0.35, -16))
	noise("noise", "a throat is cleared", together(cough(0.4, -26), speech("hrrm", 85, -34)))
	noise("noise", "a door slams", burst(0.06, -14, 0.9))
	noise("noise", "a cup is put down", together(burst(0.004, -20, 0), tone(0.12, 2300, 2250, -36)))
	noise("noise", "a chair creaks", tone(0.22, 380, 610, -38))
	noise("noise", "paper rustles", together(keys(14, 0.05, -36), hiss(0.7, -48)))
	noise("noise", "a dog barks twice, next door", together(tone(0.14, 520, 380, -40), after(0.35, tone(0.14, 540, 380, -40))))
	noise("noise", "a notification", together(tone(0.12, 880, 880, -34), after(0.14, tone(0.2, 1320, 1320, -34))))
	noise("noise", "a fan starts", rumble(3, -44, 0))
	noise("others", "a television in the next room", speech("and now the weather for the weekend with rain in the north", 160, -46))
	noise("others", "another table, far from the microphone", speech("did you see what he said to her yesterday", 210, -44))
	noise("others", "a child calls in another room", speech("mama", 330, -42))
	echo := func(name, words string, delay, level float64) {
		// The words that the agent says from the moment on, a little later and quieter.
		add(Case{Name: name, Kind: "echo", sound: after(delay, speech(words, usualPitch, level)), words: words, at: delay})
	}
	said5 := strings.Join(strings.Fields(answer)[spoken:spoken+5], " ")
	echo("its own echo, 80 ms late", said5, 0.08, -48)
	echo("its own echo, 250 ms late", said5, 0.25, -46)
	echo("its own echo, loud, 400 ms late, on a loudspeaker without a canceller", said5, 0.40, -34)
	add(Case{Name: "a question over the road", Kind: "interruption", Takes: true, sound: together(rumble(3, -40, 0), after(0.6, speech("what about Halden", 150, usualLevel))), words: "what about Halden", at: 0.6})
	add(Case{Name: "a soft voice", Kind: "interruption", Takes: true, sound: speech("tell me about Halden instead", 200, usualLevel-12), words: "tell me about Halden instead"})
	add(Case{Name: "a question that the recognizer is slow to hear", Kind: "interruption", Takes: true, sound: speech("and how about the margins of Halden last year", 130, usualLevel), words: "and how about the margins of Halden last year", lag: 0.6})
	return cs
}
