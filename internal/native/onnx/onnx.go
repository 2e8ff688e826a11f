// Package onnx runs neural networks with ONNX Runtime, opened at run time.
package onnx

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/aubade/aubade/internal/native"
)

// apiVersion is the oldest C API that has all that we call; every newer library still offers it.
const apiVersion = 16

// Places in OrtApi, a table of functions to which later versions only append.
const (
	fnGetErrorMessage    = 2
	fnCreateEnv          = 3
	fnCreateSessionArray = 8
	fnRun                = 9
	fnCreateOptions      = 10
	fnSetLogSeverity     = 22
	fnSetOptimization    = 23
	fnSetIntraThreads    = 24
	fnSetInterThreads    = 25
	fnInputCount         = 30
	fnOutputCount        = 31
	fnInputName          = 36
	fnOutputName         = 37
	fnCreateTensor       = 49
	fnTensorData         = 51
	fnDimensionsCount    = 61
	fnDimensions         = 62
	fnTensorInfo         = 65
	fnCPUMemoryInfo      = 69
	fnAllocatorFree      = 76
	fnDefaultAllocator   = 78
	fnReleaseStatus      = 93
	fnReleaseSession     = 95
	fnReleaseValue       = 96
	fnReleaseTensorInfo  = 99
	fnReleaseOptions     = 100
	functions            = 101
)

// A Runtime is ONNX Runtime, open. A process can hold only one version of it.
type Runtime struct {
	Version   string // "1.28.2"
	table     [functions]uintptr
	env       uintptr
	memory    uintptr // OrtMemoryInfo of plain memory
	allocator uintptr
}

var open struct {
	sync.Mutex
	runtime *Runtime
}

// Open opens the first of the paths that is ONNX Runtime, and after them what the system has. Later calls return what is already open.
func Open(paths ...string) (*Runtime, error) {
	open.Lock()
	defer open.Unlock()
	if open.runtime != nil {
		return open.runtime, nil
	}
	names := append(append([]string{}, paths...), "libonnxruntime.so.1", "libonnxruntime.so", "libonnxruntime.dylib")
	l, err := native.Open("", names...)
	if err != nil {
		var missing *native.MissingError
		if errors.As(err, &missing) {
			missing.Library, missing.Hint = "libonnxruntime.so", "aubade models pull onnxruntime"
		}
		return nil, err
	}
	if err := cMemory(); err != nil {
		return nil, err
	}
	var getBase uintptr
	if err := l.Symbols(map[string]*uintptr{"OrtGetApiBase": &getBase}); err != nil {
		return nil, err
	}
	base, _, _ := purego.SyscallN(getBase)
	version, _, _ := purego.SyscallN(native.Address(base, 8))
	r := &Runtime{Version: native.String(version)}
	api, _, _ := purego.SyscallN(native.Address(base, 0), apiVersion)
	if api == 0 {
		return nil, fmt.Errorf("open %s: version %s does not offer API %d", l.Name, r.Version, apiVersion)
	}
	for i := range r.table { // not copy, which Go 1.26's compiler cannot inline from such a pointer
		r.table[i] = native.Address(api, uintptr(8*i))
	}
	name := native.Bytes("aubade")
	const severityError = 3
	if err := r.status(purego.SyscallN(r.table[fnCreateEnv], severityError, uintptr(unsafe.Pointer(&name[0])), uintptr(unsafe.Pointer(&r.env)))); err != nil {
		return nil, fmt.Errorf("open %s: %w", l.Name, err)
	}
	const arena, defaultMemory = 1, 0
	if err := r.status(purego.SyscallN(r.table[fnCPUMemoryInfo], arena, defaultMemory, uintptr(unsafe.Pointer(&r.memory)))); err != nil {
		return nil, fmt.Errorf("open %s: %w", l.Name, err)
	}
	if err := r.status(purego.SyscallN(r.table[fnDefaultAllocator], uintptr(unsafe.Pointer(&r.allocator)))); err != nil {
		return nil, fmt.Errorf("open %s: %w", l.Name, err)
	}
	open.runtime = r
	return r, nil
}

// status turns what a function of the table returned into an error. It takes all three results, so that a call can stand in its place:
// only as an argument of SyscallN itself does a pointer survive its way into C.
func (r *Runtime) status(status, _, _ uintptr) error {
	if status == 0 {
		return nil
	}
	m, _, _ := purego.SyscallN(r.table[fnGetErrorMessage], status)
	err := errors.New(native.String(m))
	purego.SyscallN(r.table[fnReleaseStatus], status)
	return err
}

// A Session is one loaded network. It is safe for concurrent use.
type Session struct {
	Inputs, Outputs []string
	runtime         *Runtime
	handle          uintptr
	in, out         *nameTable
}

