package pocketsphinx

import (
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/aubade/aubade/internal/native"
)

const testData = "/usr/share/pocketsphinx/test/data/"

func open(t testing.TB, c Config) *Decoder {
	d, err := Open(c)
	if missing := (*native.MissingError)(nil); errors.As(err, &missing) && os.Getenv("AUBADE_TEST_ALL") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func goForward(t testing.TB) []int16 {
	raw, err := os.ReadFile(testData + "goforward.raw")
	if err != nil {
		if os.Getenv("AUBADE_TEST_ALL") == "" {
			t.Skip("needs Debian's pocketsphinx-testdata: ", err)
		}
		t.Fatal(err)
	}
	pcm := make([]int16, len(raw)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return pcm
}

func TestItHearsARecordedVoice(t *testing.T) {
	d := open(t, Config{})
	pcm := goForward(t)
	for range 2 { // one decoder hears one utterance after the other
		if err := d.Start(); err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(pcm); i += 320 {
			if err := d.Write(pcm[i:min(i+320, len(pcm))]); err != nil {
				t.Fatal(err)
			}
		}
		d.End()
		words, score, frames := d.Best()
		var text []string
		last := 0
		for _, w := range words {
			if w.Start < last || w.End <= w.Start {
				t.Errorf("%v does not follow %d", w, last)
			}
			last = w.Start
			text = append(text, w.Text)
		}
		if got := strings.Join(text, " "); got != "go forward ten meters" {
			t.Errorf("heard %q", got)
		}
		if first, end := words[0].Start, words[len(words)-1].End; first > 100 || end > len(pcm)/(Rate/100) {
			t.Errorf("words from frame %d to %d of an utterance of %d", first, end, len(pcm)/(Rate/100))
		}
		if score >= 0 || frames < 200 {
			t.Errorf("score %d over %d frames", score, frames)
		}
	}
}

func TestTheMeanDecidesWhatIsHeard(t *testing.T) {
	d := open(t, Config{Extra: map[string]string{"dither": "yes", "seed": "1", "remove_silence": "no"}})
	pcm := goForward(t)
	for i := range pcm {
		pcm[i] /= 40 // a quiet caller
	}
	rows := d.Cepstra(pcm)
	if want := len(pcm) / (Rate / 100); len(rows) < want-3 || len(rows) > want+1 {
		t.Fatalf("%d rows of %d frames", len(rows), want)
	}
	var mean Mean
	for _, r := range rows {
		for i := range mean {
			mean[i] += r[i] / float32(len(rows))
		}
	}
	hear := func(m Mean) string {
		d.SetMean(m)
		if err := d.Start(); err != nil {
			t.Fatal(err)
		}
		if err := d.Write(pcm); err != nil {
			t.Fatal(err)
		}
		d.End()
		words, _, _ := d.Best()
		var text []string
		for _, w := range words {
			text = append(text, w.Text)
		}
		return strings.Join(text, " ")
	}
	wrong := mean
	wrong[0] += 30
	wrong[1] -= 30
	const said = "go forward ten meters"
	if got := hear(wrong); got == said {
		t.Errorf("a wrong mean does no harm")
	}
	if got := hear(mean); got != said { // nothing is left of the wrong one
		t.Errorf("heard %q", got)
	}
}

func TestABadModelIsAnError(t *testing.T) {
	open(t, Config{})
	lm := t.TempDir() + "/bad.arpa"
	if err := os.WriteFile(lm, []byte("this is no language model"), 0o600); err != nil {
		t.Fatal(err)
	}
	if d, err := Open(Config{Language: lm}); err == nil {
		d.Close()
		t.Error("a file of nonsense was loaded")
	}
	if _, err := Open(Config{Language: "/nonexistent.lm"}); err == nil {
		t.Error("a file that is not there was loaded")
	}
}
