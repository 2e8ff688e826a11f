#!/usr/bin/env bash
# Builds the browser client with the versions of its lock file, unless it is built from these very sources already.
set -euo pipefail
cd "$(dirname "$0")/../voice/web/client"
stamp=../dist/.built
sum=$(find . -path ./node_modules -prune -o -type f -print | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1)
[ -f ../dist/index.html ] && [ "$(cat "$stamp" 2>/dev/null || true)" = "$sum" ] && exit 0
echo "building the page"
npm ci --no-audit --no-fund --loglevel=error
npm run --silent build
echo "$sum" >"$stamp"
