package opus

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aubade/aubade/internal/native"
)

// need fails where libopus is installed but broken, and skips where it is not installed, unless everything is to be
// tested.
func need(t testing.TB) {
	t.Helper()
	var missing *native.MissingError
	if err := Load(); errors.As(err, &missing) {
		if os.Getenv("AUBADE_TEST_ALL") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
}

func tone(rate, samples, from int) []int16 {
	pcm := make([]int16, samples)
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(from+i)/float64(rate)))
	}
	return pcm
}

func power(pcm []int16) float64 {
	var s float64
	for _, v := range pcm {
		s += float64(v) * float64(v)
	}
	return math.Sqrt(s / float64(max(1, len(pcm))))
}

func packets(t testing.TB, rate, n int) [][]byte {
	t.Helper()
	e, err := NewEncoder(rate, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var all [][]byte
	out := make([]byte, MaxPacket)
	for i := range n {
		k, err := e.Encode(tone(rate, rate/50, i*rate/50), out)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, slices.Clone(out[:k]))
	}
	return all
}

func TestATonePassesAtEveryRate(t *testing.T) {
	need(t)
	for _, rate := range []int{16000, 24000, 48000} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			d, err := NewDecoder(rate, 1)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			pcm := make([]int16, d.MaxSamples())
			for i, p := range packets(t, rate, 50) {
				if n, err := d.Samples(p); err != nil || n != rate/50 {
					t.Fatalf("packet %d holds %d samples, %v; want %d", i, n, err, rate/50)
				}
				n, err := d.Decode(p, pcm)
				if err != nil || n != rate/50 {
					t.Fatalf("packet %d: %d samples, %v; want %d", i, n, err, rate/50)
				}
				if got, want := power(pcm[:n]), 8000/math.Sqrt2; i > 5 && math.Abs(20*math.Log10(got/want)) > 2 {
					t.Fatalf("packet %d: level %.0f, want about %.0f", i, got, want)
				}
			}
		})
	}
}

