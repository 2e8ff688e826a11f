//go:build unix

package terminal

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// alone keeps a program out of the terminal's reach: Ctrl-C is for the call, which has a goodbye to play. It ends with all
// that it started: a shell's pipeline, of which each part may hold the sound open.
func alone(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error {
		err := syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
}
