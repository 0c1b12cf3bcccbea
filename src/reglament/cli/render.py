"""`reglament render`: a regulation as a document for people."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from reglament.cli.batch import complain
from reglament.cli.options import UsageFault, read_options
from reglament.packs import find
from reglament.regulation.reading.faults import RegulationUnreadable
from reglament.regulation.reading.read import read_regulation
from reglament.regulation.rendering import build_document

if TYPE_CHECKING:
    from reglament.regulation.model.edition import Edition
    from reglament.regulation.rendering import Document

USAGE = """Usage: reglament render PACK [--lang ru|en] [--format md|html|pdf] [--edition DATE] [-o FILE]

Writes the regulation as a document. Without --edition: the newest edition. Without -o: on standard
output. The format follows FILE's ending where --format does not say it; else Markdown.
"""

FORMATS = ("md", "html", "pdf")


def run(arguments: list[str]) -> int:
    """Write the document; gives the exit status: 0, 1 where it could not be written, 2 for bad input."""
    if any(argument in ("--help", "-h") for argument in arguments):
        sys.stdout.write(USAGE)
        return 0
    try:
        plain, options = read_options(arguments, values=("lang", "format", "edition", "o", "output"))
        if len(plain) != 1:
            raise UsageFault("takes one PACK; `reglament render --help` says how")
        target = options.get("o") or options.get("output") or ""
        language = _one_of("lang", options.get("lang", "ru"), ("ru", "en"))
        ending = Path(target).suffix.lstrip(".")
        shape = _one_of("format", options.get("format", ending if ending in FORMATS else "md"), FORMATS)
        edition = _edition(find(plain[0]), options.get("edition"))
    except (UsageFault, FileNotFoundError) as fault:
        complain(f"reglament render: {fault}")
        return 2
    except (RegulationUnreadable, UnicodeDecodeError, OSError) as fault:
        complain(str(fault))
        return 2
    return _write(_rendered(build_document(edition, language), shape), target)


def _edition(path: Path, written: str | None) -> Edition:
    regulation = read_regulation(path.read_text(encoding="utf-8"), str(path)).regulation
    if written is None:
        return regulation.editions[-1]
    try:
        edition = regulation.edition_on(date.fromisoformat(written))
    except ValueError as error:
        raise UsageFault(f"--edition: {written!r} is not a date; YYYY-MM-DD") from error
    if edition is None:
        first = regulation.editions[0].edition
        raise UsageFault(f"--edition: {written} is before the first edition, in force from {first}")
    return edition


def _rendered(document: Document, shape: str) -> bytes:
    if shape == "pdf":
        from reglament.regulation.rendering.pdf import as_pdf

        return as_pdf(document)
    if shape == "html":
        from reglament.regulation.rendering.html import as_html_page

        return as_html_page(document).encode()
    from reglament.regulation.rendering.markdown import as_markdown

    return as_markdown(document).encode()


def _write(content: bytes, target: str) -> int:
    try:
        if target and target != "-":
            Path(target).write_bytes(content)
        else:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        complain(f"reglament render: {target or 'standard output'} cannot be written: {error.strerror}")
        return 1
    return 0


def _one_of(option: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise UsageFault(f"--{option}: {value!r} is not known; one of {', '.join(known)}")
    return value
