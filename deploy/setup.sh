#!/usr/bin/env bash
# Installs the Debian packages that are missing. Without root or sudo it prints the line to run, and stops.
# usage: setup.sh run|test
set -euo pipefail
what=${1:-run}
PATH=$PATH:/sbin:/usr/sbin

# The build needs Go alone; libraries are found at run time.
packages=()
need_cmd() { command -v "$1" >/dev/null 2>&1 || packages+=("${2:-$1}"); }
libraries=$(ldconfig -p 2>/dev/null || true) # kept: grep -q in a pipe ends ldconfig early, which pipefail takes for a failure
need_lib() { [[ $libraries == *"$1"* ]] || packages+=("$2"); }
need_dir() { [ -d "$1" ] || packages+=("$2"); }

need_cmd git
need_cmd go golang-go
need_cmd npm
need_lib libopus.so.0 libopus0
need_lib libflite.so.1 libflite1
need_cmd flite
need_lib libpocketsphinx.so.3 libpocketsphinx3
need_dir /usr/share/pocketsphinx/model/en-us pocketsphinx-en-us
if [ "$what" = test ]; then
  need_cmd gcc # for the race detector
  need_cmd chromium
  need_cmd espeak-ng
  need_cmd text2wave festival
  need_dir /usr/share/festival/voices/english/kal_diphone festvox-kallpc16k
  dpkg -s libc6-dev >/dev/null 2>&1 || packages+=(libc6-dev)
  dpkg -s pocketsphinx-testdata >/dev/null 2>&1 || packages+=(pocketsphinx-testdata)
fi

if [ ${#packages[@]} -gt 0 ]; then
  line="apt-get install -y --no-install-recommends ${packages[*]}"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    sudo=""
  elif command -v apt-get >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo="sudo"
  else
    printf 'packages are missing (the names are Debian'"'"'s). Run this, then make again:\n\n  sudo %s\n\n' "$line" >&2
    exit 1
  fi
  echo "installing: ${packages[*]}"
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive $line -qq >/dev/null
fi

# Any Go from 1.21 on fetches the release that go.mod asks for by itself. An older one, such as Debian 12's, can fetch it as a
# module, its checksum verified; it then lies in .cache/go, where the Makefile looks first.
minor=$(go env GOVERSION 2>/dev/null | sed -n 's/^go1\.\([0-9]*\).*/\1/p')
if [ "${minor:-0}" -lt 21 ]; then
  root=$(cd "$(dirname "$0")/.." && pwd)
  want=v0.0.1-go$(sed -n 's/^go //p' "$root/go.mod").$(go env GOOS)-$(go env GOARCH)
  echo "fetching a newer Go: $want"
  dir=$(cd / && GO111MODULE=on GOFLAGS=-mod=mod go mod download -json "golang.org/toolchain@$want" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  if [ ! -f "$dir/bin/go" ]; then
    echo "Go 1.21 or later is needed; this machine has: $(go version). Get a current one from https://go.dev/dl/" >&2
    exit 1
  fi
  rm -rf "$root/.cache/go"
  mkdir -p "$root/.cache"
  cp -r "$dir" "$root/.cache/go"
  chmod -R u+w "$root/.cache/go"
  chmod +x "$root"/.cache/go/bin/* "$root"/.cache/go/pkg/tool/*/* # modules carry no modes
fi
