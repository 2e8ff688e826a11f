package turn

import (
	"math"
	"slices"
	"time"

	"github.com/aubade/aubade/voice/audio"
)

// OverlapOptions say how fast speech over the agent's own is judged. The zero value means the defaults.
type OverlapOptions struct {
	// Within is the time from the onset in which a ruling must fall; 480 ms, so that it is acted upon within 500.
	Within time.Duration
	// Join is the longest hole in one piece of overlapping speech; 300 ms.
	Join time.Duration
	// Echo is the longest way of the agent's voice through the user's room and back; 1.2 s with the recognizer's haste.
	Echo time.Duration
	// Quiet is how far below the user's usual level a wordless sound is nobody's turn, in dB; 15.
	Quiet float64
}

// A Ruling says what sound heard under the agent's speech is.
type Ruling string

const (
	// NoOverlap: nothing is heard under the agent's speech.
	NoOverlap Ruling = ""
	// Duck: somebody may be speaking. Lower the voice, and be ready to stop or to swell back.
	Duck Ruling = "duck"
	// Real: the user takes the floor. Final for this piece of speech.
	Real Ruling = "real"
	// Backchannel: the user listens, and says so. Swell back.
	Backchannel Ruling = "backchannel"
	// Echo: the agent hears itself. Swell back.
	Echo Ruling = "echo"
	// Noise: a cough, a key, a car. Swell back.
	Noise Ruling = "noise"
)

// An Overlapping is a ruling and what goes with it.
type Overlapping struct {
	Ruling Ruling
	// WaitUntil is when the ruling may change though nothing new is heard, or Never.
	WaitUntil audio.Position
	// Words are those of the overlapping speech that are the user's, without the agent's echo.
	Words []string
	// Correction says that the user puts right what was said before: "no, I meant Halden".
	Correction bool
	// Command says that the user told the agent to be quiet or to wait.
	Command bool
}

// An Overlap judges what is heard while the agent speaks. Make one for each call: it learns how loud the user is. Like
// the Endpointer it is a value on the audio clock, and not safe for concurrent use.
type Overlap struct {
	o      OverlapOptions
	saying []Word // the agent's words, as they sound in the room

	heard    bool // there is a piece of overlapping speech
	speaking bool
	onset    audio.Position
	end      audio.Position // of the last voiced sound
	voiced   time.Duration  // without the holes
	words    []Word
	final    []Word
	ruled    Ruling
	rising   int  // frames in a row in which a voice stands out from the noise it was taken for
	fading   bool // the latest frame was not voiced, though speech has not been marked as over
	level    run  // of this piece
	voice    run  // probabilities in this piece
	usual    run  // level of the user when the agent is silent
}

// A run is a mean in the making.
type run struct{ n, sum, squares float64 }

func (r *run) add(v float64) { r.n++; r.sum += v; r.squares += v * v }
func (r run) mean() float64  { return r.sum / max(r.n, 1) }

func (r run) deviation() float64 {
	m := r.mean()
	return math.Sqrt(max(0, r.squares/max(r.n, 1)-m*m))
}

// NewOverlap makes the judge for one call.
func NewOverlap(o OverlapOptions) *Overlap {
	if o.Within == 0 {
		o.Within = 480 * time.Millisecond
	}
	if o.Join == 0 {
		o.Join = 300 * time.Millisecond
	}
	if o.Echo == 0 {
		o.Echo = 1200 * time.Millisecond
	}
	if o.Quiet == 0 {
		o.Quiet = 15
	}
	return &Overlap{o: o}
}

// Saying tells which words the agent is saying, and when they sound on the clock of what is heard. Call it again as more
// is queued; the words replace the ones told before. The slice is not kept.
func (v *Overlap) Saying(words []Word) {
	v.saying = v.saying[:0]
	for _, w := range words {
		if w.Text = plain(w.Text); w.Text != "" {
			v.saying = append(v.saying, w)
		}
	}
}

