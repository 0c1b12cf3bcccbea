"""`reglament check`: proves regulations sound, or says where they are not."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from reglament.cli.batch import complain
from reglament.cli.options import UsageFault, read_options
from reglament.packs import find
from reglament.regulation.checking import check_file

if TYPE_CHECKING:
    from pathlib import Path

    from reglament.regulation.checking import Report

USAGE = """Usage: reglament check PACK… [--json] [--lang ru|en]

Proves that a regulation decides every request, and in one way, and runs the owner's cases that
stand in cases/ beside it. PACK is a shipped pack's name (see `reglament packs`) or a path to a
regulation file.

  --json           write the reports as JSON
  --lang LANGUAGE  the language of the findings: ru or en (ru)

Exit status: 0 every regulation is sound, 1 there are findings, 2 a file is no regulation.
"""

SOUND, FINDINGS, UNREADABLE = 0, 1, 2


def run(arguments: list[str]) -> int:
    """Check the regulations that are named; gives the exit status."""
    if any(argument in ("--help", "-h") for argument in arguments):
        sys.stdout.write(USAGE)
        return SOUND
    try:
        plain, options = read_options(arguments, values=("lang",), flags=("json",))
        if not plain:
            raise UsageFault("takes at least one PACK; `reglament check --help` says how")
        language = options.get("lang", "ru")
        if language not in ("ru", "en"):
            raise UsageFault(f"--lang: {language!r} is not known; one of ru, en")
        paths = [find(name) for name in plain]
    except (UsageFault, FileNotFoundError) as fault:
        complain(f"reglament check: {fault}")
        return UNREADABLE
    reports: list[Report] = []
    status = SOUND
    for path in paths:
        report = _checked(path)
        if report is None:
            status = UNREADABLE
            continue
        reports.append(report)
        status = max(status, _status(report))
        if "json" not in options:
            _show(report, language)
    if "json" in options:
        data = [report.as_json(language) for report in reports]
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    return status


def _checked(path: Path) -> Report | None:
    try:
        return check_file(path)
    except OSError as fault:
        complain(f"{fault.filename or path}: cannot be read: {fault.strerror}")
    except UnicodeDecodeError:
        complain(f"{path}: cannot be read: the file and its cases must be UTF-8")
    return None


def _status(report: Report) -> int:
    if report.unreadable:
        return UNREADABLE
    return SOUND if report.sound else FINDINGS


def _show(report: Report, language: str) -> None:
    if report.unreadable:
        complain(*(finding.as_line(language) for finding in report.findings))
        return
    sys.stdout.write(report.as_text(language) + "\n")
