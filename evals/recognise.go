package evals

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
)

// A Clip is a recording and what is said in it.
type Clip struct {
	File, Text string
	// Entities are the names that matter in it, as they are written in the text or as the lexicon's IDs.
	Entities []string
}

// ReadClips reads a table with a clip a line: file, text and, divided by "|", entities; tabs between. Lines that begin with # are comments.
func ReadClips(path string) ([]Clip, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var clips []Clip
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		line := strings.TrimRight(s.Text(), "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		col := strings.Split(line, "\t")
		if len(col) < 2 {
			return nil, fmt.Errorf("%s:%d: want file, text and entities with tabs between", path, n)
		}
		if col[0] == "file" && col[1] == "text" {
			continue // a heading
		}
		c := Clip{File: col[0], Text: col[1]}
		if len(col) > 2 {
			for e := range strings.SplitSeq(col[2], "|") {
				if e = strings.TrimSpace(e); e != "" {
					c.Entities = append(c.Entities, e)
				}
			}
		}
		clips = append(clips, c)
	}
	return clips, s.Err()
}

// Recognition is how clips are played to a recognizer and how words are compared.
type Recognition struct {
	Recognizer voice.Recognizer
	// Rewrite puts a transcript right as a call does before it is answered; nil: it is scored as it was heard.
	Rewrite func(voice.Transcript) voice.Transcript
	// Words turns writing into words as they are said, so that "$2.3B" and its words are the same.
	Words func(text string) []string
	// Names lists the ways to say an entity; nil, or an empty answer: its own words.
	Names func(entity string) [][]string
	// Outside says that the clips are speech of another domain: whatever is accepted is an invention.
	Outside bool
	// Quick plays as fast as the recognizer takes it. The delay of finals is then not measured.
	Quick bool
	// CPU is the processor time that recognition has taken so far.
	CPU func() time.Duration
	// Each is told of each clip as it is done; may be nil.
	Each func(Hearing)
}

// A Hearing is what became of one clip.
type Hearing struct {
	File       string   `json:"file"`
	Said       string   `json:"said"`
	Heard      string   `json:"heard"`
	Rejected   bool     `json:"rejected"`
	WER        float64  `json:"wer"`
	Missed     []string `json:"missed,omitempty"` // entities
	Delay      float64  `json:"final_delay_ms"`   // from the flush to the final
	Confidence float32  `json:"confidence,omitempty"`
}

// RecogniseReport sums up.
type RecogniseReport struct {
	Clips          int        `json:"clips"`
	Seconds        float64    `json:"seconds"`
	WER            float64    `json:"wer"` // of all clips, rejected or not
	Errors         WordErrors `json:"errors"`
	EntityAccuracy float64    `json:"entity_accuracy"` // share of the entities that were heard in clips that were accepted
	Entities       int        `json:"entities"`
	Accepted       int        `json:"accepted"`
	AcceptedShare  float64    `json:"accepted_share"`
	Invented       int        `json:"invented"` // accepted, of clips from outside the domain
	CPURTF         float64    `json:"cpu_rtf"`
	DelayP50       *float64   `json:"final_delay_ms_p50"`
	DelayP95       *float64   `json:"final_delay_ms_p95"`
	Hearings       []Hearing  `json:"hearings"`
}

// Around each clip there is quiet: before it because people do not begin at once, after it because the end of a turn
// is decided from silence. A final's delay counts from after that.
const (
	quietBefore = 500 * time.Millisecond
	quietAfter  = 300 * time.Millisecond
	tooLate     = 30 * time.Second
)

// Run plays the clips one after the other, each to a stream of its own.
func (r Recognition) Run(ctx context.Context, dir string, clips []Clip) (RecogniseReport, error) {
	report := RecogniseReport{Clips: len(clips), Hearings: []Hearing{}}
	cpu := r.CPU
	if cpu == nil {
		cpu = func() time.Duration { return 0 }
	}
	began := cpu()
	var delays []float64
	hit := 0
	for _, clip := range clips {
		pcm, err := readSound(filepath.Join(dir, clip.File))
		if err != nil {
			return report, err
		}
		t, delay, err := r.hear(ctx, pcm)
		if err != nil {
			return report, fmt.Errorf("recognise %s: %w", clip.File, err)
		}
		if r.Rewrite != nil {
			t = r.Rewrite(t)
		}
		report.Seconds += (audio.Position(len(pcm)).Duration() + quietBefore + quietAfter).Seconds()
		said, heard := r.Words(clip.Text), r.Words(t.Text)
		h := Hearing{File: clip.File, Said: clip.Text, Heard: t.Text, Rejected: t.Rejected, Delay: float64(delay.Microseconds()) / 1000, Confidence: t.Confidence}
		errs := CompareWords(said, heard)
		h.WER = errs.Rate()
		report.Errors.Add(errs)
		for _, e := range clip.Entities {
			report.Entities++
			if !t.Rejected && r.mentions(heard, e) {
				hit++
			} else {
				h.Missed = append(h.Missed, e)
			}
		}
		if !t.Rejected && t.Text != "" {
			report.Accepted++
			if r.Outside {
				report.Invented++
			}
		}
		delays = append(delays, h.Delay)
		report.Hearings = append(report.Hearings, h)
		if r.Each != nil {
			r.Each(h)
		}
	}
	report.WER = report.Errors.Rate()
	report.EntityAccuracy = share(hit, report.Entities)
	report.AcceptedShare = share(report.Accepted, report.Clips)
	if report.Seconds > 0 {
		report.CPURTF = (cpu() - began).Seconds() / report.Seconds
	}
	if len(delays) > 0 && !r.Quick {
		slices.Sort(delays)
		p50, p95 := delays[len(delays)/2], delays[min(len(delays)-1, int(math.Ceil(0.95*float64(len(delays))))-1)]
		report.DelayP50, report.DelayP95 = &p50, &p95
	}
	return report, nil
}

