package main

import (
	"context"
	"slices"
	"testing"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
)

func TestAChildRunsOnTheSameSettings(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		cfg  config.Config
		want []string
	}{
		"only what differs from the defaults": {nil, config.Config{Domain: "d"}, []string{"--domain", "d"}},
		"the config's file, which names the digester": {[]string{"--config", "my.yaml"}, config.Config{Domain: "d", Home: "h"},
			[]string{"--domain", "d", "--home", "h", "--config", "my.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			root := &cli.Command{Name: "aubade", Flags: rootFlags, Commands: []*cli.Command{{Name: "up", Action: func(_ context.Context, c *cli.Command) error {
				got = childFlags(c, tt.cfg)
				return nil
			}}}}
			if err := root.Run(t.Context(), slices.Concat([]string{"aubade"}, tt.args, []string{"up"})); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
