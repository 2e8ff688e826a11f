//go:build linux

package child

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Lowering one's own priority cannot be undone without a right, so that a process of its own does it.
func TestNiceIsOfEveryThreadAndInherited(t *testing.T) {
	if os.Getenv("AUBADE_TEST_NICE") != "" {
		if err := Nice(11); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("sh", "-c", "nice; for t in /proc/$PPID/task/*; do cut -d')' -f2 $t/stat | cut -d' ' -f18; done").Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range strings.Fields(string(out)) {
			if n != "11" {
				t.Fatalf("niceness %q: the child's, then each thread's", out)
			}
		}
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestNiceIsOfEveryThreadAndInherited$")
	cmd.Env = append(os.Environ(), "AUBADE_TEST_NICE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
