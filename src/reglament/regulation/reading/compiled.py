"""Compiled regulations: what `read_regulation` gives, kept as JSON so that a start need not read YAML.

A compiled file is trusted only while it carries the digest of the source beside it and the number of
the form in which this version keeps programs; otherwise the source is read anew.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from reglament.regulation.model.program import Program, dump, load

if TYPE_CHECKING:
    from typing import Any

FORM = 1
"""Rises whenever `Program` or what its rules hold changes."""

SHIPPED = "regulation.compiled.json"


def programs_of(path: Path) -> tuple[Program, ...]:
    """The programs of a regulation file, oldest edition first, from the quickest place that has them.

    A shipped pack is compiled beside its source; another file is remembered in the user's cache. Raises
    RegulationUnreadable where the file is no regulation, OSError or UnicodeDecodeError where it cannot be
    read at all.
    """
    raw = path.read_bytes()
    digest = sha256(raw).hexdigest()
    remembered = _cache_file(digest)
    for place in (path.with_name(SHIPPED), remembered):
        programs = _loaded(place, digest)
        if programs is not None:
            return programs
    # Imported only here: YAML and the grammar cost more than everything else together.
    from reglament.regulation.reading.read import read_regulation

    programs = read_regulation(raw.decode("utf-8"), str(path)).programs
    if remembered is not None:
        _remember(remembered, as_data(programs, digest))
    return programs


def as_data(programs: tuple[Program, ...], digest: str) -> dict[str, Any]:
    """What a compiled file holds."""
    return {"form": FORM, "digest": digest, "programs": [dump(program) for program in programs]}


def _loaded(place: Path | None, digest: str) -> tuple[Program, ...] | None:
    if place is None:
        return None
    try:
        data = json.loads(place.read_bytes())
        if data["form"] != FORM or data["digest"] != digest:
            return None
        return tuple(load(program) for program in data["programs"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _cache_file(digest: str) -> Path | None:
    try:
        root = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    except RuntimeError:
        return None
    return root / "reglament" / f"{digest[:40]}.{FORM}.json" if root.is_absolute() else None


def _remember(place: Path, data: dict[str, Any]) -> None:
    # A cache that cannot be written is no fault: the next start reads the source again.
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(f"{place.name}.{os.getpid()}")
        beside.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")
        beside.replace(place)
    except OSError:
        pass
