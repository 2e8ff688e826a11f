#!/usr/bin/env bash
# Runs every test with the race detector. What a machine that lacks something may skip must run here.
set -euo pipefail
cd "$(dirname "$0")/.."
export AUBADE_TEST_ALL=1 CGO_ENABLED=1
bin/aubade models pull small sherpa-onnx # the library; networks are made by the tests
# Calls, engines and browsers in real time have the machine to themselves; all else shares it.
live='/(cmd/aubade|voice/(livekit|asr|tts|vad|voicetest)|internal/(child|native)|evals/engine)(/|$)|/subagents$'
mapfile -t rest < <(go list ./... | grep -Ev "$live")
mapfile -t alone < <(go list ./... | grep -E "$live")
go build -race ./... # on all cores; what follows compiles little more than tests
failed=0
go test -race -timeout 20m "${rest[@]}" || failed=1 # whoever mends it wants to see all that is broken
go test -race -p 1 -timeout 20m "${alone[@]}" || failed=1
exit $failed
