package wav_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/script"
	"github.com/aubade/aubade/voice/voicetest"
	"github.com/aubade/aubade/voice/wav"
)

func TestARecordedCallerIsAnswered(t *testing.T) {
	// 44.1 kHz stereo: half a second of silence, two of tone, half of silence.
	const rate = 44100
	in := audio.Recording{Rate: rate, Channels: 2, PCM: make([]int16, 2*rate*3)}
	for i := rate / 2; i < rate*5/2; i++ {
		v := int16(12000 - 24000*(i/20%2))
		in.PCM[2*i], in.PCM[2*i+1] = v, v
	}
	file := filepath.Join(t.TempDir(), "caller.wav")
	var b bytes.Buffer
	if err := in.WriteWAV(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	sc, err := script.Parse(`0.5s user 2s "how did Larkspur close"
		model ttft=100ms "It closed higher."`)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		call, err := sc.Call()
		if err != nil {
			t.Fatal(err)
		}
		room, err := wav.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		log := &voicetest.Log{}
		cfg := call.Config(log)
		cfg.In, cfg.Out = room, room
		s, err := voice.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if spans := room.Spans(); len(spans) != 1 || spans[0].From < 2500*time.Millisecond || spans[0].To-spans[0].From != 900*time.Millisecond {
			t.Errorf("the agent was heard at %+v", spans)
		}
		rec := room.Recording()
		if rec.Channels != 2 || rec.Rate != audio.Rate {
			t.Fatalf("recorded %d channels at %d Hz", rec.Channels, rec.Rate)
		}
		loud := func(side int, at time.Duration) bool {
			from, peak := int(at*audio.Rate/time.Second), 0
			for i := from; i < from+160 && 2*i+side < len(rec.PCM); i++ {
				peak = max(peak, int(rec.PCM[2*i+side]))
			}
			return peak > 3000
		}
		answer := room.Spans()[0].From
		for _, c := range []struct {
			side int
			at   time.Duration
			want bool
		}{
			{0, 200 * time.Millisecond, false}, {0, 1500 * time.Millisecond, true}, {0, 2700 * time.Millisecond, false},
			{1, 1500 * time.Millisecond, false}, {1, answer + 100*time.Millisecond, true}, {1, answer + 1200*time.Millisecond, false},
		} {
			if loud(c.side, c.at) != c.want {
				t.Errorf("side %d at %v: loud is %v", c.side, c.at, !c.want)
			}
		}
	})
}

func TestTheRecordedRoomIsARoom(t *testing.T) {
	voicetest.AudioOut(t, func() voice.AudioOut { return wav.New(audio.Recording{Rate: 16000, Channels: 1}) })
}
