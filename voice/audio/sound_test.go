package audio

import (
	"bytes"
	"context"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func tone(hz float64, rate int, d time.Duration) []int16 {
	pcm := make([]int16, int(d*time.Duration(rate)/time.Second))
	for i := range pcm {
		pcm[i] = int16(math.Round(16000 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))))
	}
	return pcm
}

func power(pcm []int16) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return sum / float64(max(1, len(pcm)))
}

func TestResamplingKeepsATone(t *testing.T) {
	for _, c := range []struct {
		from, to int
		least    float64 // signal over everything else, dB
	}{
		{48000, 16000, 70}, {44100, 16000, 70}, {22050, 16000, 70}, {24000, 16000, 70}, {8000, 16000, 70}, {16000, 48000, 70},
		{11025, 16000, 70}, {16000, 16000, 70}, {47999, 16000, 50},
	} {
		got := Resample(tone(1000, c.from, time.Second), c.from, c.to)
		want := tone(1000, c.to, time.Second)
		if len(got) != len(want) {
			t.Errorf("%d→%d: %d samples, want %d", c.from, c.to, len(got), len(want))
			continue
		}
		diff := make([]int16, len(got))
		for i := range got {
			diff[i] = got[i] - want[i]
		}
		edge := c.to / 50 // the first and last 20 ms hold the tone's beginning and end
		snr := 10 * math.Log10(power(want[edge:len(want)-edge])/(power(diff[edge:len(diff)-edge])+1e-9))
		if snr < c.least {
			t.Errorf("%d→%d: signal over error is %.1f dB, want %.0f", c.from, c.to, snr, c.least)
		}
	}
}

func TestResamplingDoesNotAlias(t *testing.T) {
	for _, hz := range []float64{8800, 10000, 15000, 23000} {
		in := tone(hz, 48000, time.Second)
		out := Resample(in, 48000, 16000)
		out = out[len(out)/10 : len(out)*9/10] // switching a tone on and off makes other ones
		if db := 10 * math.Log10(power(out)/power(in)+1e-12); db > -70 {
			t.Errorf("%v Hz comes through at %.1f dB", hz, db)
		}
	}
}

func TestResamplingInPiecesIsTheSame(t *testing.T) {
	in := tone(700, 44100, 300*time.Millisecond)
	want := Resample(in, 44100, 16000)
	r := NewResampler(44100, 16000)
	for _, n := range []int{1, 7, 441, 882, 5000} {
		var got []int16
		for at := 0; at < len(in); at += n {
			got = r.Write(got, in[at:min(at+n, len(in))])
		}
		got = r.Flush(got)
		if len(got) != len(want) {
			t.Fatalf("in pieces of %d: %d samples, want %d", n, len(got), len(want))
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("in pieces of %d: sample %d is %d, want %d", n, i, got[i], want[i])
			}
		}
	}
}

func TestWAVComesBackAsItWent(t *testing.T) {
	want := Recording{Rate: 22050, Channels: 2, PCM: []int16{0, 1, -1, 32767, -32768, 5}}
	var b bytes.Buffer
	if err := want.WriteWAV(&b); err != nil {
		t.Fatal(err)
	}
	got, err := ReadWAV(&b)
	if err != nil || got.Rate != want.Rate || got.Channels != want.Channels || len(got.PCM) != len(want.PCM) {
		t.Fatalf("%+v %v", got, err)
	}
	for i := range want.PCM {
		if got.PCM[i] != want.PCM[i] {
			t.Errorf("sample %d is %d, want %d", i, got.PCM[i], want.PCM[i])
		}
	}
	if m := want.Mono(); len(m) != 3 || m[1] != 16383 {
		t.Errorf("mono is %v", m)
	}
}

func FuzzReadWAV(f *testing.F) {
	var b bytes.Buffer
	_ = Recording{Rate: 16000, Channels: 1, PCM: []int16{1, 2, 3}}.WriteWAV(&b)
	f.Add(b.Bytes())
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x03\x00\x02\x00\x80\xbb\x00\x00\x00\x00\x00\x00\x00\x00\x20\x00data\xff\xff\xff\xff\x00\x00\x80\x7f\x00\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := ReadWAV(bytes.NewReader(raw))
		if err != nil {
			return
		}
		if len(r.PCM)%r.Channels != 0 {
			t.Fatal("half a frame")
		}
		var out bytes.Buffer
		if err := r.WriteWAV(&out); err != nil {
			t.Fatal(err)
		}
		again, err := ReadWAV(&out)
		if err != nil || len(again.PCM) != len(r.PCM) && len(r.PCM) > 0 {
			t.Fatalf("what was read cannot be written and read again: %v", err)
		}
	})
}

func FuzzResample(f *testing.F) {
	f.Add(44100, []byte{1, 2, 3, 4})
	f.Fuzz(func(t *testing.T, from int, raw []byte) {
		if from < 4000 || from > 384000 {
			return
		}
		in := make([]int16, len(raw)/2)
		for i := range in {
			in[i] = int16(raw[2*i]) | int16(raw[2*i+1])<<8
		}
		out := Resample(in, from, Rate)
		if want := (len(in)*Rate + from - 1) / from; len(out) != want && from != Rate {
			t.Errorf("%d samples at %d Hz became %d, want %d", len(in), from, len(out), want)
		}
	})
}

func TestALoudspeakerCutsAndDucks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewLoudspeaker(Rate, 1)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		defer wg.Wait()
		wg.Go(func() {
			time.Sleep(301 * time.Millisecond)
			s.Gain(-24)
			time.Sleep(200 * time.Millisecond)
			cancel()
			if left := s.Cut(); left != 219*time.Millisecond {
				t.Errorf("unheard is %v, want what is queued", left)
			}
		})
		played := 0
		for _, f := range Frames(tone(500, 24000, 2*time.Second), 24000) {
			if s.Play(ctx, f) != nil {
				break
			}
			played++
		}
		wg.Wait()
		if played != 36 {
			t.Errorf("%d frames were taken, want 500 ms and what is queued", played)
		}
		if spans := s.Spans(); len(spans) != 2 || spans[0] != (Span{0, 301 * time.Millisecond, 0}) || spans[1] != (Span{301 * time.Millisecond, 501 * time.Millisecond, -24}) {
			t.Errorf("heard %+v", spans)
		}
		track := s.Track()
		if d := len(track); d != Rate*511/1000 {
			t.Errorf("the track has %d samples, want 500 ms and a fade", d)
		}
		loud, quiet := power(track[Rate/10:Rate/10*2]), power(track[Rate*35/100:Rate*45/100])
		if db := 10 * math.Log10(quiet/loud); math.Abs(db+24) > 0.5 {
			t.Errorf("ducked by %.1f dB", db)
		}
	})
}
