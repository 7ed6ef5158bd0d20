#!/usr/bin/env bash
# Sets up what a verb needs and calls the tools that do the work: src/tool builds, tests/browser drives.
# Everything it makes lies in target/ and extension/node_modules/; Debian packages are installed where it may.
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TARGET_DIR="$PWD/target"

GECKODRIVER=0.37.1
NODE=20
missing=0

usage() {
  cat <<'END'
usage: ./build.sh VERB

  run [--browser chromium|firefox] [--dark]
          build, and open the sample feed in a browser with the extension; without a display, print what was found
          and take pictures of it
  workbench
          build, and serve a page that reads pasted texts and files, on this machine only; opens it where there is a display
  test    every check and every test
  build   both packages and the site with the workbench, in target/dist
  tools   exports opened in the tools of other people that they are for (pandas, datasets, a JSON-LD processor)
  bench   how fast the engine is, native and wasm
  help    this page
END
}

wrong() {
  usage >&2
  exit 2
}

say() { printf '==> %s\n' "$*" >&2; }

has() { command -v "$1" >/dev/null 2>&1; }

# Names a missing thing and the command that installs it.
lack() {
  printf 'missing: %s\n  install it with: %s\n' "$1" "$2" >&2
  missing=1
}

# How this system installs a Debian package that we cannot install ourselves.
recipe() {
  local name=$1
  if has apt-get; then echo "sudo apt-get install $name"
  elif has dnf; then echo "sudo dnf install $(sed 's/^chromium-driver$/chromedriver/; s/^firefox-esr$/firefox/; s/^libc6-dev$/glibc-devel/' <<<"$name")"
  elif has pacman; then echo "sudo pacman -S $(sed 's/^chromium-driver$/chromium/; s/^firefox-esr$/firefox/; s/^libc6-dev$/glibc/' <<<"$name")"
  elif has brew; then
    case $name in
      gcc | libc6-dev) echo "xcode-select --install" ;;
      *) echo "brew install --cask $(sed 's/^chromium-driver$/chromedriver/; s/^firefox-esr$/firefox/' <<<"$name")" ;;
    esac
  else echo "your system's package manager; Debian calls it $name"
  fi
}

# Pairs COMMAND:PACKAGE; installs the packages whose command is not there.
packages() {
  local pair wanted=() root=()
  for pair; do has "${pair%%:*}" || wanted+=("${pair#*:}"); done
  if ((${#wanted[@]} == 0)); then return; fi
  if [[ $EUID -ne 0 ]]; then root=(sudo -n); fi
  if has apt-get && { [[ $EUID -eq 0 ]] || sudo -n true 2>/dev/null; }; then
    say "installing ${wanted[*]}"
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
  else
    for pair in "${wanted[@]}"; do lack "$pair" "$(recipe "$pair")"; done
  fi
}

# Whether what the verb stands on is there: compilers and npm for every one, and the browsers named.
prerequisites() {
  local name
  packages cc:gcc
  has cargo || lack "Rust" "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
  if ! has node || (($(node -p 'process.versions.node.split(".")[0]') < NODE)); then
    lack "Node $NODE or later" "https://nodejs.org/en/download, or: $(recipe nodejs)"
  fi
  has npm || lack "npm" "$(recipe npm)"
  for name; do
    case $name in
      chromium) packages chromium:chromium chromedriver:chromium-driver ;;
      firefox) has firefox || packages firefox-esr:firefox-esr ;;
    esac
  done
  settled
}

# Sets up the rest by itself: the wasm target, npm's packages, Firefox's driver.
set_up() {
  prerequisites "$@"
  local libraries sum
  libraries=$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null || true)
  if [[ ! -d $libraries ]] || ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
    if has rustup; then
      say "setting up the toolchain of rust-toolchain.toml"
      # A partly installed toolchain is not completed by itself.
      rustup target add wasm32-unknown-unknown
      rustup component add rustfmt clippy
    else
      lack "the wasm32-unknown-unknown target, rustfmt and clippy" "rustup, from https://rustup.rs"
      settled
    fi
  fi
  sum=$(cksum <extension/package-lock.json)
  if [[ $(cat extension/node_modules/.sum 2>/dev/null) != "$sum" ]]; then
    say "npm ci"
    (cd extension && npm ci --no-audit --no-fund --loglevel=error)
    echo "$sum" >extension/node_modules/.sum
  fi
  if [[ " $* " == *" firefox "* && ! -x target/tools/bin/geckodriver ]]; then
    say "building geckodriver $GECKODRIVER, once; this takes some minutes"
    CARGO_TARGET_DIR="$PWD/target/tools/build" \
      cargo install --quiet geckodriver --locked --version "$GECKODRIVER" --root target/tools
    rm -rf target/tools/build
  fi
}

