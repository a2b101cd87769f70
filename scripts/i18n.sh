#!/usr/bin/env bash
# Collects every marked text of app/ and brings the catalogues up to date.
# --check changes nothing: it names the texts that have no translation, and fails if there are any.
set -euo pipefail
cd "$(dirname "$0")/.."

template=$(mktemp --suffix=.pot)
trap 'rm -f "$template"' EXIT

.venv/bin/pybabel --quiet extract --mapping babel.cfg --no-location --sort-output \
    --keyword lazy --output-file "$template" app

grep -q '^msgid "..*"' "$template" || { echo "no texts were found in app/: is babel.cfg right?" >&2; exit 1; }

if [ "${1:-}" = "--check" ]; then
    .venv/bin/python scripts/untranslated.py "$template" app/translations/*/LC_MESSAGES/messages.po
    exit
fi

for catalogue in app/translations/*/LC_MESSAGES/messages.po; do
    language=$(basename "$(dirname "$(dirname "$catalogue")")")
    .venv/bin/pybabel --quiet update --input-file "$template" --output-dir app/translations --locale "$language" \
        --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
done
.venv/bin/pybabel --quiet compile --directory app/translations
.venv/bin/python scripts/untranslated.py "$template" app/translations/*/LC_MESSAGES/messages.po
