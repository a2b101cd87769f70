#!/usr/bin/env bash
# `make bench size=M`: measures speed on SQLite and on a PostgreSQL of our own, one table each.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh test
# shellcheck source=scripts/postgres.sh
source scripts/postgres.sh
trap stop_postgres EXIT
size=${1:-M}
echo "SQLite, data set $size"
.venv/bin/python -m bench --size "$size"
if start_postgres; then
    echo "PostgreSQL, data set $size"
    .venv/bin/python -m bench --size "$size" --database "$KONTORA_TEST_POSTGRES_URL"
fi
