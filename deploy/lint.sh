#!/usr/bin/env bash
# The checks that run nothing: each prints what is wrong and fails.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=$(gofmt -l $(git ls-files '*.go'))
[ -z "$bad" ] || { echo "gofmt: $bad"; exit 1; }
go vet ./...
go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
go run codeberg.org/polyfloyd/go-errorlint@v1.9.1 ./...
go mod tidy -diff
