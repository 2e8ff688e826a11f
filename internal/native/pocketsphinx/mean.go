package pocketsphinx

import (
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Coefficients is how many numbers the front end makes of a frame of 10 ms.
const Coefficients = 13

// A Mean is what the coefficients of a voice in a room are on average. The decoder subtracts it: how loud somebody speaks and
// through which microphone says nothing about the words.
type Mean [Coefficients]float32

// Cepstra are the coefficients of sound, a row for each frame. No utterance may be open.
func (d *Decoder) Cepstra(pcm []int16) []Mean {
	if d.open || len(pcm) == 0 {
		return nil
	}
	fe, _, _ := purego.SyscallN(lib.frontEnd, d.address)
	purego.SyscallN(lib.feStart, fe)
	most := len(pcm)/(Rate/100) + 1
	rows := make([]Mean, most)
	index := make([]uintptr, most)
	for i := range rows {
		index[i] = uintptr(unsafe.Pointer(&rows[i]))
	}
	var pinned runtime.Pinner
	defer pinned.Unpin()
	pinned.Pin(&rows[0])
	pinned.Pin(&pcm[0])
	sound, samples, frames, at := uintptr(unsafe.Pointer(&pcm[0])), uintptr(len(pcm)), int32(most), int32(0)
	purego.SyscallN(lib.feFrames, fe, uintptr(unsafe.Pointer(&sound)), uintptr(unsafe.Pointer(&samples)), uintptr(unsafe.Pointer(&index[0])),
		uintptr(unsafe.Pointer(&frames)), uintptr(unsafe.Pointer(&at)))
	runtime.KeepAlive(index)
	return rows[:max(0, min(int(frames), most))]
}

const (
	block = 100 // frames
	// forget is how many blocks leave nothing of what the decoder took the mean of before: it counts 800 frames at most.
	forget = 30
)

// SetMean makes the decoder subtract m. It goes on from there, slowly, with each utterance. No utterance may be open.
func (d *Decoder) SetMean(m Mean) {
	if d.open {
		return
	}
	feat, _, _ := purego.SyscallN(lib.features, d.address)
	rows := [block]Mean{}
	index := [block]uintptr{}
	for i := range rows {
		rows[i] = m
		index[i] = uintptr(unsafe.Pointer(&rows[i]))
	}
	var pinned runtime.Pinner
	defer pinned.Unpin()
	pinned.Pin(&rows)
	out, _, _ := purego.SyscallN(lib.featAlloc, feat, 2*block)
	if out == 0 {
		return
	}
	defer purego.SyscallN(lib.featFree, out)
	for i := range forget {
		// The features are changed in place: they come out without the mean.
		for j := range rows {
			rows[j] = m
		}
		n, first := int32(block), uintptr(0)
		if i == 0 {
			first = 1
		}
		purego.SyscallN(lib.featLive, feat, uintptr(unsafe.Pointer(&index[0])), uintptr(unsafe.Pointer(&n)), first, 0, out)
		purego.SyscallN(lib.featUpdate, feat)
	}
	runtime.KeepAlive(&rows)
}
