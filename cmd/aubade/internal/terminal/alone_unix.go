//go:build unix

package terminal

import (
	"os/exec"
	"syscall"
)

// alone keeps a program out of the terminal's reach: Ctrl-C is for the call, which has a goodbye to play.
func alone(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
