// Package native opens C libraries at run time, so that the build needs neither headers nor a compiler.
package native

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/ebitengine/purego"
)

// A MissingError says that a library is not installed, and what installs it.
type MissingError struct {
	Library string // the file name that was looked for
	Package string // the Debian package that holds it; empty where there is none
	Hint    string // how to get it where no package holds it
	Err     error  // what the dynamic loader said
}

func (e *MissingError) Error() string {
	how := e.Hint
	if e.Package != "" {
		how = "apt-get install " + e.Package
	}
	return fmt.Sprintf("open %s: not found; to get it: %s (%v)", e.Library, how, e.Err)
}

func (e *MissingError) Unwrap() error { return e.Err }

// A Library is an open shared object. It stays open for the life of the process.
type Library struct {
	Name   string
	handle uintptr
}

// Open opens the first of the names that the loader finds. A name without a slash is searched for as the loader does.
// The Debian package is what the error names when there is none.
func Open(debian string, names ...string) (*Library, error) {
	if len(names) == 0 {
		return nil, errors.New("open library: no name given")
	}
	var first error
	for _, name := range names {
		h, err := purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_GLOBAL)
		if err == nil {
			return &Library{Name: name, handle: h}, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, &MissingError{Library: names[0], Package: debian, Err: first}
}

// Symbols looks up every name and stores its address. All must be there.
func (l *Library) Symbols(addresses map[string]*uintptr) error {
	for name, p := range addresses {
		a, err := purego.Dlsym(l.handle, name)
		if err != nil {
			return fmt.Errorf("open %s: no symbol %s: %w", l.Name, name, err)
		}
		*p = a
	}
	return nil
}

// Pointer turns an address that C handed out into a pointer. The memory must be C's own, never Go's.
func Pointer(address uintptr) unsafe.Pointer {
	// A plain conversion would be right too, but vet cannot know that the address is not Go memory.
	return *(*unsafe.Pointer)(unsafe.Pointer(&address))
}

// String copies a NUL-terminated string of at most 1 MiB out of C memory. The zero address is the empty string.
func String(address uintptr) string {
	if address == 0 {
		return ""
	}
	p := Pointer(address)
	n := 0
	for n < 1<<20 && *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}

// Bytes is s with a NUL at its end, as C wants it. Keep it alive for as long as C may read it.
func Bytes(s string) []byte {
	b := make([]byte, len(s)+1)
	copy(b, s)
	return b
}

// Float32 reads a C float at an offset from an address.
func Float32(address uintptr, offset uintptr) float32 {
	return *(*float32)(unsafe.Add(Pointer(address), offset))
}

// Int32 reads a C int at an offset from an address.
func Int32(address uintptr, offset uintptr) int32 {
	return *(*int32)(unsafe.Add(Pointer(address), offset))
}

// Address reads a pointer at an offset from an address.
func Address(address uintptr, offset uintptr) uintptr {
	return *(*uintptr)(unsafe.Add(Pointer(address), offset))
}
