package child

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Nice sets how much this process yields to others: -20, not at all, to 19. Less than now needs a right that most users do
// not have. What is started later inherits it. On Linux a thread has a niceness of its own, so each of them is set; those
// that the runtime starts later inherit it from the thread that starts them.
func Nice(n int) error {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return fmt.Errorf("niceness %d: %w", n, err)
	}
	for _, t := range tasks {
		id, err := strconv.Atoi(t.Name())
		if err != nil {
			continue
		}
		if err := unix.Setpriority(unix.PRIO_PROCESS, id, n); err != nil && !errors.Is(err, unix.ESRCH) { // a thread may have ended
			return fmt.Errorf("niceness %d: %w", n, err)
		}
	}
	return nil
}
