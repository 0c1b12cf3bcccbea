"""A regulation file read whole: the YAML stream, each document an edition, oldest first."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from reglament.regulation.model.edition import RULES, Edition, Regulation
from reglament.regulation.model.program import Program
from reglament.regulation.reading.compiling import compile_edition
from reglament.regulation.reading.faults import FileFault, RegulationUnreadable
from reglament.regulation.reading.yaml_source import Document, Path, place_of, read_documents


class ReadRegulation:
    """A regulation as people read it, and a program and the lines of the file for each of its editions."""

    def __init__(
        self, regulation: Regulation, programs: list[Program], documents: list[Document], file: str
    ) -> None:
        self.regulation = regulation
        self.programs = tuple(programs)
        self.documents = tuple(documents)
        self.file = file

    @property
    def name(self) -> str:
        return self.regulation.name


def read_regulation(text: str, file: str) -> ReadRegulation:
    """The regulation in `text`; `file` names it in faults. Raises RegulationUnreadable."""
    return regulation_of(read_documents(text, file), file)


def regulation_of(documents: list[Document], file: str) -> ReadRegulation:
    """The regulation in the documents of a stream, oldest edition first. Raises RegulationUnreadable."""
    faults: list[FileFault] = []
    editions: list[Edition] = []
    programs: list[Program] = []
    if not documents or all(document.value is None for document in documents):
        raise RegulationUnreadable([FileFault("empty", file, 1, "", "the file holds no regulation")])
    for document in documents:
        edition = _edition(document, file, faults)
        if edition is None:
            continue
        editions.append(edition)
        program = compile_edition(edition, document, file, faults)
        if program is not None:
            programs.append(program)
    for earlier, later, document in zip(editions, editions[1:], documents[1:], strict=False):
        if later.regulation != earlier.regulation or later.edition <= earlier.edition:
            faults.append(
                FileFault(
                    "edition-order", file, document.line(("edition",)), "edition",
                    f"the edition of {later.edition} of {later.regulation!r} stands after that of "
                    f"{earlier.edition} of {earlier.regulation!r}",
                    "one file holds one regulation, its editions from the oldest to the newest",
                )
            )  # fmt: skip
    if faults:
        raise RegulationUnreadable(faults)
    return ReadRegulation(Regulation(editions=editions), programs, documents, file)


def _edition(document: Document, file: str, faults: list[FileFault]) -> Edition | None:
    value = document.value
    if not isinstance(value, dict):
        faults.append(FileFault("shape", file, document.line(()), "", "a regulation is a map of its parts"))
        return None
    _mark_lines(document)
    try:
        edition = Edition.model_validate(value)
    except ValidationError as error:
        faults.extend(
            _innermost([_fault(details, document, file) for details in error.errors(include_url=False)])
        )
        return None
    try:
        ZoneInfo(edition.timezone)
    except (KeyError, ValueError, OSError):
        faults.append(
            FileFault(
                "timezone", file, document.line(("timezone",)), "timezone",
                f"{edition.timezone!r} is no time zone", "write a name like Europe/Moscow",
            )
        )  # fmt: skip
        return None
    return edition


def _mark_lines(document: Document) -> None:
    # Clauses and rules carry their line on, so that later findings can name it without the file.
    clauses = document.value.get("clauses")
    for number, clause in enumerate(clauses if isinstance(clauses, list) else []):
        if not isinstance(clause, dict):
            continue
        clause["line"] = document.line(("clauses", number))
        rules = clause.get("rules")
        for position, rule in enumerate(rules if isinstance(rules, list) else []):
            if isinstance(rule, dict):
                rule["line"] = document.line(("clauses", number, "rules", position))


def _fault(details: Any, document: Document, file: str) -> FileFault:
    # pydantic puts the tag of the union and the alternatives of a type into the path; the file has neither.
    path = _path_in_file(details["loc"], document.value)
    message, mend = _words(details)
    return FileFault(_code(details["type"]), file, document.line(path), place_of(path), message, mend)


def _innermost(faults: list[FileFault]) -> list[FileFault]:
    """One fault for each place, without those that only say that something inside them is wrong.

    Where a value may have several forms, the grammar complains about each form that it has not.
    """
    places = {fault.place: fault for fault in reversed(faults)}
    return [
        fault
        for place, fault in reversed(places.items())
        if not any(other.startswith((f"{place}.", f"{place}[")) for other in places)
    ]


def _path_in_file(location: tuple[int | str, ...], value: Any) -> Path:
    path: list[str | int] = []
    for part in location:
        inner = _step(value, part)
        if inner is not _NOT_THERE:
            value = inner
        elif part != location[-1] or part in RULES or not re.fullmatch(r"[a-z_]+", str(part)):
            continue
        path.append(part)
    return tuple(path)


def _step(value: Any, part: int | str) -> Any:
    if isinstance(value, dict):
        return value.get(part, _NOT_THERE)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return _NOT_THERE


def _code(type_: str) -> str:
    return {"extra_forbidden": "unknown-key", "missing": "missing-key", "unknown_rule": "unknown-rule"}.get(
        type_, "value"
    )


_NOT_THERE = object()
_MODELS: tuple[type[BaseModel], ...] = (Edition, *RULES.values())


def _words(details: Any) -> tuple[str, str]:
    if details["type"] == "extra_forbidden":
        key = str(details["loc"][-1])
        known = sorted({name for model in _MODELS for name in model.model_fields})
        near = get_close_matches(key, known, 1)
        return f"{key!r} is not known here", f"did you mean {near[0]!r}?" if near else "take it away"
    if details["type"] == "missing":
        return f"{details['loc'][-1]!r} is missing", "add it"
    given = details["input"]
    shown = (
        f" (it is {given!r})" if isinstance(given, str | int | float | bool) and len(repr(given)) < 60 else ""
    )
    message = details["msg"]
    return message[:1].lower() + message[1:] + shown, ""