// Begin forgets the piece of speech judged last: the agent has begun to speak, or the ruling has been acted upon.
func (v *Overlap) Begin() {
	v.heard, v.ruled, v.voiced = false, NoOverlap, 0
	v.words, v.final = v.words[:0], v.final[:0]
	v.level, v.voice, v.fading, v.rising = run{}, run{}, false, 0
}

// Learn tells the level in dBFS of a frame of the user's speech while the agent is silent.
func (v *Overlap) Learn(level float64) {
	if v.usual.n > 1000 { // 20 s: forget slowly
		v.usual.n, v.usual.sum, v.usual.squares = v.usual.n/2, v.usual.sum/2, v.usual.squares/2
	}
	v.usual.add(level)
}

// Sound tells the voice detector's probability and the level in dBFS of a frame heard while the agent speaks. It is
// optional, and sharpens the ruling on sound without words.
func (v *Overlap) Sound(probability float32, level float64) {
	if v.speaking {
		v.fading = probability < 0.4
		if v.ruled == Noise && probability >= 0.7 && level > v.level.mean()+rise && level > v.usual.mean()-v.o.Quiet {
			v.rising++
		} else {
			v.rising = 0
		}
		if !v.fading {
			v.voice.add(float64(probability))
			v.level.add(level)
		}
	}
}

// Voice tells that speech began or ended at a position while the agent speaks.
func (v *Overlap) Voice(speaking bool, at audio.Position) {
	if speaking == v.speaking {
		return
	}
	v.speaking = speaking
	if !speaking {
		if v.heard {
			v.voiced += max(0, at.Sub(max(v.onset, v.end)))
			v.end = max(at, v.end)
		}
		return
	}
	if v.heard && at.Sub(v.end) > v.o.Join {
		v.Begin()
	}
	if !v.heard {
		v.heard, v.onset = true, at
	}
	v.end = at
}

// Words tells what the recognizer makes of it, as known at a position; see [Endpointer.Words].
func (v *Overlap) Words(words []Word, final bool, at audio.Position) {
	v.words = v.words[:0]
	for _, w := range words {
		if w.Text = plain(w.Text); w.Text == "" {
			continue
		}
		if w.End == 0 {
			w.End = max(0, at.Add(-usualLag))
			w.Start = w.End
		}
		// What ended before the piece began belongs to the piece before it.
		if v.heard && w.End < v.onset.Add(-v.o.Join) {
			continue
		}
		v.words = append(v.words, w)
	}
	if final {
		v.final = append(v.final, v.words...)
		v.words = v.words[:0]
	}
}

// Decide rules on what has been heard up to now. Real stays real; any other ruling may yet become it.
func (v *Overlap) Decide(now audio.Position) Overlapping {
	if !v.heard {
		return Overlapping{WaitUntil: Never}
	}
	if v.rising >= risen {
		// Somebody speaks over a road: a piece of its own, from where it began to stand out.
		v.onset, v.end, v.voiced = now.Add(-risen*audio.FrameDuration), now.Add(-risen*audio.FrameDuration), 0
		v.ruled, v.rising, v.level, v.voice = NoOverlap, 0, run{}, run{}
	}
	d := Overlapping{WaitUntil: Never}
	mine := v.withoutEcho()
	for _, w := range mine {
		d.Words = append(d.Words, w.Text)
	}
	d.Correction, d.Command = corrects(d.Words), commands(d.Words)
	if v.ruled != Real {
		v.ruled = v.rule(d, now)
	}
	d.Ruling = v.ruled
	if d.Ruling == Duck {
		d.WaitUntil = v.onset.Add(v.o.Within)
	}
	return d
}

