package main

import (
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/urfave/cli/v3"
)

func TestWhatIsMisspeltIsAnsweredInOneLine(t *testing.T) {
	dir := t.TempDir()
	wrong := filepath.Join(dir, "wrong.yaml")
	if err := os.WriteFile(wrong, []byte("voice:\n  rate: 1\n  sppeed: 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	sample := filepath.Join("..", "..", "data", "sample")
	for _, tt := range []struct {
		name string
		args string
		want []string
		code int
	}{
		{"a command", "upp", []string{`there is no command "upp"`, `"up"`, "aubade --help"}, 2},
		{"a command of a command", "brief lst", []string{`there is no command "lst"`, "aubade brief --help"}, 2},
		{"a part of eval", "eval nope", []string{`there is no command "nope"`, "aubade eval --help"}, 2},
		{"a part of eval, nearly", "eval retreival", []string{`"retrieval"`}, 2},
		{"a part of bench", "bench nope", []string{`there is no command "nope"`, "aubade bench --help"}, 2},
		{"a part of models", "models nope", []string{`there is no command "nope"`, "aubade models --help"}, 2},
		{"an argument to a build", "brief build nope", []string{`aubade brief build takes no argument "nope"`, "aubade brief build --help"}, 2},
		{"an argument to a measurement", "bench retrieval nope", []string{`takes no argument "nope"`}, 2},
		{"an argument to the doctor", "doctor nope", []string{`takes no argument "nope"`}, 2},
		{"an argument to a list", "models list nope", []string{`takes no argument "nope"`}, 2},
		{"an edition that is none", "--home " + dir + " --domain " + sample + " brief show nope", []string{`"nope" is no edition`}, 2},
		{"a contact that is the example's", "--home " + dir + " --domain " + filepath.Join("..", "..", "data", "equities") + " brief build", []string{"data.sec.gov", "fetch.contact", "you@your-domain.example"}, 1},
		{"a model that nobody knows", "models pull nope", []string{"nope"}, 1},
		{"a flag", "up --lann", []string{"-lann", "aubade up --help"}, 2},
		{"a question that is missing", "ask", []string{"ask what?"}, 2},
		{"a domain that is not here", "--domain " + dir + "/none ask x", []string{"is not here", "--domain"}, 1},
		{"a key of the config", "--config " + wrong + " ask x", []string{"[3:", `unknown field "sppeed"`}, 1},
		{"a recording that is none", "--domain " + sample + " talk " + wrong, []string{"not a RIFF WAVE file"}, 2},
		{"a home that cannot be", "--home /dev/null/x --domain " + sample + " ask x", []string{"/dev/null", "--home"}, 1},
		{"no edition yet", "--home " + dir + " --domain " + sample + " ask x", []string{"no edition yet", "aubade brief build"}, 1},
		{"a port in use", "--home " + dir + " --domain " + sample + " up --listen " + taken.Addr().String(), []string{"address already in use", "--listen"}, 1},
		{"an address that is none", "--home " + dir + " --domain " + sample + " up --listen nonsense", []string{"missing port"}, 1},
		{"a server without keys", "--domain " + sample + " agent --url ws://127.0.0.1:9", []string{"LIVEKIT_API_KEY"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("LIVEKIT_API_KEY", "")
			c := root()
			c.Writer, c.ErrWriter = io.Discard, io.Discard
			err := c.Run(t.Context(), append([]string{"aubade"}, strings.Fields(tt.args)...))
			if err == nil {
				t.Fatal("nobody minded")
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("got %q, which lacks %q", err, w)
				}
			}
			code := 1
			var exit cli.ExitCoder
			if errors.As(err, &exit) {
				code = exit.ExitCode()
			}
			if code != tt.code {
				t.Errorf("exit status %d, want %d", code, tt.code)
			}
		})
	}
}
