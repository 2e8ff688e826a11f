package terminal

import (
	"bytes"
	"context"
	"io"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aubade/aubade/voice"
	"github.com/aubade/aubade/voice/audio"
	"github.com/aubade/aubade/voice/voicetest"
)

func TestTheSpeakerIsARoom(t *testing.T) {
	voicetest.AudioOut(t, func() voice.AudioOut {
		s := newSpeaker(io.Discard)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { defer close(done); s.run(ctx) }()
		t.Cleanup(func() { cancel(); <-done })
		return s
	})
}

func TestThePlayerIsFedWithoutAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var played bytes.Buffer
		s := newSpeaker(&played)
		ctx, cancel := context.WithCancel(t.Context())
		go s.run(ctx)
		tone := audio.Frame{PCM: bytes16(audio.FrameSamples, 8000), Rate: audio.Rate}
		for range 5 {
			if err := s.Play(ctx, tone); err != nil {
				t.Fatal(err)
			}
		}
		if !s.sounding() {
			t.Error("what is queued does not count as sound")
		}
		time.Sleep(time.Second - 10*time.Millisecond)
		cancel()
		synctest.Wait()
		if n := played.Len() / frameBytes; n != 49 {
			t.Errorf("%d frames within 990 ms, want 49, silence included", n)
		}
		if s.sounding() {
			t.Error("it still sounds, 890 ms after the last sound")
		}
	})
}

func bytes16(n int, v int16) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = v
	}
	return pcm
}

func needShell(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("devices are commands of a shell, which is not here")
	}
}

func TestAMicrophoneThatEndsEndsTheCallWithItsReason(t *testing.T) {
	needShell(t)
	room, err := Open(t.Context(), Options{Microphone: "head -c 64000 /dev/zero", Speaker: "cat >/dev/null"})
	if err != nil {
		t.Fatal(err)
	}
	defer room.Close()
	frames, reason := 0, ""
	for f, err := range room.Frames(t.Context()) {
		if err != nil {
			reason = err.Error()
			break
		}
		if f.At != audio.Position(frames*audio.FrameSamples) {
			t.Fatalf("frame %d is at %d", frames, f.At)
		}
		frames++
	}
	if frames != 100 || !strings.Contains(reason, "microphone went away") {
		t.Errorf("%d frames, then %q", frames, reason)
	}
}

func TestTheMicrophoneIsDeafToTheAgentUnlessThereIsAHeadset(t *testing.T) {
	needShell(t)
	for _, headset := range []bool{false, true} {
		room, err := Open(t.Context(), Options{Microphone: "yes", Speaker: "cat >/dev/null", Headset: headset})
		if err != nil {
			t.Fatal(err)
		}
		if err := room.Play(t.Context(), audio.Frame{PCM: bytes16(1600, 8000), Rate: audio.Rate}); err != nil {
			t.Fatal(err)
		}
		for f := range room.Frames(t.Context()) {
			if heard := f.PCM[0] != 0; heard != headset {
				t.Errorf("headset %v: heard the room: %v", headset, heard)
			}
			break
		}
		room.Close()
	}
}

func TestWithoutAMicrophoneTheCallIsTyped(t *testing.T) {
	needShell(t)
	room, err := Open(t.Context(), Options{Microphone: "echo no soundcard >&2; exit 1", Speaker: "cat >/dev/null"})
	if err != nil {
		t.Fatal(err)
	}
	defer room.Close()
	if room.NoMicrophone == nil || !strings.Contains(room.NoMicrophone.Error(), "no soundcard") {
		t.Errorf("the reason is %v", room.NoMicrophone)
	}
	var out bytes.Buffer
	room.SetScreen(NewScreen(&out, func() int { return 60 }, false))
	room.Type(t.Context(), strings.NewReader("How did Haldem\x7fn close\r\x1b[Aok\x15\r\x03\x03"))
	if q := <-room.Typed(); q != "How did Halden close" {
		t.Errorf("typed %q", q)
	}
	for _, want := range []voice.Control{voice.Present, voice.Interrupt, voice.Goodbye, voice.Hangup} {
		if got := <-room.Controls(); got != want {
			t.Errorf("control %v, want %v", got, want)
		}
	}
}

// A device that was unplugged may give nothing more without ending, in the middle of a pipeline. The call must end all the same.
func TestAMicrophoneThatStallsDoesNotHoldTheCall(t *testing.T) {
	needShell(t)
	room, err := Open(t.Context(), Options{Microphone: "sh -c 'head -c 640 /dev/zero; sleep 600; true'", Speaker: "cat >/dev/null"})
	if err != nil {
		t.Fatal(err)
	}
	defer room.Close()
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	for _, err := range room.Frames(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(50*time.Millisecond, leave) // while it waits for the next one
	}
	if ctx.Err() == nil {
		t.Error("it ended before the call")
	}
}