// share is a ratio; of nothing it is 1, because nothing was missed.
func share(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// mentions says whether one of the entity's names is among the words, with or without the 's of possession.
func (r Recognition) mentions(words []string, entity string) bool {
	var names [][]string
	if r.Names != nil {
		names = r.Names(entity)
	}
	if len(names) == 0 {
		names = [][]string{r.Words(entity)}
	}
	bare := func(w string) string { return strings.TrimSuffix(strings.TrimSuffix(w, "'"), "'s") }
	for _, name := range names {
		for i := 0; len(name) > 0 && i+len(name) <= len(words); i++ {
			if slices.EqualFunc(words[i:i+len(name)], name, func(a, b string) bool { return bare(a) == bare(b) }) {
				return true
			}
		}
	}
	return false
}

// Hear is what the ears make of a recording at audio.Rate, whether they would accept it or not.
func (r Recognition) Hear(ctx context.Context, pcm []int16) (string, error) {
	t, _, err := r.hear(ctx, pcm)
	return t.Text, err
}

// hear plays one clip and collects its final.
func (r Recognition) hear(ctx context.Context, pcm []int16) (t voice.Transcript, delay time.Duration, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s, err := r.Recognizer.Open(ctx)
	if err != nil {
		return t, 0, err
	}
	defer s.Close()
	sound := slices.Concat(make([]int16, audio.At(quietBefore)), pcm, make([]int16, audio.At(quietAfter)))
	began := time.Now()
	var finals []voice.Transcript
	collect := func() error {
		for {
			select {
			case got, ok := <-s.Results():
				if !ok {
					return fmt.Errorf("the stream ended: %w", cmpErr(s.Err()))
				}
				if got.Final {
					finals = append(finals, got)
				}
			default:
				return nil
			}
		}
	}
	for _, f := range audio.Frames(sound, audio.Rate) {
		if !r.Quick {
			// A frame is there when it has been spoken.
			if wait := time.Until(began.Add(f.End().Duration())); wait > 0 {
				select {
				case <-time.After(wait):
				case <-ctx.Done():
					return t, 0, context.Cause(ctx)
				}
			}
		}
		if err := errors.Join(s.Write(f), collect()); err != nil {
			return t, 0, err
		}
	}
	early := len(finals)
	flushed := time.Now()
	if err := s.Flush(); err != nil {
		return t, 0, err
	}
	patience := tooLate
	if r.Quick {
		patience += 10 * audio.Position(len(sound)).Duration() // all of it may still have to be worked out
	}
	late := time.After(patience)
	for len(finals) == early {
		select {
		case got, ok := <-s.Results():
			if !ok {
				return t, 0, fmt.Errorf("the stream ended: %w", cmpErr(s.Err()))
			}
			if got.Final {
				finals = append(finals, got)
			}
		case <-late:
			return t, 0, errors.New("no final came")
		case <-ctx.Done():
			return t, 0, context.Cause(ctx)
		}
	}
	delay = time.Since(flushed)
	// A recognizer that cuts utterances by itself gives several finals; together they are the clip.
	t = finals[len(finals)-1]
	var texts []string
	t.Rejected = true
	for _, f := range finals {
		if f.Text != "" {
			texts = append(texts, f.Text)
			t.Rejected = t.Rejected && f.Rejected
		}
	}
	t.Rejected = t.Rejected && len(texts) > 0
	t.Text = strings.Join(texts, " ")
	return t, delay, nil
}

func cmpErr(err error) error {
	if err == nil {
		return errors.New("without a reason")
	}
	return err
}

// readSound reads a WAV file at any rate, or headerless 16 kHz PCM where its name ends in .raw.
func readSound(path string) ([]int16, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if strings.HasSuffix(path, ".raw") {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		pcm := make([]int16, len(raw)/2)
		for i := range pcm {
			pcm[i] = int16(uint16(raw[2*i]) | uint16(raw[2*i+1])<<8)
		}
		return pcm, nil
	}
	rec, err := audio.ReadWAV(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return audio.Resample(rec.Mono(), rec.Rate, audio.Rate), nil
}
