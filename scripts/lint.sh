#!/usr/bin/env bash
# Everything that is checked without running the product. All checks run before the first failure counts.
# usage: scripts/lint.sh [style|types|layers|texts|all]
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:-all}
case $what in
    style | types | layers | texts | all) ;;
    *) echo "usage: scripts/lint.sh [style|types|layers|texts|all]" >&2; exit 2 ;;
esac
[ -n "${KONTORA_SETUP_DONE:-}" ] || scripts/setup.sh test

failed=()

# check NAME COMMAND…: one line when all is well, the whole output when not.
check() {
    local name=$1 start=$EPOCHREALTIME output
    shift
    if output=$("$@" 2>&1); then
        printf '  ok      %-22s %6s s\n' "$name" "$(since "$start")"
    else
        printf '  FAILED  %-22s %6s s\n%s\n' "$name" "$(since "$start")" "$output"
        failed+=("$name")
    fi
}

since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }'; }
wanted() { [ "$what" = all ] || [ "$what" = "$1" ]; }

templates() { [ -n "$(find app/templates -name '*.html' -print -quit 2>/dev/null)" ]; }
has_catalogues() { compgen -G 'app/translations/*/LC_MESSAGES/messages.po' >/dev/null; }

# Tests that run meanwhile read the catalogues that are there.
compile_apart() {
    local apart code=0
    apart=$(mktemp -d)
    cp -r app/translations "$apart"
    pybabel --quiet compile --directory "$apart/translations" || code=$?
    rm -rf "$apart"
    return "$code"
}

export PATH="$PWD/.venv/bin:$PATH"

if wanted style; then
    check "ruff check" ruff check --quiet .
    check "ruff format" ruff format --check --quiet .
    if templates; then
        check "djlint lint" djlint --lint --quiet app/templates
    fi
    check "codespell" codespell
    if command -v shellcheck >/dev/null; then
        check "shellcheck" shellcheck scripts/*.sh .ci/run
    fi
fi
if wanted types; then
    check "mypy" mypy
fi
if wanted layers; then
    check "import-linter" lint-imports
fi
if wanted texts && has_catalogues; then
    check "translations compile" compile_apart
    check "translations complete" scripts/i18n.sh --check
fi

if [ ${#failed[@]} -gt 0 ]; then
    printf 'failed: %s\n' "$(IFS=,; echo "${failed[*]}")"
    exit 1
fi