func TestALoudspeakerThatDoesNotWorkSaysWhy(t *testing.T) {
	needShell(t)
	_, err := Open(t.Context(), Options{Speaker: "echo 'audio open error: No such file' >&2; exit 1"})
	if err == nil || !strings.Contains(err.Error(), "audio open error") {
		t.Errorf("got %v", err)
	}
}

func TestAScreenKeepsWhatIsOverAndRedrawsTheRest(t *testing.T) {
	var out bytes.Buffer
	s := NewScreen(&out, func() int { return 48 }, false)
	day := time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)
	for _, e := range []voice.Event{
		{Kind: voice.StateChange, Text: "listening"},
		{Kind: voice.Partial, Text: "what was"},
		{Kind: voice.Final, Text: "what was larkspur's revenue"},
		{Kind: voice.TurnEnd, Turn: 1, Text: "what was larkspur's revenue"},
		{Kind: voice.Waterfall, Turn: 1, Waterfall: &voice.Breakdown{TTFA: 500 * time.Millisecond, Parts: []voice.Part{{Name: "end of turn", For: 450 * time.Millisecond}, {Name: "first audio", For: 50 * time.Millisecond}}}},
		{Kind: voice.Saying, Turn: 1, Say: &voice.Say{Citations: []voice.Citation{{Kind: "filing", Title: "10-Q", Published: day}}}},
		{Kind: voice.Caption, Turn: 1, Text: "Larkspur's revenue was"},
		{Kind: voice.Caption, Turn: 1, Text: "$2.31 billion"},
		{Kind: voice.BargeIn, Turn: 1},
		{Kind: voice.ReplyEnd, Turn: 1, Heard: "Larkspur's revenue was $2.31 billion"},
		{Kind: voice.Deferral, Finding: &voice.Deferred{Question: "the volatility of Halden", State: "pending"}},
		{Kind: voice.Rejected},
	} {
		s.Show(e)
	}
	s.Close()
	want := strings.Join([]string{
		"   you what was larkspur's revenue",
		"       ███████|███████|██▓▓····················",
		"       500 ms",
		"       █ end of turn 450   ▓ first audio 50",
		" agent Larkspur's revenue was $2.31 billion —",
		"       (interrupted)",
		"       [filing] 10-Q, 18 November 2026",
		"  owed the volatility of Halden: being looked",
		"       up",
		"   you (not understood)",
	}, "\n")
	if got := standing(out.String()); got != want {
		t.Errorf("the screen shows\n%s\nwant\n%s", got, want)
	}
}

// Titles and log lines hold what strangers wrote; a terminal must not take it for orders.
func TestWhatStrangersWroteDoesNotSteerTheTerminal(t *testing.T) {
	var out bytes.Buffer
	s := NewScreen(&out, func() int { return 60 }, false)
	s.Show(voice.Event{Kind: voice.Saying, Turn: 1, Say: &voice.Say{Citations: []voice.Citation{{Kind: "news", Title: "Halden\x1b]0;mine\x07\u009b2J\tfell"}}}})
	s.Show(voice.Event{Kind: voice.ReplyEnd, Turn: 1, Heard: "It fell."})
	s.Close()
	if got := standing(out.String()); got != " agent It fell.\n       [news] Halden]0;mine2J fell" {
		t.Errorf("the screen shows\n%q", got)
	}
}

// standing is what a terminal shows after it was written to: the sequences that a Screen uses and no others.
func standing(written string) string {
	var lines [][]rune
	row, col := 0, 0
	for i := 0; i < len(written); {
		rest := written[i:]
		switch {
		case strings.HasPrefix(rest, "\x1b[J"):
			lines = lines[:min(len(lines), row)]
			i += 3
		case strings.HasPrefix(rest, "\x1b["):
			n, j := 0, 2
			for ; rest[j] >= '0' && rest[j] <= '9'; j++ {
				n = 10*n + int(rest[j]-'0')
			}
			row -= n // 'A'
			i += j + 1
		case rest[0] == '\r':
			col = 0
			i++
		case rest[0] == '\n':
			row++
			i++
		default:
			r := []rune(rest)[0]
			for len(lines) <= row {
				lines = append(lines, nil)
			}
			lines[row] = append(lines[row][:min(col, len(lines[row]))], r)
			col++
			i += len(string(r))
		}
	}
	var out []string
	for _, l := range lines {
		out = append(out, string(l))
	}
	return strings.Join(out, "\n")
}
