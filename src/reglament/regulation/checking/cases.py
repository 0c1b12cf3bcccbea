"""The owner's cases: requests in the owner's words, with what the regulation must say about each.

They stand in `cases/*.yaml` beside the regulation file, as a list of cases or as a map of `defaults`
(a fragment merged under each request) and `cases`.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from reglament.regulation.checking.expecting import Difference, differences, known_key
from reglament.regulation.checking.findings import Finding
from reglament.regulation.deciding import decide, read_request, received_moment
from reglament.regulation.deciding.editions import program_at
from reglament.regulation.deciding.requests import KEYS as REQUEST_KEYS
from reglament.regulation.model.request import RequestFaults
from reglament.regulation.reading.yaml_source import Document, Path, read_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path as File

    from reglament.regulation.model.decision import Decision
    from reglament.regulation.model.program import Program

KEYS = ("case", "clauses", "request", "expect", "fault")


@dataclass(frozen=True)
class Case:
    """One case: its name, the clauses that it shows, the request, and the decision or fault to come."""

    file: str
    line: int
    name: str
    clauses: tuple[str, ...]
    request: Mapping[str, Any]
    expect: Mapping[str, Any]
    fault: str | None = None
    """Where the request cannot be decided, the place in it that a fault must name (`received_at`)."""


@dataclass(frozen=True)
class CaseRun:
    """A case after it was put to the regulation; it passes where nothing differs."""

    case: Case
    differences: tuple[Difference, ...]
    decision: Decision | None
    program: Program | None
    """The edition that judged it; None where none was in force."""

    @property
    def passes(self) -> bool:
        return not self.differences


def cases_beside(regulation_file: File) -> tuple[list[Case], list[Finding]]:
    """The cases in `cases/*.yaml` beside a regulation file, and what is wrong with their form.

    Raises RegulationUnreadable where a file is no YAML.
    """
    cases: list[Case] = []
    findings: list[Finding] = []
    for file in sorted((regulation_file.parent / "cases").glob("*.yaml")):
        found, wrong = read_cases(file.read_text(encoding="utf-8"), str(file))
        cases += found
        findings += wrong
    return cases, findings


def read_cases(text: str, file: str) -> tuple[list[Case], list[Finding]]:
    """The cases in `text`, and what is wrong with their form; `file` names it in findings.

    Raises RegulationUnreadable where the text is no YAML.
    """
    cases: list[Case] = []
    findings: list[Finding] = []
    for document in read_documents(text, file):
        _CaseReader(document, file, cases, findings).read()
    return cases, findings


def run_case(programs: Sequence[Program], case: Case) -> CaseRun:
    """Puts one case to the edition in force at its moment and compares what comes with what it expects."""
    program = None
    try:
        program = program_at(programs, received_moment(case.request, "request"), "request")
        decision = decide(program, read_request(program, case.request))
    except RequestFaults as faults:
        return CaseRun(case, _faulty(case, faults), None, program)
    if case.fault is not None:
        lacking = Difference("fault", case.fault, None)
        return CaseRun(case, (lacking,), decision, program)
    return CaseRun(case, tuple(differences(case.expect, decision.as_json())), decision, program)


def run_cases(programs: Sequence[Program], cases: Iterable[Case]) -> list[CaseRun]:
    """Every case, put to the editions of a regulation."""
    return [run_case(programs, case) for case in cases]


def red(runs: Iterable[CaseRun]) -> list[Finding]:
    """A finding for each case that does not pass: what was expected and what came."""
    return [
        Finding(
            "red-case",
            run.case.file,
            run.case.line,
            ", ".join(run.case.clauses),
            {"case": run.case.name, "differences": "; ".join(str(one) for one in run.differences)},
            example=run.case.request,
        )
        for run in runs
        if not run.passes
    ]


def _faulty(case: Case, faults: RequestFaults) -> tuple[Difference, ...]:
    if case.fault is not None:
        places = [fault.place.removeprefix("request.") for fault in faults.faults]
        return () if case.fault in places else (Difference("fault", case.fault, places),)
    return tuple(Difference("fault", None, str(fault)) for fault in faults.faults)


class _CaseReader:
    """Reads one YAML document of cases; a case that is wrong becomes a finding, the others are kept."""

    def __init__(self, document: Document, file: str, cases: list[Case], findings: list[Finding]) -> None:
        self.document = document
        self.file = file
        self.cases = cases
        self.findings = findings

    def read(self) -> None:
        value: Any = self.document.value
        defaults: dict[str, Any] = {}
        path: Path = ()
        if isinstance(value, dict):
            for key in value:
                if key not in ("defaults", "cases"):
                    self._wrong((key,), "unknown-key", key=key, near=_near(key, ("defaults", "cases")))
            stated = value.get("defaults") or {}
            for key in stated if isinstance(stated, dict) else ():
                if key in REQUEST_KEYS:
                    defaults[key] = stated[key]
                else:
                    near = _near(key, REQUEST_KEYS)
                    self._wrong(("defaults", key), "unknown-default", key=key, near=near)
            if not isinstance(stated, dict):
                self._wrong(("defaults",), "request")
            path = ("cases",)
            value = value.get("cases")
        if not isinstance(value, list):
            self._wrong((), "shape")
            return
        for number, item in enumerate(value):
            self._case(item, (*path, number), defaults)

    def _case(self, item: Any, path: Path, defaults: dict[str, Any]) -> None:
        found = len(self.findings)
        if not isinstance(item, dict):
            self._wrong(path, "shape")
            return
        for key in item:
            if key not in KEYS:
                self._wrong((*path, key), "unknown-key", key=key, near=_near(key, KEYS))
        name, clauses = item.get("case"), item.get("clauses", [])
        request, expect, fault = item.get("request", {}), item.get("expect"), item.get("fault")
        if not isinstance(name, str) or not name.strip():
            self._wrong(path, "nameless")
        if not isinstance(clauses, list) or not all(isinstance(clause, str) for clause in clauses):
            self._wrong((*path, "clauses"), "clauses")
        if not isinstance(request, dict):
            self._wrong((*path, "request"), "request")
        if (expect is None) == (fault is None):
            self._wrong(path, "expects")
        elif fault is not None and not isinstance(fault, str):
            self._wrong((*path, "fault"), "fault")
        elif expect is not None and (not isinstance(expect, dict) or not expect):
            self._wrong((*path, "expect"), "expects")
        elif expect is not None:
            for key in expect:
                unknown = known_key(key)
                if unknown is not None:
                    self._wrong((*path, "expect", key), "unknown-expectation", key=key, near=unknown)
        if len(self.findings) == found:
            self.cases.append(
                Case(
                    self.file,
                    self.document.line(path),
                    str(name),
                    tuple(clauses),
                    _merged(defaults, request),
                    expect or {},
                    fault,
                )
            )

    def _wrong(self, path: Path, variant: str, **values: object) -> None:
        line = self.document.line(path)
        self.findings.append(Finding(f"case-form/{variant}", self.file, line, "", values))


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _near(key: str, known: Iterable[str]) -> str:
    known = list(known)
    near = get_close_matches(key, known, 1)
    return near[0] if near else ", ".join(known)
