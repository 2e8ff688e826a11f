package main

import (
	"log/slog"
	"os"

	"github.com/urfave/cli/v3"

	"github.com/aubade/aubade/cmd/aubade/internal/config"
)

// jsonFlag is on every command whose output a program may read.
var jsonFlag = &cli.BoolFlag{Name: "json", Usage: "print JSON"}

// rootFlags may stand before or after any subcommand.
var rootFlags = []cli.Flag{
	&cli.StringFlag{Name: "config", Usage: "settings that differ from the defaults (`FILE`, YAML)", Sources: cli.EnvVars("AUBADE_CONFIG")},
	&cli.StringFlag{Name: "domain", Usage: "the `FOLDER` of the domain, in place of the config's", Sources: cli.EnvVars("AUBADE_DOMAIN")},
	&cli.StringFlag{Name: "home", Usage: "the `FOLDER` where everything is kept, in place of the config's", Sources: cli.EnvVars("AUBADE_HOME")},
}

// settings loads the configuration that a command runs with.
func settings(c *cli.Command) (config.Config, *slog.Logger, error) {
	cfg, err := config.Load(c.String("config"))
	if err != nil {
		return cfg, nil, err
	}
	if d := c.String("domain"); d != "" {
		cfg.Domain = d
	}
	if h := c.String("home"); h != "" {
		cfg.Home = h
	}
	if _, err := os.Stat(cfg.Domain); err != nil {
		return cfg, nil, cli.Exit("the domain's folder "+cfg.Domain+" is not here: run this in the project's folder, or name it with --domain", 1)
	}
	log := cfg.Log.Logger()
	slog.SetDefault(log)
	return cfg, log, nil
}

// childFlags are the flags with which a child of this binary runs on the same settings.
func childFlags(c *cli.Command, cfg config.Config) []string {
	flags := []string{"--domain", cfg.Domain}
	if cfg.Home != "" {
		flags = append(flags, "--home", cfg.Home)
	}
	if file := c.String("config"); file != "" {
		flags = append(flags, "--config", file)
	}
	return flags
}
