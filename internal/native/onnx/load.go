package onnx

import (
	"fmt"
	"os"
	"sync"
)

var cache struct {
	sync.Mutex
	sessions map[string]*Session
}

// Load opens ONNX Runtime at library, or what the system has where that is empty, and the network in the file model. A network is loaded
// once in a process, with the threads of the first call.
func Load(library, model string, threads int) (*Runtime, *Session, error) {
	cache.Lock()
	defer cache.Unlock()
	var paths []string
	if library != "" {
		paths = append(paths, library)
	}
	r, err := Open(paths...)
	if err != nil {
		return nil, nil, err
	}
	if s := cache.sessions[model]; s != nil {
		return r, s, nil
	}
	file, err := os.ReadFile(model)
	if err != nil {
		return nil, nil, err
	}
	s, err := r.NewSession(file, threads)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", model, err)
	}
	if cache.sessions == nil {
		cache.sessions = map[string]*Session{}
	}
	cache.sessions[model] = s
	return r, s, nil
}
