package main

import "github.com/urfave/cli/v3"

// benchCommand measures; each of its subcommands is in a file bench_NAME.go.
func benchCommand() *cli.Command {
	return &cli.Command{
		Name:  "bench",
		Usage: "measure latency, load and cost",
		Commands: []*cli.Command{
			benchEngineCommand(),
			benchTurnCommand(),
			benchCallsCommand(),
			benchSoakCommand(),
			benchBriefCommand(),
			benchRetrievalCommand(),
			benchChildCommand(),
			benchProvidersCommand(),
		},
	}
}