// NewSession loads a network from the bytes of its file; threads bounds what one run may use.
func (r *Runtime) NewSession(model []byte, threads int) (*Session, error) {
	if len(model) == 0 {
		return nil, errors.New("new session: the model is empty")
	}
	var options uintptr
	if err := r.status(purego.SyscallN(r.table[fnCreateOptions], uintptr(unsafe.Pointer(&options)))); err != nil {
		return nil, fmt.Errorf("new session: %w", err)
	}
	defer func() { purego.SyscallN(r.table[fnReleaseOptions], options) }()
	const optimizeAll, errorsOnly = 99, 3
	for _, c := range []struct{ fn, value int }{
		{fnSetIntraThreads, max(1, threads)}, {fnSetInterThreads, 1}, {fnSetOptimization, optimizeAll}, {fnSetLogSeverity, errorsOnly},
	} {
		if err := r.status(purego.SyscallN(r.table[c.fn], options, uintptr(c.value))); err != nil {
			return nil, fmt.Errorf("new session: %w", err)
		}
	}
	s := &Session{runtime: r}
	err := r.status(purego.SyscallN(r.table[fnCreateSessionArray], r.env, uintptr(unsafe.Pointer(&model[0])), uintptr(len(model)), options, uintptr(unsafe.Pointer(&s.handle))))
	if err != nil {
		return nil, fmt.Errorf("new session: %w", err)
	}
	runtime.AddCleanup(s, func(h uintptr) { purego.SyscallN(r.table[fnReleaseSession], h) }, s.handle)
	if s.Inputs, err = s.names(fnInputCount, fnInputName); err != nil {
		return nil, fmt.Errorf("new session: inputs: %w", err)
	}
	if s.Outputs, err = s.names(fnOutputCount, fnOutputName); err != nil {
		return nil, fmt.Errorf("new session: outputs: %w", err)
	}
	s.in, s.out = newNameTable(s.Inputs), newNameTable(s.Outputs)
	return s, nil
}

func (s *Session) names(count, name int) ([]string, error) {
	var n uintptr
	if err := s.runtime.status(purego.SyscallN(s.runtime.table[count], s.handle, uintptr(unsafe.Pointer(&n)))); err != nil {
		return nil, err
	}
	var all []string
	for i := range n {
		var p uintptr
		if err := s.runtime.status(purego.SyscallN(s.runtime.table[name], s.handle, i, s.runtime.allocator, uintptr(unsafe.Pointer(&p)))); err != nil {
			return nil, err
		}
		all = append(all, native.String(p))
		if err := s.runtime.status(purego.SyscallN(s.runtime.table[fnAllocatorFree], s.runtime.allocator, p)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Run computes the outputs of the network, in the order of [Session.Outputs], from inputs in the order of [Session.Inputs]. An output may be a tensor
// to write into, which must have the right shape.
func (s *Session) Run(inputs, outputs []*Tensor) error {
	if len(inputs) != len(s.Inputs) || len(outputs) != len(s.Outputs) {
		return fmt.Errorf("run: %d inputs and %d outputs given, the network has %d (%v) and %d (%v)",
			len(inputs), len(outputs), len(s.Inputs), s.Inputs, len(s.Outputs), s.Outputs)
	}
	in, out := handles(inputs), handles(outputs)
	err := s.runtime.status(purego.SyscallN(s.runtime.table[fnRun], s.handle, 0,
		s.in.address, uintptr(unsafe.Pointer(&in[0])), uintptr(len(in)),
		s.out.address, uintptr(len(out)), uintptr(unsafe.Pointer(&out[0]))))
	runtime.KeepAlive(s)
	runtime.KeepAlive(inputs)
	runtime.KeepAlive(outputs)
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	return nil
}

// Compute is [Session.Run] for outputs whose shape is not known before: ONNX Runtime makes them.
func (s *Session) Compute(inputs []*Tensor) ([]Output, error) {
	if len(inputs) != len(s.Inputs) {
		return nil, fmt.Errorf("compute: %d inputs given, the network has %d: %v", len(inputs), len(s.Inputs), s.Inputs)
	}
	in, out := handles(inputs), make([]uintptr, len(s.Outputs))
	err := s.runtime.status(purego.SyscallN(s.runtime.table[fnRun], s.handle, 0,
		s.in.address, uintptr(unsafe.Pointer(&in[0])), uintptr(len(in)),
		s.out.address, uintptr(len(out)), uintptr(unsafe.Pointer(&out[0]))))
	runtime.KeepAlive(s)
	runtime.KeepAlive(inputs)
	if err != nil {
		return nil, fmt.Errorf("compute: %w", err)
	}
	all := make([]Output, len(out))
	for i, v := range out {
		if all[i], err = s.runtime.output(v); err != nil {
			err = fmt.Errorf("compute %s: %w", s.Outputs[i], err)
		}
	}
	for _, v := range out {
		purego.SyscallN(s.runtime.table[fnReleaseValue], v)
	}
	if err != nil {
		return nil, err
	}
	return all, nil
}

func handles(tensors []*Tensor) []uintptr {
	all := make([]uintptr, len(tensors))
	for i, t := range tensors {
		all[i] = t.handle
	}
	return all
}
