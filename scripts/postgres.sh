#!/usr/bin/env bash
# A PostgreSQL of our own in a temporary folder, for tests and benchmarks. Sourced, not run:
#   start_postgres   sets and exports KONTORA_TEST_POSTGRES_URL and KONTORA_TEST_POSTGRES_FOLDER
#   stop_postgres    stops that one server by its process id and removes the folder
# shellcheck shell=bash

postgres_folder=""
postgres_pid=""

# PostgreSQL refuses to run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        # From a folder that the user postgres may enter.
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

postgres_programs() {
    local newest
    newest=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1) || true
    if [ -n "$newest" ]; then
        echo "$newest"
    else
        dirname "$(command -v initdb)"
    fi
}

free_port() {
    .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start_postgres() {
    local programs port options
    programs=$(postgres_programs) || return 1
    postgres_folder=$(mktemp -d /tmp/kontora-postgres.XXXXXX) || return 1
    [ "$(id -u)" != 0 ] || chown postgres "$postgres_folder"
    port=$(free_port) || return 1
    # Nothing of this is kept, so nothing is waited for on the disk.
    options="-h 127.0.0.1 -p $port -k $postgres_folder -F -c synchronous_commit=off -c full_page_writes=off"
    options+=" -c max_connections=200 -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0"
    options+=" -c max_wal_size=8GB -c checkpoint_timeout=1h"

    as_postgres "$programs/initdb" --pgdata="$postgres_folder/data" --username=kontora --auth=trust \
        --locale=C.UTF-8 --encoding=UTF8 --no-sync >/dev/null || return 1
    as_postgres "$programs/pg_ctl" --pgdata="$postgres_folder/data" --log="$postgres_folder/log" --wait --silent \
        start -o "$options" || { cat "$postgres_folder/log" >&2; return 1; }
    postgres_pid=$(head -n 1 "$postgres_folder/data/postmaster.pid") || return 1
    "$programs/createdb" --host=127.0.0.1 --port="$port" --username=kontora kontora_test || return 1
    export KONTORA_TEST_POSTGRES_URL="postgresql+psycopg://kontora@127.0.0.1:$port/kontora_test"
    # Tests leave their databases behind: they go with the folder.
    export KONTORA_TEST_POSTGRES_FOLDER="$postgres_folder"
}

stop_postgres() {
    if [ -n "$postgres_pid" ]; then
        kill -INT "$postgres_pid" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$postgres_pid" 2>/dev/null || break
            sleep 0.1
        done
        postgres_pid=""
    fi
    if [ -n "$postgres_folder" ]; then
        rm -rf "$postgres_folder"
        postgres_folder=""
    fi
}
