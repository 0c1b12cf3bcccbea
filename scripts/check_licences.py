"""Refuse a licence that would bind those who run Reglament.

Looks at the packages of the runtime, with every extra, as they are installed. GPL and AGPL are refused;
LGPL and MPL are allowed, because what they ask concerns the library and not its user. A package
that states no licence is refused as well.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKED = ROOT / "requirements" / "s3.txt"
REFUSED = re.compile(
    r"\bA?GPL|Affero|(?<!Lesser )General Public License|SSPL|BUSL|Commons Clause", re.IGNORECASE
)
ALLOWED = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)


def main() -> int:
    """Print each package that may not be there, and give 1 if there is one, else 0."""
    packages = _installed(_runtime())
    refused = [(name, licence) for name, licence in packages if not _fits(licence)]
    for name, licence in refused:
        print(f"{name}: its licence is {licence}; choose another package", file=sys.stderr)
    if not refused:
        print(f"Licences: {len(packages)} packages, none under the GPL or without a licence.")
    return 1 if refused else 0


def _fits(licence: str) -> bool:
    """Say whether a licence may be in the runtime; where one of several may be chosen, one is enough."""
    if not licence or licence == "UNKNOWN":
        return False
    choices = re.split(r"\bor\b", licence, flags=re.IGNORECASE)
    return any(ALLOWED.search(choice) or not REFUSED.search(choice) for choice in choices)


def _runtime() -> set[str]:
    names = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", LOCKED.read_text(), re.MULTILINE)
    return {_normal(name) for name in names}


def _installed(wanted: set[str]) -> list[tuple[str, str]]:
    command = [
        str(Path(sys.executable).with_name("pip-licenses")),
        "--from=mixed",
        "--format=json",
        "--with-system",
    ]
    listed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return [(row["Name"], row["License"]) for row in listed if _normal(row["Name"]) in wanted]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    raise SystemExit(main())
