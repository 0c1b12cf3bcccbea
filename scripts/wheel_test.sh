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
clean/bin/python -m pip check --disable-pip-version-check > check.txt || fail "$(cat check.txt)"

echo "The wheel works outside the checkout: $(reglament --version)."