func TestWhatIsEncodedAt24kHzIsHeardAt16kHz(t *testing.T) {
	need(t)
	d, err := NewDecoder(16000, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	pcm := make([]int16, d.MaxSamples())
	for i, p := range packets(t, 24000, 10) {
		if n, err := d.Decode(p, pcm); err != nil || n != 320 {
			t.Fatalf("packet %d: %d samples, %v; want 320", i, n, err)
		}
	}
}

func TestALostPacketIsMended(t *testing.T) {
	need(t)
	e, err := NewEncoder(16000, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	// In-band redundancy is only carried by the speech layer: little bitrate, much loss, and a voice-like sound.
	for _, err := range []error{e.SetBitrate(24000), e.SetPacketLoss(30), e.SetComplexity(10)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var all [][]byte
	out := make([]byte, MaxPacket)
	for i := range 60 {
		pcm := make([]int16, 320)
		for k := range pcm {
			at := float64(i*320+k) / 16000
			for h := 1.0; h < 20; h++ {
				pcm[k] += int16(3000 / h * math.Sin(2*math.Pi*140*h*at) * (1 + math.Sin(2*math.Pi*3*at)) / 2)
			}
		}
		n, err := e.Encode(pcm, out)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, slices.Clone(out[:n]))
	}
	decodeUpTo := func(n int) *Decoder {
		d, err := NewDecoder(16000, 1)
		if err != nil {
			t.Fatal(err)
		}
		pcm := make([]int16, d.MaxSamples())
		for _, p := range all[:n] {
			if _, err := d.Decode(p, pcm); err != nil {
				t.Fatal(err)
			}
		}
		return d
	}
	const lost = 40
	truth := make([]int16, 320)
	whole := decodeUpTo(lost)
	defer whole.Close()
	if _, err := whole.Decode(all[lost], truth); err != nil {
		t.Fatal(err)
	}
	distance := func(pcm []int16) float64 {
		diff := make([]int16, len(pcm))
		for i := range pcm {
			diff[i] = pcm[i] - truth[i]
		}
		return power(diff) / power(truth)
	}
	guess, fec := make([]int16, 320), make([]int16, 320)
	d := decodeUpTo(lost)
	defer d.Close()
	if n, err := d.Conceal(guess); err != nil || n != 320 || power(guess) < power(truth)/4 {
		t.Fatalf("concealed %d samples at level %.0f, %v; the lost frame had %.0f", n, power(guess), err, power(truth))
	}
	d = decodeUpTo(lost)
	defer d.Close()
	if n, err := d.DecodeFEC(all[lost+1], fec); err != nil || n != 320 {
		t.Fatalf("from redundancy: %d samples, %v", n, err)
	}
	if slices.Equal(guess, fec) {
		t.Error("the redundancy in the next packet was not used")
	}
	if g, f := distance(guess), distance(fec); f > 0.8 {
		t.Errorf("redundancy is %.2f away from the lost frame (guess: %.2f)", f, g)
	}
}

func TestWhatCannotWorkIsAnError(t *testing.T) {
	need(t)
	if _, err := NewEncoder(44100, 1); err == nil || !strings.Contains(err.Error(), "44100") {
		t.Errorf("an encoder at 44.1 kHz: %v", err)
	}
	if _, err := NewDecoder(16000, 7); err == nil {
		t.Error("a decoder with 7 channels was made")
	}
	e, err := NewEncoder(16000, 1)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, MaxPacket)
	if _, err := e.Encode(make([]int16, 321), out); err == nil {
		t.Error("321 samples were encoded")
	}
	if err := e.SetComplexity(11); err == nil {
		t.Error("complexity 11 was taken")
	}
	e.Close()
	e.Close()
	if _, err := e.Encode(make([]int16, 320), out); err == nil {
		t.Error("a closed encoder encoded")
	}
	d, err := NewDecoder(16000, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	pcm := make([]int16, d.MaxSamples())
	if _, err := d.Decode([]byte{0xff, 0xff, 0xff, 0xff}, pcm); !errors.Is(err, ErrInvalidPacket) {
		t.Errorf("a garbage packet: %v, want %v", err, ErrInvalidPacket)
	}
	if _, err := d.Decode(nil, pcm); !errors.Is(err, ErrInvalidPacket) {
		t.Errorf("an empty packet: %v, want %v", err, ErrInvalidPacket)
	}
	if _, err := d.Decode(packets(t, 16000, 1)[0], pcm[:100]); err == nil {
		t.Error("a frame was decoded into too small a buffer")
	}
}

func TestManyStreamsAtOnceAreBitIdenticalToOne(t *testing.T) {
	need(t)
	want := packets(t, 16000, 30)
	var wg sync.WaitGroup
	got := make([][][]byte, 16)
	for i := range got {
		wg.Go(func() { got[i] = packets(t, 16000, 30) })
	}
	wg.Wait()
	for i, g := range got {
		for k := range want {
			if !slices.Equal(g[k], want[k]) {
				t.Fatalf("stream %d differs in packet %d", i, k)
			}
		}
	}
}

func TestStatesThatAreForgottenAreFreed(t *testing.T) {
	need(t)
	for range 200 { // 200 encoders that nobody closes: the cleanups must run without a fault
		if _, err := NewEncoder(48000, 1); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
	}
}

func FuzzDecodeSurvivesAnyPacket(f *testing.F) {
	need(f)
	for _, p := range packets(f, 16000, 3) {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		d, err := NewDecoder(16000, 1)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		pcm := make([]int16, d.MaxSamples())
		n, err := d.Decode(packet, pcm)
		if n > len(pcm) || (err != nil && n != 0) {
			t.Fatalf("%d samples, %v", n, err)
		}
		if _, err := d.DecodeFEC(packet, pcm[:320]); err == nil && len(packet) == 0 {
			t.Fatal("redundancy was found in nothing")
		}
		if _, err := d.Conceal(pcm[:320]); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	need(b)
	e, err := NewEncoder(16000, 1)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	pcm, out := tone(16000, 320, 0), make([]byte, MaxPacket)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Encode(pcm, out); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	need(b)
	d, err := NewDecoder(16000, 1)
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	p, pcm := packets(b, 16000, 20)[19], make([]int16, d.MaxSamples())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decode(p, pcm); err != nil {
			b.Fatal(err)
		}
	}
}
