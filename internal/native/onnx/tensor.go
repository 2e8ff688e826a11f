package onnx

import (
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/aubade/aubade/internal/native"
)

// ONNX's numbers for element types.
const (
	typeFloat = 1
	typeInt64 = 7
)

// The network keeps the address of a tensor's elements, so they live in C memory, which Go's collector neither moves nor frees.
var libc struct{ calloc, free uintptr }

var cMemory = sync.OnceValue(func() error {
	for name, p := range map[string]*uintptr{"calloc": &libc.calloc, "free": &libc.free} {
		a, err := purego.Dlsym(purego.RTLD_DEFAULT, name)
		if err != nil {
			return fmt.Errorf("find %s of the C library: %w", name, err)
		}
		*p = a
	}
	return nil
})

func allocate(bytes int) uintptr {
	p, _, _ := purego.SyscallN(libc.calloc, uintptr(max(8, bytes)), 1)
	if p == 0 {
		panic(fmt.Sprintf("onnx: out of memory for %d bytes", bytes))
	}
	return p
}

// A Tensor is an array that a network reads or writes. Floats or Ints are its elements, whichever it was made with, in row-major order; they are
// valid for as long as the tensor is reachable.
type Tensor struct {
	Floats []float32
	Ints   []int64
	Shape  []int64
	handle uintptr
}

// NewFloats makes a tensor of 32-bit floats, all zero.
func (r *Runtime) NewFloats(shape ...int64) (*Tensor, error) {
	t := &Tensor{Shape: shape}
	memory, err := r.tensor(t, typeFloat, 4)
	if err != nil {
		return nil, err
	}
	t.Floats = unsafe.Slice((*float32)(native.Pointer(memory)), count(shape))
	return t, nil
}

// NewInts makes a tensor of 64-bit integers, all zero. Without a shape it is a scalar.
func (r *Runtime) NewInts(shape ...int64) (*Tensor, error) {
	t := &Tensor{Shape: shape}
	memory, err := r.tensor(t, typeInt64, 8)
	if err != nil {
		return nil, err
	}
	t.Ints = unsafe.Slice((*int64)(native.Pointer(memory)), count(shape))
	return t, nil
}

func (r *Runtime) tensor(t *Tensor, element, size int) (uintptr, error) {
	bytes := count(t.Shape) * size
	memory := allocate(bytes)
	dims := append([]int64{0}, t.Shape...)[1:] // never nil, so that its address exists
	err := r.status(purego.SyscallN(r.table[fnCreateTensor], r.memory, memory, uintptr(bytes),
		uintptr(unsafe.Pointer(unsafe.SliceData(dims))), uintptr(len(dims)), uintptr(element), uintptr(unsafe.Pointer(&t.handle))))
	if err != nil {
		purego.SyscallN(libc.free, memory)
		return 0, fmt.Errorf("new tensor of shape %v: %w", t.Shape, err)
	}
	runtime.AddCleanup(t, func(p [2]uintptr) {
		purego.SyscallN(r.table[fnReleaseValue], p[0])
		purego.SyscallN(libc.free, p[1])
	}, [2]uintptr{t.handle, memory})
	return memory, nil
}

func count(shape []int64) int {
	n := 1
	for _, d := range shape {
		n *= int(d)
	}
	return n
}

// An Output is what a network computed, in Go's memory.
type Output struct {
	Floats []float32
	Shape  []int64
}

func (r *Runtime) output(value uintptr) (Output, error) {
	var info, dims, data uintptr
	if err := r.status(purego.SyscallN(r.table[fnTensorInfo], value, uintptr(unsafe.Pointer(&info)))); err != nil {
		return Output{}, err
	}
	defer func() { purego.SyscallN(r.table[fnReleaseTensorInfo], info) }()
	if err := r.status(purego.SyscallN(r.table[fnDimensionsCount], info, uintptr(unsafe.Pointer(&dims)))); err != nil {
		return Output{}, err
	}
	o := Output{Shape: make([]int64, dims)}
	if dims > 0 {
		if err := r.status(purego.SyscallN(r.table[fnDimensions], info, uintptr(unsafe.Pointer(&o.Shape[0])), dims)); err != nil {
			return Output{}, err
		}
	}
	if err := r.status(purego.SyscallN(r.table[fnTensorData], value, uintptr(unsafe.Pointer(&data)))); err != nil {
		return Output{}, err
	}
	o.Floats = append([]float32{}, unsafe.Slice((*float32)(native.Pointer(data)), count(o.Shape))...)
	return o, nil
}

// A nameTable is a C array of C strings, made once so that a run need not.
type nameTable struct{ address uintptr }

func newNameTable(names []string) *nameTable {
	size := 8 * (len(names) + 1)
	for _, n := range names {
		size += len(n) + 1
	}
	t := &nameTable{allocate(size)}
	table := unsafe.Slice((*uintptr)(native.Pointer(t.address)), len(names))
	text := unsafe.Slice((*byte)(native.Pointer(t.address)), size)
	at := 8 * (len(names) + 1)
	for i, n := range names {
		table[i] = t.address + uintptr(at)
		at += copy(text[at:], n) + 1
	}
	runtime.AddCleanup(t, func(p uintptr) { purego.SyscallN(libc.free, p) }, t.address)
	return t
}