func (v *Overlap) rule(d Overlapping, now audio.Position) Ruling {
	words := d.Words
	if n := len(words); n > 0 && len(v.words) > 0 && beginsBackchannel(words[n-1]) {
		words = words[:n-1] // a partial breaks off words: "o" is the beginning of "okay"
	}
	content := contentOf(words)
	all := len(v.final) + len(v.words)
	switch {
	case d.Command || d.Correction || content >= 2:
		return Real
	case content > 0 && len(v.final) == 0 && mayBackchannel(words, v.speaking && !v.fading):
		if now < v.onset.Add(v.o.Within) {
			return Duck
		}
		return Backchannel // "makes" may go on as "makes sense"; if it does not, the next word tells
	case content == 1:
		// One word may still become "right" or the echo of a word that the recognizer has half heard.
		if now >= v.onset.Add(v.o.Within) || len(v.final) > 0 {
			return Real
		}
		return Duck
	}
	late := now >= v.onset.Add(v.o.Within)
	over := !v.speaking && now.Sub(v.end) >= v.o.Join
	switch {
	case !late && !over:
		return Duck
	case all == 1 && len(d.Words) == 0 && whWords[slices.Concat(v.final, v.words)[0].Text] && v.usual.n >= 25 && v.level.mean() > v.usual.mean()-6 && v.loudSpeech(now):
		return Real // a "what" that the agent says too is chance, in a voice as loud as the user's
	case all > 0 && len(d.Words) == 0:
		return Echo
	case len(d.Words) > 0:
		return Backchannel
	case v.loudSpeech(now):
		return Real
	}
	return Noise
}

// A voice rises over noise by so many dB for so many frames.
const (
	rise  = 8
	risen = 3
)

// steady is the standard deviation, in dB from frame to frame, below which a sound is no speech.
const steady = 1.5

// loudSpeech judges sound without words: the recognizer may be slow or deaf, and the user must still be let in.
func (v *Overlap) loudSpeech(now audio.Position) bool {
	if !v.speaking || v.fading {
		return false
	}
	voiced := v.voiced + now.Sub(max(v.onset, v.end))
	if voiced < v.o.Within*4/5 {
		return false
	}
	if v.voice.n > 0 && v.voice.mean() < 0.7 {
		return false
	}
	// A horn and an engine keep their level; a voice changes it with every syllable.
	if v.level.n >= 8 && v.level.deviation() < steady {
		return false
	}
	// Without words there is no telling the user from the agent's own voice but by how loud it is.
	return v.usual.n < 25 || v.level.n == 0 || v.level.mean() > v.usual.mean()-v.o.Quiet
}

// withoutEcho leaves out the words that the agent itself was saying about when they were heard, in the agent's order.
func (v *Overlap) withoutEcho() []Word {
	heard := slices.Concat(v.final, v.words)
	if len(v.saying) == 0 || len(heard) == 0 {
		return heard
	}
	// The longest common subsequence, over the agent's words that can be in the air.
	n, m := len(heard), len(v.saying)
	best := make([][]int, n+1)
	for i := range best {
		best[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if v.echoes(heard[i], v.saying[j]) {
				best[i][j] = max(best[i][j], best[i+1][j+1]+1)
			}
		}
	}
	if best[0][0] == 0 {
		return heard
	}
	var mine []Word
	for i, j := 0, 0; i < n; {
		switch {
		case j < m && v.echoes(heard[i], v.saying[j]) && best[i][j] == best[i+1][j+1]+1:
			i, j = i+1, j+1
		case j < m && best[i][j] == best[i][j+1]:
			j++
		default:
			mine = append(mine, heard[i])
			i++
		}
	}
	// Next to an echo a single strange word is a word misheard, unless it is one that nobody mishears.
	if len(mine) == 1 && n >= 3 && !commands([]string{mine[0].Text}) {
		return nil
	}
	return mine
}

func (v *Overlap) echoes(heard, said Word) bool {
	const early = 300 * time.Millisecond // positions of words are not exact
	late := heard.Start.Sub(said.Start)
	return late >= -early && late <= v.o.Echo && sounds(heard.Text, said.Text)
}

// sounds says whether two words could be one, misheard by at most a letter or a missing end.
func sounds(a, b string) bool {
	if a == b {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) >= 3 && b[:len(a)] == a {
		return true // a partial breaks off words
	}
	if len(a) < 4 || len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return a[i:] == b[i+1:] || len(a) == len(b) && a[i+1:] == b[i+1:]
}
