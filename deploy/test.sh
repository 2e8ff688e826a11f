#!/usr/bin/env bash
# Runs every test with the race detector. What a machine that lacks something may skip must run here.
set -euo pipefail
cd "$(dirname "$0")/.."
export AUBADE_TEST_ALL=1 CGO_ENABLED=1
# Whole calls in real time with the real engines need a quiet machine: `make live` runs them.
live='TestTheSampleMarketAnswersInTheBrowser|TestARecordedCallerIsAnsweredAndTheCallIsKept'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Packages run one after the other: real calls, engines and browsers want the cores that they are measured on.
if go test -race -p 1 -timeout 20m -skip "$live" ./... 2>&1 | tee "$log"; then
  exit 0
fi
# A test of real time may fail on a machine that was busy for a moment. What failed runs once more, alone, and must pass.
mapfile -t failed < <(awk '$1 == "FAIL" && $2 ~ /^github.com/ {print $2}' "$log" | sort -u)
[ ${#failed[@]} -gt 0 ] || exit 1
echo "once more: ${failed[*]}"
go test -race -p 1 -count 1 -timeout 20m -skip "$live" "${failed[@]}"
