#!/usr/bin/env bash
# `make run`: from a fresh checkout to a running demo company.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh run
START_MESSAGE=$(
    cat <<TEXT

Kontora: http://${KONTORA_HOST:-127.0.0.1}:${KONTORA_PORT:-8080}   (Ctrl+C stops it)
Password of every demo login: kontora-demo
  admin        administrator            servicehead  head of service
  director     director                 egor         service engineer
  saleshead    head of sales            accountant   accountant
  anna, boris  sales managers           buyer        purchasing and stock
                                        office       back office
TEXT
)
export START_MESSAGE WITH_WORKER=1
exec .venv/bin/gunicorn --config gunicorn.conf.py --preload 'wsgi:prepared_app()'
