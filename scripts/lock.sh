#!/usr/bin/env bash
# Pins every package, with the hashes of all its files, for Python 3.11 and later on any system.
# The locks name no index: where packages come from is the business of the machine that installs them.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=.venv/bin/uv
[ -x "$uv" ] || { echo "uv is missing: run 'make setup' first" >&2; exit 1; }

options=(
    --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-config
    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
)
[ "${1:-}" = "--upgrade" ] && options+=(--upgrade)

# The file in place is read as a preference: a pin moves only with --upgrade or a new bound.
"$uv" pip compile "${options[@]}" pyproject.toml --output-file requirements.lock
"$uv" pip compile "${options[@]}" pyproject.toml --group dev --constraint requirements.lock \
    --output-file requirements-dev.lock

if grep -nE '://|--(extra-)?index-url|--find-links' requirements.lock requirements-dev.lock; then
    echo "the locks must not name where packages come from" >&2
    exit 1
fi

[ -f package.json ] && npm install --package-lock-only --ignore-scripts --no-audit --no-fund --silent
if grep -n '"resolved"' package-lock.json; then
    echo "package-lock.json must not name where packages come from" >&2
    exit 1
fi
echo "locked: $(grep -c '==' requirements.lock) packages to run, $(grep -c '==' requirements-dev.lock) to work on it"
