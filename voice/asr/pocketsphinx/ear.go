package pocketsphinx

import (
	"github.com/aubade/aubade/internal/native/pocketsphinx"
)

// tuneAfter is how much of the first utterance, the quiet before it included, an ear hears before it searches for words.
const tuneAfter = pocketsphinx.Rate * 16 / 10

// usual is the acoustic model's own mean, and usualWeight the frames that it counts for.
var usual = pocketsphinx.Mean{41, -5.29, -0.12, 5.09, 2.48, -4.07, -1.37, -1.78, -5.08, -2.05, -6.45, -1.42, 1.17}

const usualWeight = 20

// An ear is one decoder on a goroutine of its own, so that the second never holds up the first.
//
// Each caller has another voice, level and microphone, and what the decoder takes for their average decides how much it
// understands. So an ear holds the beginning of a call's first utterance, takes the mean of that, and only then listens, from
// the start. It does so again as long as nothing of the domain was heard: it may have been a cough.
type ear struct {
	d     *pocketsphinx.Decoder
	jobs  chan func()
	done  chan struct{}
	tuned bool
	// proved says that the domain was heard with this mean.
	proved bool
	held   []int16 // while it is not tuned
}

func newEar(d *pocketsphinx.Decoder) *ear {
	// 16 s of sound at 20 ms a job: the reader waits beyond that.
	e := &ear{d: d, jobs: make(chan func(), 800), done: make(chan struct{})}
	go func() { // ends when jobs is closed
		defer close(e.done)
		for job := range e.jobs {
			job()
		}
	}()
	return e
}

func (e *ear) close() {
	close(e.jobs)
	<-e.done
}

// The rest runs on the ear's own goroutine. Errors of the decoder leave an utterance without words, which says enough.

func (e *ear) start() {
	e.held = e.held[:0]
	if e.tuned {
		_ = e.d.Start()
	}
}

func (e *ear) write(pcm []int16) {
	if e.tuned {
		_ = e.d.Write(pcm)
		return
	}
	if e.held = append(e.held, pcm...); len(e.held) >= tuneAfter {
		e.tune()
	}
}

// tune takes the mean of what is held and hears it again; an ear that is tuned stays as it is.
func (e *ear) tune() {
	if e.tuned {
		return
	}
	e.tuned = true
	mean, n := usual, float32(usualWeight)
	for i := range mean {
		mean[i] *= n
	}
	for _, c := range e.d.Cepstra(e.held) {
		for i := range mean {
			mean[i] += c[i]
		}
		n++
	}
	for i := range mean {
		mean[i] /= n
	}
	e.d.SetMean(mean)
	_ = e.d.Start()
	_ = e.d.Write(e.held)
	e.held = e.held[:0]
}

// judge says whether the utterance was of the domain. If not, the mean may be at fault.
func (e *ear) judge(domain bool) {
	e.proved = domain
	e.tuned = e.tuned && domain
}

// drop forgets an utterance that was none, and what was learned from it.
func (e *ear) drop() {
	e.d.End()
	e.tuned = e.tuned && e.proved
}

// perFrame is the best path's score for a frame.
func (e *ear) perFrame() float64 {
	_, score, frames := e.d.Best()
	if frames == 0 {
		return 0
	}
	return float64(score) / float64(frames)
}
