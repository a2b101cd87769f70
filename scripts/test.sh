#!/usr/bin/env bash
# `make test`: set-up, lint, types, layers, texts, then every test on PostgreSQL and on SQLite.
# Everything runs, whatever failed before it. After a good run the last line is pytest's own.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=()
started=$SECONDS
work=$(mktemp -d /tmp/kontora-test.XXXXXX)

# shellcheck source=scripts/postgres.sh
. scripts/postgres.sh
finish() {
    stop_postgres
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# step NAME COMMAND…: a heading, the command's own output, and how long it took.
step() {
    local name=$1 start=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    if "$@"; then
        printf '== %s: ok, %d s\n' "$name" $((SECONDS - start))
    else
        printf '== %s: FAILED, %d s\n' "$name" $((SECONDS - start))
        failed+=("$name")
    fi
}

# run_pytest NAME ARGUMENTS…: keeps the output of the run, and its coverage if asked, under that name.
run_pytest() {
    local name=$1
    shift
    COVERAGE_FILE="$work/coverage.$name" .venv/bin/python -m pytest -n "${KONTORA_TEST_WORKERS:-2}" \
        --durations=12 "$@" 2>&1 | tee "$work/$name.txt"
}

# What the checks said, which began before.
finish_lint() {
    local code=0
    wait "$lint" || code=$?
    cat "$work/lint.txt"
    return "$code"
}

scripts/setup.sh test
export KONTORA_SETUP_DONE=1

# The checks keep one processor busy for a while: PostgreSQL comes up and its tests are gathered beside them.
scripts/lint.sh all >"$work/lint.txt" 2>&1 &
lint=$!
step "start PostgreSQL" start_postgres
KONTORA_TEST_DATABASE=postgresql step "tests on PostgreSQL" run_pytest postgresql -m "not long and not browser"
step "lint, types, layers, texts" finish_lint
step "tests on SQLite" run_pytest sqlite -m "not long" --cov --cov-report=
step "coverage" .venv/bin/python scripts/coverage_floor.py "$work"/coverage.*

printf '\n== all: %d s\n' $((SECONDS - started))
if [ ${#failed[@]} -gt 0 ]; then
    printf 'failed: %s\n' "$(IFS=';'; echo "${failed[*]}")"
    exit 1
fi
printf 'PostgreSQL: %s\n' "$(grep -v '^\s*$' "$work/postgresql.txt" | tail -n 1)"
grep -v '^\s*$' "$work/sqlite.txt" | tail -n 1
