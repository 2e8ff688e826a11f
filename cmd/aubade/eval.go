package main

import "github.com/urfave/cli/v3"

// evalCommand scores; each of its subcommands is in a file eval_NAME.go.
func evalCommand() *cli.Command {
	return &cli.Command{
		Name:   "eval",
		Usage:  "score answers and every part that answers are made of; alone, the answers",
		Flags:  evalAnswersFlags(),
		Action: evalAnswers,
		Commands: []*cli.Command{
			evalAdversarialCommand(),
			evalBargeInCommand(),
			evalDeferralCommand(),
			evalEndpointingCommand(),
			evalExtractCommand(),
			evalJudgeCommand(),
			evalRecogniseCommand(),
			evalVerbaliseCommand(),
			evalFactsCommand(),
			evalRepairCommand(),
			evalRetrievalCommand(),
		},
	}
}
