# `make` prints this menu. `make run` and `make test` are all that a newcomer needs.
SHELL := /bin/bash
BIN   := bin/aubade
GO    ?= go
# A Go that deploy/setup.sh had to fetch comes first.
export PATH := $(CURDIR)/.cache/go/bin:$(PATH)
export CGO_ENABLED ?= 0

.PHONY: menu run build web models brief demo eval bench test lint setup setup-test clean

menu: ## print this menu
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

run: setup web build models brief ## install what is missing, build, start everything, print the link
	@exec $(BIN) up

build: ## build bin/aubade (needs nothing but Go)
	@echo "building $(BIN) (the first build takes minutes: LiveKit is large)"
	@$(GO) build -trimpath -o $(BIN) ./cmd/aubade

web: ## build the page (needs npm)
	@deploy/web.sh

models: build ## fetch the small models: Silero VAD and ONNX Runtime, hashes checked
	@$(BIN) models pull small

brief: build ## build the sample brief if there is none
	@$(BIN) brief build --if-none

demo: setup-test web build models ## record a call with both sides into docs/demo
	@$(BIN) demo --out docs/demo

eval: setup-test build models brief ## score the sample questions, in text and aloud, against the committed baselines; reports in var
	@mkdir -p var
	@$(BIN) eval --baseline evals/baseline.json --report var/eval.html
	@$(BIN) eval --voice --baseline evals/baseline-voice.json --report var/eval-voice.html

bench: build models ## measure turns and calls on this machine
	@$(BIN) bench turn

test: setup-test web lint build models ## everything that CI runs
	@deploy/test.sh

lint: ## gofmt, vet, staticcheck, errorlint, tidy
	@deploy/lint.sh

setup: ## install what `make run` needs
	@deploy/setup.sh run

setup-test: ## install what `make test` needs
	@deploy/setup.sh test

clean: ## remove what was built (not the briefs: they are in ~/.local/share/aubade)
	@rm -rf bin var voice/web/dist/* voice/web/dist/.built voice/web/client/node_modules
