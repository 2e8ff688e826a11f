package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// Usage is what a process has used so far.
type Usage struct {
	CPU time.Duration
	// PSS is its memory, shared pages divided among those who share them, in bytes.
	PSS int64
	// Files is how many descriptors are open, Threads how many threads run.
	Files, Threads int
}

// usageOf reads /proc. Elsewhere than on Linux it is zero, and the report says so by leaving it out.
func usageOf(pid int) Usage {
	var u Usage
	dir := fmt.Sprintf("/proc/%d/", pid)
	u.CPU, u.Threads = cpuOf(pid)
	if data, err := os.ReadFile(dir + "smaps_rollup"); err == nil {
		for line := range strings.Lines(string(data)) {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "Pss:" {
				kb, _ := strconv.ParseInt(f[1], 10, 64)
				u.PSS = kb << 10
			}
		}
	}
	if list, err := os.ReadDir(dir + "fd"); err == nil {
		u.Files = len(list)
	}
	return u
}

// peakOf is the most memory that a process has had resident so far, in bytes.
func peakOf(pid int) int64 {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kb, _ := strconv.ParseInt(f[1], 10, 64)
			return kb << 10
		}
	}
	return 0
}

// cpuOf is the time that a process has used so far, and how many threads it has.
func cpuOf(pid int) (cpu time.Duration, threads int) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0
	}
	// The command's name may hold spaces: what follows the last parenthesis is fixed.
	f := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	if len(f) > 17 {
		user, _ := strconv.ParseInt(f[11], 10, 64)
		system, _ := strconv.ParseInt(f[12], 10, 64)
		cpu = time.Duration(user+system) * time.Second / 100 // USER_HZ
		threads, _ = strconv.Atoi(f[17])
	}
	return cpu, threads
}

// tree visits a process, its children and theirs.
func tree(pid int, visit func(pid int)) {
	visit(pid)
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		data, _ := os.ReadFile(list)
		for _, f := range strings.Fields(string(data)) {
			if id, err := strconv.Atoi(f); err == nil {
				tree(id, visit)
			}
		}
	}
}

// usageOfTree adds what a process's children use: the agent's engines are processes of their own.
func usageOfTree(pid int) (u Usage) {
	tree(pid, func(pid int) {
		c := usageOf(pid)
		u.CPU += c.CPU
		u.PSS += c.PSS
		u.Files += c.Files
		u.Threads += c.Threads
	})
	return u
}

// agentUsage is what the agent uses: with its engines, unless it is this very process, whose children are all the others.
func agentUsage(h *host) Usage {
	if h.agent == selfPID {
		return usageOf(h.agent)
	}
	return usageOfTree(h.agent)
}

// machineCPU is the time that all cores together have worked, and the time they had.
func machineCPU() (busy, total time.Duration) {
	data, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0
	}
	line, _, _ := strings.Cut(string(data), "\n")
	for i, f := range strings.Fields(line)[1:] {
		n, _ := strconv.ParseInt(f, 10, 64)
		d := time.Duration(n) * time.Second / 100
		if i >= 8 { // guest time is in user time already
			break
		}
		total += d
		if i != 3 && i != 4 { // idle, iowait
			busy += d
		}
	}
	return busy, total
}

// Machine is where and with what a figure was measured.
type Machine struct {
	When   time.Time `json:"when"`
	CPU    string    `json:"cpu"`
	Cores  int       `json:"cores"`
	OS     string    `json:"os"`
	Go     string    `json:"go"`
	Commit string    `json:"commit"`
}

// ThisMachine describes where we are.
func ThisMachine() Machine {
	m := Machine{When: time.Now().UTC().Truncate(time.Second), Cores: runtime.NumCPU(), OS: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version()}
	if data, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(data)) {
			if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
				m.CPU = strings.TrimSpace(v)
				break
			}
		}
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				m.Commit = s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return m
}
