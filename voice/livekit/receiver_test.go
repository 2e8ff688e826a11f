package livekit

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/aubade/aubade/internal/native/opus"
	"github.com/aubade/aubade/voice/audio"
)

// plainDecoder reads a packet of one byte as 20 ms of that value; what it conceals it calls 99, what it recovers 77.
type plainDecoder struct{}

func (plainDecoder) Decode(packet []byte, pcm []int16) (int, error) {
	if packet[0] == 0xff {
		return 0, errors.New("not Opus")
	}
	return set(pcm[:audio.FrameSamples], int16(packet[0])), nil
}
func (plainDecoder) Conceal(pcm []int16) (int, error)             { return set(pcm, 99), nil }
func (plainDecoder) DecodeFEC(_ []byte, pcm []int16) (int, error) { return set(pcm, 77), nil }

func set(pcm []int16, v int16) int {
	for i := range pcm {
		pcm[i] = v
	}
	return len(pcm)
}

// A sent packet: its number, what it holds, when it arrives.
type sent struct {
	n    int // sequence number, and with skip the place in time
	v    byte
	at   time.Duration
	skip int // frames that were not sent before it
}

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func TestReceiver(t *testing.T) {
	tests := []struct {
		name    string
		packets []sent
		until   time.Duration
		want    string // frames as "value" or, when filled, "(value)"
	}{
		{
			name:    "packets in order are decoded as they come",
			packets: []sent{{n: 1, v: 1, at: 0}, {n: 2, v: 2, at: ms(20)}, {n: 3, v: 3, at: ms(40)}},
			until:   ms(60),
			want:    "1 2 3",
		},
		{
			name:    "two packets that overtook each other are put in order",
			packets: []sent{{n: 1, v: 1, at: 0}, {n: 3, v: 3, at: ms(20)}, {n: 2, v: 2, at: ms(45)}},
			until:   ms(60),
			want:    "1 2 3",
		},
		{
			name:    "a packet that comes twice is heard once",
			packets: []sent{{n: 1, v: 1, at: 0}, {n: 2, v: 2, at: ms(20)}, {n: 2, v: 2, at: ms(21)}},
			until:   ms(40),
			want:    "1 2",
		},
		{
			name:    "of two lost packets one is guessed and one recovered from the packet behind",
			packets: []sent{{n: 1, v: 1, at: 0}, {n: 4, v: 4, at: ms(60)}},
			until:   ms(121),
			want:    "1 (99) (77) 4",
		},
		{
			name:    "silence that was never sent is filled by the timer and by the time stamps",
			packets: []sent{{n: 1, v: 1, at: 0}, {n: 2, v: 2, at: ms(200), skip: 9}},
			until:   ms(200),
			want:    "1 (0) (0) (0) (0) (0) (0) (0) (0) (0) 2",
		},
		{
			name:    "a late packet replaces the silence that nobody has heard",
			packets: []sent{{n: 1, v: 1, at: 0}, {n: 2, v: 2, at: ms(120)}},
			until:   ms(120),
			want:    "1 2",
		},
		{
			name:    "a packet that is not Opus is concealed and the stream goes on",
			packets: []sent{{n: 1, v: 1, at: 0}, {n: 2, v: 0xff, at: ms(20)}, {n: 3, v: 3, at: ms(40)}},
			until:   ms(60),
			want:    "1 (99) 3",
		},
		{
			name:  "without any packet the clock runs on",
			until: ms(140),
			want:  "(0) (0) (0) (0) (0)",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Unix(0, 0)
			r := newReceiver(plainDecoder{}, start)
			for _, p := range tt.packets {
				now := start.Add(p.at)
				r.step(now) // the clock runs, but nobody takes frames
				r.push(packet(p), now)
			}
			if got := frames(t, r, start.Add(tt.until)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func packet(p sent) *rtp.Packet {
	return &rtp.Packet{
		Header:  rtp.Header{SSRC: 7, SequenceNumber: uint16(65533 + p.n), Timestamp: uint32(4294966000 + (p.n+p.skip)*rtpFrame)},
		Payload: []byte{p.v},
	}
}

// frames takes all that is there and checks that no hole is between.
func frames(t *testing.T, r *receiver, now time.Time) string {
	t.Helper()
	var got []string
	at := audio.Position(-1)
	for {
		f, ok := r.take(now)
		if !ok {
			return strings.Join(got, " ")
		}
		if at >= 0 && f.At != at {
			t.Errorf("frame at %d follows one that ends at %d", f.At, at)
		}
		at = f.End()
		if f.Filled {
			got = append(got, fmt.Sprintf("(%d)", f.PCM[0]))
		} else {
			got = append(got, fmt.Sprint(f.PCM[0]))
		}
	}
}

func TestWordsThatComeAfterTheirSilenceWasHeardAreKept(t *testing.T) {
	start := time.Unix(0, 0)
	r := newReceiver(plainDecoder{}, start)
	r.push(packet(sent{n: 1, v: 1}), start)
	if got := frames(t, r, start.Add(ms(150))); got != "1 (0) (0) (0) (0)" {
		t.Fatalf("before the late packets: %s", got)
	}
	for n := 2; n <= 5; n++ {
		r.push(packet(sent{n: n, v: byte(n)}), start.Add(ms(160)))
	}
	if got := frames(t, r, start.Add(ms(160))); got != "2 3 4 5" {
		t.Errorf("the late packets: %s, want 2 3 4 5", got)
	}
}

func TestANewTrackGoesOnWhereTheOldOneEnded(t *testing.T) {
	start := time.Unix(0, 0)
	r := newReceiver(plainDecoder{}, start)
	r.push(packet(sent{n: 1, v: 1}), start)
	p := packet(sent{n: 900, v: 2})
	p.SSRC, p.Timestamp = 8, 12345
	r.push(p, start.Add(ms(20)))
	r.step(start.Add(ms(20)))
	if got := frames(t, r, start.Add(ms(20))); got != "2" && got != "1 2" {
		t.Errorf("got %s", got)
	}
}

func TestAFullQueueDropsTheOldest(t *testing.T) {
	start := time.Unix(0, 0)
	r := newReceiver(plainDecoder{}, start)
	for n := range queueLimit + 30 {
		r.push(packet(sent{n: n, v: byte(n % 90)}), start)
	}
	if len(r.queue) != queueLimit || r.stats.Dropped != 30 {
		t.Errorf("%d packets wait and %d were dropped, want %d and 30", len(r.queue), r.stats.Dropped, queueLimit)
	}
}

// Real Opus over a bad network: a tone of 3 s, 10 % of the packets lost, 30 ms of jitter, and a DTX hole of 400 ms.
func TestABadNetworkLeavesNoHoleAndLittleDamage(t *testing.T) {
	enc, err := opus.NewEncoder(48000, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	dec, err := opus.NewDecoder(audio.Rate, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()

	rnd := rand.New(rand.NewPCG(1, 2))
	start := time.Unix(0, 0)
	type arrival struct {
		p  *rtp.Packet
		at time.Time
	}
	var arrivals []arrival
	seq, lost := uint16(0), 0
	const total = 150
	for n := range total {
		pcm := make([]int16, 960)
		for i := range pcm {
			pcm[i] = int16(8000 * tone(n*960+i, 440, 48000))
		}
		buf := make([]byte, opus.MaxPacket)
		k, err := enc.Encode(pcm, buf)
		if err != nil {
			t.Fatal(err)
		}
		if n >= 60 && n < 80 {
			continue // the browser is silent
		}
		seq++
		if rnd.Float64() < 0.1 {
			lost++
			continue
		}
		late := time.Duration(rnd.IntN(30)) * time.Millisecond
		arrivals = append(arrivals, arrival{
			&rtp.Packet{Header: rtp.Header{SSRC: 1, SequenceNumber: seq, Timestamp: uint32(n * 960)}, Payload: buf[:k]},
			start.Add(time.Duration(n)*audio.FrameDuration + late),
		})
	}
	slices.SortStableFunc(arrivals, func(a, b arrival) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })

	r := newReceiver(dec, start)
	var pcm []int16
	var worst time.Duration
	for now := start; now.Before(start.Add(total*audio.FrameDuration + ms(60))); now = now.Add(time.Millisecond) {
		for len(arrivals) > 0 && !arrivals[0].at.After(now) {
			r.push(arrivals[0].p, now)
			arrivals = arrivals[1:]
		}
		for {
			f, ok := r.take(now)
			if !ok {
				break
			}
			if f.At != audio.Position(len(pcm)) {
				t.Fatalf("frame at %d, want %d", f.At, len(pcm))
			}
			worst = max(worst, now.Sub(start.Add(f.At.Duration())))
			pcm = append(pcm, f.PCM...)
		}
	}
	if d := audio.Position(len(pcm)).Duration(); d < 2900*time.Millisecond || d > 3100*time.Millisecond {
		t.Errorf("3 s were sent, %v were heard", d)
	}
	if worst > 130*time.Millisecond {
		t.Errorf("a frame was %v late, want at most jitter + reorder wait", worst)
	}
	if r.stats.Lost == 0 || r.stats.Lost > lost+2 {
		t.Errorf("%d packets were lost, %d concealed", lost, r.stats.Lost)
	}
	loud := 0
	for i := 0; i+audio.FrameSamples <= len(pcm); i += audio.FrameSamples {
		if loudness(pcm[i:i+audio.FrameSamples]) < 25 {
			loud++
		}
	}
	if loud < 118 || loud > 132 {
		t.Errorf("%d frames are loud, want 130 (150 less the 20 that were never sent) within concealment", loud)
	}
	t.Logf("%+v, worst delay %v, %d loud frames", r.stats, worst, loud)
}
