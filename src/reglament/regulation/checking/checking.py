"""The whole check of a regulation file: its editions proved, its owner's cases run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reglament.regulation.checking.alive import prove_alive
from reglament.regulation.checking.cases import CaseRun, cases_beside, red, run_cases
from reglament.regulation.checking.document import prove_calendars, prove_numbering
from reglament.regulation.checking.edition import EditionUnderProof
from reglament.regulation.checking.findings import Finding
from reglament.regulation.checking.leading import prove_leading
from reglament.regulation.checking.placeholders import prove_words
from reglament.regulation.checking.report import Report
from reglament.regulation.checking.settled import prove_settled
from reglament.regulation.checking.uses import prove_uses
from reglament.regulation.model.edition import Practice
from reglament.regulation.reading.faults import FileFault, RegulationUnreadable
from reglament.regulation.reading.read import ReadRegulation, read_regulation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reglament.regulation.checking.cases import Case
    from reglament.regulation.model.edition import Clause

PROOFS = (
    prove_numbering,
    prove_calendars,
    prove_words,
    prove_uses,
    prove_settled,
    prove_alive,
    prove_leading,
)
COMPILE_FAULTS = ("unknown-name", "circular", "hours", "timezone", "edition-order")
"""Faults of a file that has the form of a regulation: findings. With any other it has no such form."""


def check_file(path: Path) -> Report:
    """Checks a regulation file and the cases beside it.

    Raises OSError or UnicodeDecodeError where a file cannot be read at all.
    """
    file = str(path)
    try:
        read = read_regulation(path.read_text(encoding="utf-8"), file)
    except RegulationUnreadable as unreadable:
        return unreadable_report(file, unreadable)
    try:
        cases, wrong = cases_beside(path)
    except RegulationUnreadable as unreadable:
        return unreadable_report(file, unreadable)
    return check_regulation(read, cases, wrong)


def check_regulation(read: ReadRegulation, cases: Sequence[Case], wrong: Sequence[Finding] = ()) -> Report:
    """Proves every edition of a regulation and runs its owner's cases.

    `wrong` are findings about the form of the cases.
    """
    findings = list(wrong)
    proofs = [
        EditionUnderProof(edition, program, document, read.file, later.edition if later else None)
        for edition, later, program, document in zip(
            read.regulation.editions,
            [*read.regulation.editions[1:], None],
            read.programs,
            read.documents,
            strict=True,
        )
    ]
    runs = run_cases(read.programs, cases)
    for proof in proofs:
        for prove in PROOFS:
            prove(proof)
        _cases_show_every_clause(proof, runs)
        findings += proof.findings
    findings += _unknown_clauses(read, cases)
    findings += red(runs)
    newest = read.regulation.editions[-1]
    return Report(
        read.file,
        read.name,
        tuple(sorted(findings, key=lambda one: (one.file != read.file, one.file, one.line, one.code))),
        acts=tuple(clause.id for clause in newest.clauses if clause.rules),
        informs=tuple(clause.id for clause in newest.clauses if not clause.rules),
        cases=len(cases),
        passed=sum(run.passes for run in runs),
    )


def _cases_show_every_clause(proof: EditionUnderProof, runs: Sequence[CaseRun]) -> None:
    """A clause that decides is shown by a case that names it, and whose decision cites it."""
    shown = {
        clause
        for run in runs
        if run.program is proof.program and run.decision is not None
        for clause in {cite.clause for cite in run.decision.cites} & set(run.case.clauses)
    }
    for number, clause in enumerate(proof.edition.clauses):
        if _decides(clause) and clause.id not in shown:
            proof.add("no-case", ("clauses", number), clause.id)


def _decides(clause: Clause) -> bool:
    return any(not isinstance(rule, Practice) for rule in clause.rules)


def _unknown_clauses(read: ReadRegulation, cases: Sequence[Case]) -> list[Finding]:
    known = {clause.id for edition in read.regulation.editions for clause in edition.clauses}
    return [
        Finding("case-form/unknown-clause", case.file, case.line, clause, {"case": case.name})
        for case in cases
        for clause in case.clauses
        if clause not in known
    ]


def unreadable_report(file: str, unreadable: RegulationUnreadable) -> Report:
    """What there is to say about a file that is no regulation, or uses names that it does not declare."""
    findings = tuple(_from_fault(fault) for fault in unreadable.faults)
    formless = any(fault.code not in COMPILE_FAULTS for fault in unreadable.faults)
    return Report(file, "", findings, unreadable=formless)


def _from_fault(fault: FileFault) -> Finding:
    return Finding(
        f"{fault.code}/file",
        fault.file,
        fault.line,
        "",
        {"place": fault.place, "message": fault.message, "mend": fault.mend},
    )