# The tools of other people that open our exports.
python_tools() {
  local sum python=target/tools/python
  sum=$(cksum <tests/tools/requirements.txt)
  if [[ $(cat "$python/.sum" 2>/dev/null) != "$sum" ]]; then
    say "installing what opens exports, once; this takes some minutes"
    rm -rf "$python"
    python3 -m venv "$python"
    "$python/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r tests/tools/requirements.txt
    echo "$sum" >"$python/.sum"
  fi
}

# Stops where something is missing that was named above.
settled() { if ((missing)); then exit 1; fi; }

tool() { cargo run --quiet --package postil-tool -- "$@"; }

checks() {
  say "format"
  cargo fmt --all --check
  say "clippy"
  cargo clippy --workspace --all-targets --features postil-pages/workbench --quiet -- -D warnings
  cargo clippy --package postil-wasm --package postil-pages --target wasm32-unknown-unknown --quiet -- -D warnings
  say "tests of the core, the pages and the tool"
  cargo test --workspace --exclude postil-browser --features postil-pages/workbench --no-fail-fast --quiet
  say "types"
  tool types
  (cd extension && npm run --silent check)
  node --test --test-reporter=spec tests/extension/
  say "packages"
  tool build
  say "lint of the packages"
  local browser
  for browser in chromium firefox; do
    (cd extension && npm run --silent lint -- "../target/dist/$browser")
  done
  say "cases through the engine that ships"
  tool cases
  node --test --test-reporter=spec tests/wasm/
  say "browsers"
  cargo test --package postil-browser --no-fail-fast
}

# One line over all that the tests said.
summary() {
  awk -v failure="$1" '
    /^test result:/ { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) passed += $(i - 1); if ($i ~ /^failed/) failed += $(i - 1) } }
    $2 == "pass" && NF == 3 { passed += $3 }
    $2 == "fail" && NF == 3 { failed += $3 }
    END { if (failure && !failed) failed = 1; printf "%d passed, %d failed\n", passed, failed }' target/test.log
}

verb=${1:-help}
if (($#)); then shift; fi
case $verb in
  run)
    browser=chromium
    dark=()
    while (($#)); do
      case $1 in
        --browser) browser=${2:-}; shift ;;
        --browser=*) browser=${1#*=} ;;
        --dark) dark=(--dark) ;;
        *) wrong ;;
      esac
      shift || wrong
    done
    [[ $browser == chromium || $browser == firefox ]] || wrong
    set_up "$browser"
    say "build"
    tool build
    say "opening $browser"
    cargo run --quiet --package postil-browser --bin open -- --browser "$browser" "${dark[@]}"
    ;;
  workbench)
    set_up
    say "build"
    tool build
    say "serving; stop with Ctrl+C"
    tool serve workbench.html
    ;;
  tools)
    set_up
    python3 -c 'import ensurepip' 2>/dev/null || packages no-venv:python3-venv
    settled
    python_tools
    cargo build --quiet --bin postil
    target/tools/python/bin/python tests/tools/check.py target/debug/postil
    ;;
  test)
    set_up chromium firefox
    mkdir -p target
    # Not within a condition: bash would go on after a check that fails.
    set +e
    (set -e; checks) 2>&1 </dev/null | tee target/test.log
    status=${PIPESTATUS[0]}
    set -e
    summary "$status"
    exit "$status"
    ;;
  build)
    set_up
    say "build"
    tool build
    ;;
  bench)
    set_up
    say "native"
    cargo bench --package postil-benches
    say "wasm"
    tool bench
    node tests/wasm/bench.mjs
    ;;
  help) usage ;;
  *) wrong ;;
esac
