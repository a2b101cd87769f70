#!/usr/bin/env bash
# `make serve`: production. The preflight refuses a missing or weak secret, demo accounts, pending migrations.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh run
.venv/bin/flask --app app.factory kontora preflight
exec .venv/bin/gunicorn --config gunicorn.conf.py 'app.factory:create_app()'
