#!/usr/bin/env bash
# A PostgreSQL of our own in a temporary folder, for tests and benchmarks. Sourced, not run:
#   start_postgres   sets and exports KONTORA_TEST_POSTGRES_URL
#   stop_postgres    stops that one server by its process id and removes the folder
# shellcheck shell=bash

postgres_folder=""
postgres_pid=""

# PostgreSQL refuses to run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u postgres -- "$@"
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
    local programs port log
    programs=$(postgres_programs)
    postgres_folder=$(mktemp -d /tmp/kontora-postgres.XXXXXX)
    log=$postgres_folder/log
    [ "$(id -u)" != 0 ] || chown postgres "$postgres_folder"
    # The folder of the project may be closed to the user postgres.
    pushd "$postgres_folder" >/dev/null
    as_postgres "$programs/initdb" --pgdata="$postgres_folder/data" --username=kontora --auth=trust \
        --locale=C.UTF-8 --encoding=UTF8 --no-sync >/dev/null
    popd >/dev/null
    port=$(free_port)
    pushd "$postgres_folder" >/dev/null
    # Nothing of this is kept, so nothing is waited for on the disk.
    as_postgres "$programs/pg_ctl" --pgdata="$postgres_folder/data" --log="$log" --wait --silent start -o \
        "-h 127.0.0.1 -p $port -k $postgres_folder -F -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" ||
        { cat "$log" >&2; popd >/dev/null; return 1; }
    popd >/dev/null
    postgres_pid=$(head -n 1 "$postgres_folder/data/postmaster.pid")
    "$programs/createdb" --host=127.0.0.1 --port="$port" --username=kontora kontora_test
    export KONTORA_TEST_POSTGRES_URL="postgresql+psycopg://kontora@127.0.0.1:$port/kontora_test"
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
