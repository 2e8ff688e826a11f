package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v3"
)

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version, the commit and the Go release it was built with",
		Flags: []cli.Flag{jsonFlag},
		Action: func(_ context.Context, c *cli.Command) error {
			v, commit := stamped()
			if c.Bool("json") {
				return json.NewEncoder(c.Root().Writer).Encode(map[string]string{
					"version": v, "commit": commit, "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH,
				})
			}
			_, err := fmt.Fprintln(c.Root().Writer, version())
			return err
		},
	}
}

// version is "aubade VERSION (COMMIT, GO, OS/ARCH)", as far as the build knows.
func version() string {
	v, commit := stamped()
	return fmt.Sprintf("aubade %s (%s, %s, %s/%s)", v, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func stamped() (v, commit string) {
	v, commit = "devel", "unknown commit"
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" && info.Main.Version != "(devel)" {
			v = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = s.Value[:min(12, len(s.Value))]
			}
		}
	}
	return v, commit
}
