package livekit

import (
	"cmp"
	"slices"
	"time"

	"github.com/pion/rtp"

	"github.com/aubade/aubade/voice/audio"
)

const (
	// rtpRate is the clock of Opus on the wire, whatever was encoded.
	rtpRate = 48000
	// rtpFrame is one of our frames on that clock.
	rtpFrame = rtpRate / 50

	// reorderWait is how long a missing packet is waited for once a later one is there.
	reorderWait = 60 * time.Millisecond
	// lateWait is how long after sound was due an empty queue is filled with silence. It is the jitter that costs
	// nothing; what is later than that is heard after a short silence.
	lateWait = 60 * time.Millisecond
	// queueLimit is 10 s of packets of 20 ms: beyond it the reader drops the oldest, and nobody waits.
	queueLimit = 500
	// maxHole is the longest hole that is believed: a larger jump is a sender that has set a new clock.
	maxHole = 2 * rtpRate
)

// A decoder is libopus, or a test's idea of it.
type decoder interface {
	Decode(packet []byte, pcm []int16) (int, error)
	DecodeFEC(packet []byte, pcm []int16) (int, error)
	Conceal(pcm []int16) (int, error)
}

// A receiver makes of one user's packets frames that follow each other without a hole. It reads no clock and starts no
// goroutine: time is handed to it.
//
//	in order     decoded at once: the receiver adds no delay
//	reordered    waited for, at most reorderWait
//	lost         concealed, the last of them from the redundancy in the packet behind it
//	never sent   (DTX) silence, as the timestamps say
//	late         silence after lateWait; a packet that then arrives replaces it, or, where it was heard already, follows it:
//	             the audio clock gets longer, but no word is lost
type receiver struct {
	dec decoder

	queue   []received // by sequence number, not yet decoded
	ssrc    uint32
	begun   bool // a packet of this stream was decoded
	lastSeq uint16
	lastDur uint32    // of the last packet, on the RTP clock
	next    uint32    // RTP time of the sample after the last one that was emitted
	due     time.Time // when the sound at next should be here

	out    []audio.Frame // emitted, not yet taken
	at     audio.Position
	carry  []int16 // less than a frame
	fill   bool    // carry holds nothing but fill
	silent int     // how many frames at the end of out the timer made

	stats ReceiveStats
}

// ReceiveStats counts what became of a user's packets.
type ReceiveStats struct {
	Packets   int // decoded
	Lost      int // concealed
	Late      int // came after they were given up
	Corrupt   int // not Opus
	Dropped   int // pushed out of a full queue
	Silence   int // frames made by the timer
	Holes     int // frames never sent (DTX)
	Recovered int // frames of the timer's that a late packet replaced
}

type received struct {
	*rtp.Packet
	arrived time.Time
}

// newReceiver expects sound from now on.
func newReceiver(dec decoder, now time.Time) *receiver {
	return &receiver{dec: dec, due: now, fill: true}
}

// push takes a packet. It may come in any order, twice, or from a new stream.
func (r *receiver) push(p *rtp.Packet, now time.Time) {
	if len(p.Payload) == 0 {
		// Padding: a probe for bandwidth. It uses up a sequence number.
		if r.begun && p.SSRC == r.ssrc && p.SequenceNumber == r.lastSeq+1 {
			r.lastSeq++
		}
		return
	}
	if p.SSRC != r.ssrc {
		r.ssrc, r.begun = p.SSRC, false
		r.queue = r.queue[:0]
	}
	if r.begun && int16(p.SequenceNumber-r.lastSeq) <= 0 {
		r.stats.Late++
		return
	}
	i, twice := slices.BinarySearchFunc(r.queue, p.SequenceNumber, func(q received, seq uint16) int {
		return cmp.Compare(int16(q.SequenceNumber-seq), 0)
	})
	if twice {
		return
	}
	r.queue = slices.Insert(r.queue, i, received{p, now})
	if len(r.queue) > queueLimit {
		r.queue = slices.Delete(r.queue, 0, 1)
		r.stats.Dropped++
	}
}

// take returns the next frame, if there is one at this time.
func (r *receiver) take(now time.Time) (audio.Frame, bool) {
	r.step(now)
	if len(r.out) == 0 {
		return audio.Frame{}, false
	}
	f := r.out[0]
	r.out = r.out[1:]
	r.silent = min(r.silent, len(r.out))
	return f, true
}

