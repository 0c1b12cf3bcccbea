"""`reglament decide`: requests on standard input, the decisions of a regulation on standard output."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from reglament.cli.batch import Faulty, answer_all, complain
from reglament.cli.options import UsageFault, read_options
from reglament.packs import find
from reglament.regulation.deciding import decide, read_request
from reglament.regulation.deciding.editions import program_on, read_by_edition_in_force
from reglament.regulation.model.request import RequestFaults
from reglament.regulation.reading.compiled import programs_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from reglament.regulation.model.edition import Edition
    from reglament.regulation.model.program import Program

USAGE = """Usage: reglament decide PACK [--edition DATE] [--explain [--lang LANGUAGE] [--for WHOM]]

Reads requests on standard input: one JSON object, a JSON array, or JSON Lines.
Writes one decision each, in the same shape and order. PACK is a shipped pack's name (see
`reglament packs`) or a path to a regulation file.

  --edition DATE   judge by the edition in force on that date (YYYY-MM-DD), whenever the request came
  --explain        write the explanation for people instead of JSON
  --lang LANGUAGE  its language: ru or en (ru)
  --for WHOM       its reader: client, agent or auditor (client)
"""

LANGUAGES = ("ru", "en")
AUDIENCES = ("client", "agent", "auditor")


def run(arguments: list[str]) -> int:
    """Answer the requests on standard input; gives the exit status."""
    if any(argument in ("--help", "-h") for argument in arguments):
        sys.stdout.write(USAGE)
        return 0
    try:
        plain, options = read_options(arguments, values=("edition", "lang", "for"), flags=("explain",))
        if len(plain) != 1:
            raise UsageFault("takes one PACK; `reglament decide --help` says how")
        path = find(plain[0])
    except (UsageFault, FileNotFoundError) as fault:
        complain(f"reglament decide: {fault}")
        return 2
    try:
        desk = _Desk(path, options)
    except UsageFault as fault:
        complain(f"reglament decide: {fault}")
        return 2
    except (OSError, UnicodeDecodeError) as fault:
        complain(f"{path}: cannot be read: {fault}")
        return 2
    except ValueError as fault:
        # A regulation with faults words each of them, a line each.
        complain(str(fault))
        return 2
    return answer_all("request", desk.answer, framed="explain" not in options)


class _Desk:
    """Decides requests by one regulation file, and explains where asked to."""

    def __init__(self, path: Path, options: dict[str, str]) -> None:
        self.path = path
        self.programs = programs_of(path)
        self.fixed = self._edition_on(options["edition"]) if "edition" in options else None
        self.explains = "explain" in options
        self.language = _one_of("lang", options.get("lang", "ru"), LANGUAGES)
        self.audience = _one_of("for", options.get("for", "client"), AUDIENCES)
        self.editions: dict[str, Edition] = {}

    def answer(self, raw: object, place: str) -> str:
        """The decision of one request as a line of JSON, or its explanation. Raises Faulty."""
        try:
            if self.fixed:
                program, request = self.fixed, read_request(self.fixed, raw, place)
            else:
                program, request = read_by_edition_in_force(self.programs, raw, place)
            decision = decide(program, request)
        except RequestFaults as faults:
            raise Faulty(map(str, faults.faults)) from faults
        if self.explains:
            from reglament.cli.explanation import as_text

            return as_text(self._edition_of(program), decision, self.audience, self.language)
        return json.dumps(decision.as_json(), ensure_ascii=False)

    def _edition_on(self, written: str) -> Program:
        try:
            day = date.fromisoformat(written)
        except ValueError as error:
            raise UsageFault(f"--edition: {written!r} is not a date; YYYY-MM-DD") from error
        program = program_on(self.programs, day)
        if program is None:
            first = self.programs[0]
            raise UsageFault(
                f"--edition: {written} is before the first edition of {first.regulation}, "
                f"in force from {first.edition}"
            )
        return program

    def _edition_of(self, program: Program) -> Edition:
        if not self.editions:
            from reglament.regulation.reading.read import read_regulation

            read = read_regulation(self.path.read_text(encoding="utf-8"), str(self.path))
            self.editions = {edition.edition.isoformat(): edition for edition in read.regulation.editions}
        return self.editions[program.edition]


def _one_of(option: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise UsageFault(f"--{option}: {value!r} is not known; one of {', '.join(known)}")
    return value
