#!/usr/bin/env bash
# Brings this folder to a state in which Kontora runs (run) or can be tested too (test).
# Every step leaves a stamp in .setup/ with the hash of what it was made from, so it is done once.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=${1:-run}
case $mode in
    run | test) ;;
    *) echo "usage: scripts/setup.sh [run|test]" >&2; exit 2 ;;
esac

say() { printf '· %s\n' "$*"; }
stop() { printf 'Kontora: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
fingerprint() { cat "$@" | sha256sum | cut -d ' ' -f 1; }
fresh() { [ -f ".setup/$1" ] && [ "$(<".setup/$1")" = "$2" ]; }
stamp() { printf '%s' "$2" >".setup/$1"; }

# --- the system -------------------------------------------------------------------------------------------

find_python() {
    local name
    for name in ${KONTORA_PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if has "$name" && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

has_dejavu() {
    [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] && return
    has fc-list && fc-list : family | grep -q 'DejaVu Sans'
}

has_postgres() { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_browser() { has chromium || has chromium-browser || has google-chrome; }

# Debian packages that are not here yet, one a line.
missing_packages() {
    has wkhtmltopdf || echo wkhtmltopdf
    has_dejavu || echo fonts-dejavu-core
    has node || echo nodejs
    has npm || echo npm
    if [ ! -x .venv/bin/python ]; then
        if ! has python3; then
            printf '%s\n' python3 python3-venv
        elif [ -n "$python" ] && ! "$python" -c 'import ensurepip' 2>/dev/null; then
            echo "python3-venv"
        fi
    fi
    [ "$mode" = test ] || return 0
    has_browser || echo chromium
    has chromedriver || echo chromium-driver
    has pdftotext || echo poppler-utils
    has_postgres || echo postgresql
}

install_packages() {
    say "installing by apt: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null || true
    # Newer Debian no longer carries wkhtmltopdf: everything but printing to PDF works without it.
    local name wanted=()
    for name in "$@"; do
        if apt-cache show "$name" >/dev/null 2>&1; then
            wanted+=("$name")
        else
            say "this system offers no package $name; going on without it"
        fi
    done
    [ ${#wanted[@]} -eq 0 ] || apt-get install -qq -y --no-install-recommends "${wanted[@]}" >/dev/null ||
        stop "apt could not install: ${wanted[*]}"
}

check_system() {
    local missing python=""
    [ -x .venv/bin/python ] || python=$(find_python) || true
    missing=$(missing_packages | tr '\n' ' ')
    missing=${missing% }
    if [ -n "$missing" ] && ! fresh "system-$mode" "$missing"; then
        if [ "$(id -u)" = 0 ] && has apt-get; then
            # shellcheck disable=SC2086  # a list of words
            install_packages $missing
            stamp "system-$mode" "$(missing_packages | tr '\n' ' ' | sed 's/ $//')"
        else
            stop "missing: $missing. Install with: sudo apt-get install $missing"
        fi
    fi
    if [ ! -x .venv/bin/python ]; then
        find_python >/dev/null || stop "Python 3.11 or later is needed, found $(python3 -V 2>&1 || echo none)"
    fi
    # ${…%%.*}: the major number of v20.11.0
    if ! fresh node-version ok; then
        local version
        version=$(node --version)
        version=${version#v}
        [ "${version%%.*}" -ge 18 ] || stop "Node 18 or later is needed, found $version"
        stamp node-version ok
    fi
}

# --- Python -----------------------------------------------------------------------------------------------

make_environment() {
    [ -x .venv/bin/python ] && return
    local python
    python=$(find_python) || stop "Python 3.11 or later is needed"
    "$python" -c 'import ensurepip' 2>/dev/null ||
        stop "this Python cannot make a virtual environment; install with: sudo apt-get install python3-venv"
    say "making .venv with $("$python" -V)"
    "$python" -m venv .venv
}

install_python() {
    local locks=(requirements.lock) lock=requirements.lock key="python-run" sum
    [ "$mode" = run ] || { locks+=(requirements-dev.lock); lock=requirements-dev.lock; key="python-test"; }
    if [ -x .venv/bin/python ]; then
        sum=$(fingerprint "${locks[@]}")
        fresh "$key" "$sum" && return
        # What testing needs contains what running needs.
        [ "$mode" = run ] && fresh python-test "$(fingerprint requirements.lock requirements-dev.lock)" && return
    fi
    make_environment
    sum=$(fingerprint "${locks[@]}")
    say "installing $(grep -c '==' "$lock") Python packages from $lock"
    .venv/bin/python -m pip --disable-pip-version-check -qq install --no-deps --no-compile --require-hashes -r "$lock" ||
        stop "the Python packages of $lock could not be installed (see above)"
    # On all cores, where pip uses one; tests import a part of it only and compile that by themselves.
    [ "$mode" = test ] || .venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null || true
    .venv/bin/python -m pip --disable-pip-version-check check >/dev/null ||
        stop "the installed Python packages contradict each other: .venv/bin/pip check"
    stamp "$key" "$sum"
}

# --- what the pages load ----------------------------------------------------------------------------------

install_node() {
    local sum
    sum=$(fingerprint package.json package-lock.json)
    [ -d node_modules ] && fresh node "$sum" && return
    say "installing front-end packages"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null ||
        stop "npm could not install the packages of package-lock.json (see above)"
    stamp node "$sum"
}

make_assets() {
    local sum
    sum=$(fingerprint package-lock.json scripts/assets.mjs scripts/icons.json)
    [ -f app/static/vendor/manifest.json ] && fresh assets "$sum" && return
    say "$(node scripts/assets.mjs)"
    stamp assets "$sum"
}

compile_texts() {
    local catalogue catalogues=() complete=yes sum
    for catalogue in app/translations/*/LC_MESSAGES/messages.po; do
        [ -f "$catalogue" ] || continue
        catalogues+=("$catalogue")
        [ -f "${catalogue%.po}.mo" ] || complete=no
    done
    [ ${#catalogues[@]} -gt 0 ] || return 0
    sum=$(fingerprint "${catalogues[@]}")
    [ $complete = yes ] && fresh texts "$sum" && return
    say "compiling translations"
    .venv/bin/pybabel --quiet compile --directory app/translations || stop "a translation is wrong (see above)"
    stamp texts "$sum"
}

mkdir -p .setup
# Two starts at once wait for each other.
exec 9>.setup/lock
has flock && flock 9

check_system
# npm mostly waits for its packages: meanwhile pip works.
install_node &
node=$!
install_python
wait "$node" || exit 1
make_assets
compile_texts