// wake says when take should be asked again even if no packet comes.
func (r *receiver) wake() time.Time {
	if len(r.queue) > 0 {
		return r.queue[0].arrived.Add(reorderWait)
	}
	return r.due.Add(lateWait)
}

func (r *receiver) step(now time.Time) {
	for len(r.queue) > 0 {
		head := r.queue[0]
		missing := 0
		if r.begun {
			missing = int(head.SequenceNumber - r.lastSeq - 1)
		}
		if missing > 0 && now.Before(head.arrived.Add(reorderWait)) {
			return
		}
		r.queue = r.queue[1:]
		r.decode(head, missing)
	}
	for !now.Before(r.due.Add(lateWait)) {
		r.emit(make([]int16, audio.FrameSamples), true)
		r.silent++
		r.stats.Silence++
		r.next += rtpFrame
		r.due = r.due.Add(audio.FrameDuration)
	}
}

func (r *receiver) decode(p received, missing int) {
	if !r.begun {
		r.begun, r.next, r.lastDur = true, p.Timestamp, rtpFrame
	}
	switch hole := int32(p.Timestamp - r.next); {
	case hole < 0:
		r.takeBack(-hole)
	case hole > maxHole:
		// A new clock; the timer has filled what really passed.
	case hole > 0:
		r.bridge(uint32(hole), missing, p.Payload)
	}
	r.silent = 0

	pcm := make([]int16, audio.Rate*120/1000) // the longest packet
	n, err := r.dec.Decode(p.Payload, pcm)
	filled := false
	if err != nil {
		r.stats.Corrupt++
		filled = true
		n = int(r.lastDur / (rtpRate / audio.Rate))
		if m, err := r.dec.Conceal(pcm[:n]); err != nil || m != n {
			clear(pcm[:n])
		}
	} else {
		r.stats.Packets++
		r.lastDur = uint32(n) * (rtpRate / audio.Rate)
	}
	r.emit(pcm[:n], filled)
	r.lastSeq = p.SequenceNumber
	r.next = p.Timestamp + r.lastDur
	r.due = p.arrived.Add(time.Duration(n) * time.Second / audio.Rate)
}

// takeBack drops the timer's frames from time that a packet has sound for, as far as nobody has taken them.
func (r *receiver) takeBack(samples int32) {
	n := min(r.silent, int((samples+rtpFrame-1)/rtpFrame), len(r.out))
	r.out = r.out[:len(r.out)-n]
	r.at -= audio.Position(n * audio.FrameSamples)
	r.stats.Recovered += n
}

// bridge fills the hole before a packet: silence where nothing was sent, then a guess for each packet that was lost, the
// last one from the redundancy that this packet carries.
func (r *receiver) bridge(hole uint32, missing int, payload []byte) {
	lost := min(missing, int(hole/r.lastDur))
	if silence := int(hole-uint32(lost)*r.lastDur) / (rtpRate / audio.Rate); silence > 0 {
		r.stats.Holes += silence / audio.FrameSamples
		r.emit(make([]int16, silence), true)
	}
	size := int(r.lastDur / (rtpRate / audio.Rate))
	for i := range lost {
		pcm := make([]int16, size)
		var err error
		if i == lost-1 {
			_, err = r.dec.DecodeFEC(payload, pcm)
		} else {
			_, err = r.dec.Conceal(pcm)
		}
		if err != nil {
			clear(pcm)
		}
		r.stats.Lost++
		r.emit(pcm, true)
	}
}

// emit cuts sound into frames.
func (r *receiver) emit(pcm []int16, filled bool) {
	for len(pcm) > 0 {
		n := min(audio.FrameSamples-len(r.carry), len(pcm))
		r.carry = append(r.carry, pcm[:n]...)
		r.fill = r.fill && filled
		pcm = pcm[n:]
		if len(r.carry) < audio.FrameSamples {
			return
		}
		r.out = append(r.out, audio.Frame{PCM: r.carry, Rate: audio.Rate, At: r.at, Filled: r.fill})
		r.at += audio.FrameSamples
		r.carry, r.fill = make([]int16, 0, audio.FrameSamples), true
	}
}
