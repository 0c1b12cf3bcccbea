"""`reglament packs`: the regulations at hand, with their editions and how many clauses each has."""

from __future__ import annotations

import json
import sys
from typing import Any

from reglament.cli.batch import complain
from reglament.cli.options import UsageFault, read_options
from reglament.packs import find, names
from reglament.regulation.reading.read import read_regulation

USAGE = """Usage: reglament packs [--json] [--lang ru|en]

Lists the shipped regulations: name, title, dates of the editions, number of clauses.
"""


def run(arguments: list[str]) -> int:
    """Write the list; gives the exit status."""
    if any(argument in ("--help", "-h") for argument in arguments):
        sys.stdout.write(USAGE)
        return 0
    try:
        plain, options = read_options(arguments, values=("lang",), flags=("json",))
        if plain:
            raise UsageFault(f"takes no {plain[0]!r}; `reglament packs --help` says how")
        language = options.get("lang", "ru")
        if language not in ("ru", "en"):
            raise UsageFault(f"--lang: {language!r} is not known; one of ru, en")
    except UsageFault as fault:
        complain(f"reglament packs: {fault}")
        return 2
    packs = [_described(name, language) for name in names()]
    if "json" in options:
        sys.stdout.write(json.dumps(packs, ensure_ascii=False, indent=2) + "\n")
        return 0
    for pack in packs:
        said = "clauses" if language == "en" else "пунктов"
        editions = ", ".join(
            f"{edition['edition']} ({edition['clauses']} {said})" for edition in pack["editions"]
        )
        sys.stdout.write(f"{pack['name']}: {pack['title']}\n    {editions}\n")
    return 0


def _described(name: str, language: str) -> dict[str, Any]:
    path = find(name)
    read = read_regulation(path.read_text(encoding="utf-8"), str(path))
    editions = read.regulation.editions
    return {
        "name": name,
        "title": editions[-1].title.in_language(language),
        "editions": [{"edition": e.edition.isoformat(), "clauses": len(e.clauses)} for e in editions],
    }
