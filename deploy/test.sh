#!/usr/bin/env bash
# Runs every test with the race detector. What a machine that lacks something may skip must run here.
set -euo pipefail
cd "$(dirname "$0")/.."
export AUBADE_TEST_ALL=1 CGO_ENABLED=1
go test -race -timeout 25m ./...
