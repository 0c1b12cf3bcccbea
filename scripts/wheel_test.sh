#!/usr/bin/env bash
# Take a wheel, install it with the locked dependencies into a clean environment, and run it outside the
# checkout: what works only because the sources are near fails here.
set -euo pipefail

wheel=$(realpath "$1")
requirements=$(realpath "$(dirname "$0")/../requirements")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"

"${PYTHON:-python3}" -m venv clean
pip() { clean/bin/python -m pip install -qq --disable-pip-version-check --no-compile "$@"; }
pip --require-hashes -r "$requirements/build.txt"
pip --require-hashes --no-build-isolation -r "$requirements/runtime.txt"
pip --no-deps "$wheel"

# A wheel from an environment with too much in it would hide what it lacks.
unset PYTHONPATH
reglament() { clean/bin/reglament "$@"; }

fail() {
  echo "wheel_test: $1" >&2
  exit 1
}

expect() { # WHAT it says, then the command that must say it
  local said
  said=$("${@:2}") || fail "'${*:2}' ended with $?"
  [[ $said == *"$1"* ]] || fail "'${*:2}' did not say '$1' but: $said"
}

expect "reglament " reglament --version
expect "decide" reglament --help

# The packs travel in the wheel, compiled, and decide, render and check there.
packs=$(reglament packs --json | clean/bin/python -c 'import json, sys; print(*[p["name"] for p in json.load(sys.stdin)])')
[[ $(wc -w <<< "$packs") == 5 ]] || fail "the packs are: $packs"
for pack in $packs; do
  compiled=$(find clean -path "*/packs/$pack/regulation.compiled.json")
  [[ -n $compiled ]] || fail "$pack is not compiled"
  expect "без замечаний" reglament check "$pack"
  reglament render "$pack" -o "$pack.pdf" || fail "render $pack ended with $?"
  [[ $(head -c 5 "$pack.pdf") == "%PDF-" ]] || fail "$pack.pdf is no PDF"
done
decide() { reglament decide "${packs%% *}" <<< "$1"; }
expect '"outcome": ' decide '{"received_at": "2026-03-02T10:00:00+03:00", "channel": "email", "authentication": "anonymous", "kind": "unclassified"}'
expect '"result": ' reglament calc <<< '{"calendar": {"tz": "Europe/Moscow", "weekly": {"mon": [["09:00", "17:00"]]}}, "start": "2026-03-02T10:15:00+03:00", "op": "add_working_minutes", "amount": 480}'

# The desk begins on an empty database.
export REGLAMENT_DATA="$place/data" REGLAMENT_SECRET_KEY=wheel-test-wheel-test-wheel-test-wheel-test
export REGLAMENT_BASE_URL=http://127.0.0.1:8000
mkdir -p "$REGLAMENT_DATA"
storage=$(REGLAMENT_STORAGE_URL=s3://files reglament migrate 2>&1) && fail "object storage needs no extra"
[[ $storage == "REGLAMENT_STORAGE_URL needs the extra s3"* ]] || fail "without the extra s3 migrate said: $storage"
reglament migrate > migrate.txt 2>&1 || fail "migrate said: $(cat migrate.txt)"
expect "rgl_" reglament apikey wheel-test
clean/bin/python -m pip check --disable-pip-version-check > check.txt || fail "$(cat check.txt)"

echo "The wheel works outside the checkout: $(reglament --version)."
