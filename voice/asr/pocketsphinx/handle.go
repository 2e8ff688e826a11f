package pocketsphinx

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"github.com/aubade/aubade/internal/child"
	"github.com/aubade/aubade/internal/native/pocketsphinx"
	"github.com/aubade/aubade/voice/asr/lm"
)

// purpose is what the child is told when a stream opens.
type purpose struct {
	Dir    string `json:"dir"`    // of package lm
	Reject bool   `json:"reject"` // run the second decoder
}

// What the parent sends: a byte of these, and for sound the PCM behind it.
const (
	sendStart = 's'
	sendSound = 'p'
	sendEnd   = 'e'
	sendDrop  = 'd' // the utterance was none
)

// heard is what the child sends: the best path, with frames of 10 ms from the utterance's start.
type heard struct {
	Final bool     `json:"final"`
	Words []string `json:"w,omitempty"`
	Start []int    `json:"a,omitempty"`
	End   []int    `json:"b,omitempty"`
	// Margin is how much better the domain explains the sound than English at large, per frame; in the decoder's logarithm.
	Margin float64 `json:"m"`
	Frames int     `json:"n"`
}

// Decoders are costly to load and hold nothing between utterances, so the child keeps those that are free.
var (
	poolMu sync.Mutex
	pool   = map[string][]*pocketsphinx.Decoder{}
)

func borrow(dir string) (*pocketsphinx.Decoder, error) {
	poolMu.Lock()
	if free := pool[dir]; len(free) > 0 {
		d := free[len(free)-1]
		pool[dir] = free[:len(free)-1]
		poolMu.Unlock()
		return d, nil
	}
	poolMu.Unlock()
	// Digital silence has no spectrum to take a mean of: a little noise, the same every time, gives it one.
	c := pocketsphinx.Config{Extra: map[string]string{"remove_silence": "no", "dither": "yes", "seed": "1"}}
	if dir != "" {
		c.Language, c.Dictionary = filepath.Join(dir, lm.LanguageFile), filepath.Join(dir, lm.DictionaryFile)
		c.Extra["topn"] = "8" // twice the default: a tenth fewer wrong words for a quarter more time
	} else {
		// It only has to be about right, and costs the most.
		c.Extra["maxhmmpf"] = "3000"
	}
	return pocketsphinx.Open(c)
}

func giveBack(dir string, d *pocketsphinx.Decoder) {
	if d == nil {
		return
	}
	d.End()
	poolMu.Lock()
	pool[dir] = append(pool[dir], d)
	poolMu.Unlock()
}

// sure is the margin over the rival's first pass from which its other passes need not be waited for. Of 13 recordings of
// other speech the closest came to 3.4; of 16 questions of the domain 13 are beyond it.
const sure = 8.0

// partialEvery is how much sound lies between two looks at the best path.
const partialEvery = pocketsphinx.Rate / 10

// Handle is the child's side of one conversation's ears.
func Handle(ctx context.Context, what []byte, s *child.Stream) (err error) {
	var p purpose
	if err := json.Unmarshal(what, &p); err != nil {
		return fmt.Errorf("pocketsphinx: %w", err)
	}
	domain, err := borrow(p.Dir)
	if err != nil {
		return err
	}
	first := newEar(domain)
	defer func() { first.close(); giveBack(p.Dir, domain) }()
	var second *ear
	if p.Reject {
		stock, err := borrow("")
		if err != nil {
			return err
		}
		second = newEar(stock)
		defer func() { second.close(); giveBack("", stock) }()
	}
	if err := s.Send([]byte(`{}`)); err != nil { // ready
		return err
	}
	var u utterance
	for {
		msg, err := s.Recv(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(msg) == 0 {
			continue
		}
		switch msg[0] {
		case sendStart:
			u = utterance{}
			first.jobs <- first.start
			if second != nil {
				second.jobs <- second.start
			}
		case sendSound:
			pcm := make([]int16, len(msg[1:])/2)
			for i := range pcm {
				pcm[i] = int16(binary.LittleEndian.Uint16(msg[1+2*i:]))
			}
			look := u.add(len(pcm))
			u.levels.add(pcm)
			first.jobs <- func() {
				first.write(pcm)
				if look && first.tuned && len(first.jobs) == 0 { // never look while behind
					send(s, domain, nil, false, 0)
				}
			}
			if second != nil {
				second.jobs <- func() { second.write(pcm) }
			}
		case sendEnd:
			early, rival := make(chan float64, 1), make(chan float64, 1) // the one value each of one utterance
			ours := make(chan bool, 1)
			if second != nil {
				second.jobs <- func() {
					second.tune()
					early <- second.perFrame()
					second.d.End()
					rival <- second.perFrame()
					second.judge(<-ours)
				}
			}
			loudness := u.levels
			first.jobs <- func() {
				first.tune()
				domain.End()
				margin := 0.0
				if second != nil {
					own := first.perFrame()
					// The rival's last passes take longer than everything else that the caller waits for.
					if margin = own - <-early; margin < sure {
						margin = own - <-rival
					}
					first.judge(margin > 0)
					ours <- margin > 0
				}
				send(s, domain, &loudness, true, margin)
			}
		case sendDrop:
			first.jobs <- first.drop
			if second != nil {
				second.jobs <- second.drop
			}
		}
	}
}

// An utterance counts samples to the next look, and knows how loud it was.
type utterance struct {
	since  int
	levels levels
}

func (u *utterance) add(n int) bool {
	if u.since += n; u.since < partialEvery {
		return false
	}
	u.since = 0
	return true
}

// send tells the parent the best path; of a final one, where the levels of its sound are known, the caller's part.
func send(s *child.Stream, d *pocketsphinx.Decoder, l *levels, final bool, margin float64) {
	words, _, frames := d.Best()
	if l != nil {
		words = l.trim(words)
	}
	h := heard{Final: final, Margin: margin, Frames: frames}
	for _, w := range words {
		h.Words = append(h.Words, w.Text)
		h.Start = append(h.Start, w.Start)
		h.End = append(h.End, w.End)
	}
	raw, err := json.Marshal(h)
	if err != nil {
		return // it holds nothing that does not marshal
	}
	_ = s.Send(raw) // a parent that is gone ends the stream by itself
}
