"""`make mutate`: changes each pack in every single way, and shows that a case of its owner turns red.

Each mutant ends in one of five ways: a case turns red; it is no regulation any more, so that it cannot
be published; `check` reports it; it is proved to decide every request as before; or it survives, and
then something that the pack says is shown by nothing. Exit status 1 where any survives.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from reglament.packs import find, names
from reglament.regulation.checking.cases import Case, cases_beside, red, run_case, run_cases
from reglament.regulation.checking.checking import PROOFS
from reglament.regulation.checking.edition import EditionUnderProof
from reglament.regulation.checking.findings import Finding
from reglament.regulation.reading.faults import RegulationUnreadable
from reglament.regulation.reading.read import ReadRegulation, regulation_of
from reglament.regulation.reading.yaml_source import read_documents
from scripts.changes import Mutation, copied
from scripts.mutations import mutations
from scripts.sameness import same_decisions

RED, UNREADABLE, REPORTED, SAME, SURVIVES = "red", "unreadable", "reported", "same", "survives"
ENDS = {
    RED: "turn a case red",
    UNREADABLE: "are no regulation",
    REPORTED: "are reported by check",
    SAME: "are proved to decide alike",
    SURVIVES: "survive",
}


@dataclass(frozen=True)
class Outcome:
    """How one mutant ended, and what shows it (the case that turned red, the finding)."""

    mutation: Mutation
    line: int
    end: str
    shown_by: str = ""


class Pack:
    """A pack with its cases, read once."""

    def __init__(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        self.path = path
        # Reading notes lines in the values, so the changes are made to documents read for themselves.
        self.documents = read_documents(text, str(path))
        self.read = regulation_of(read_documents(text, str(path)), str(path))
        self.cases, wrong = cases_beside(path)
        wrong += red(run_cases(self.read.programs, self.cases))
        if wrong:
            raise SystemExit("\n".join(finding.as_text("en") for finding in wrong))
        self.mutations = [
            mutation
            for number, (document, edition) in enumerate(
                zip(self.documents, self.read.regulation.editions, strict=True)
            )
            for mutation in mutations(number, document, edition)
        ]
        self.findings = {finding.message for finding in _findings(self.read)}

    def mutant(self, number: int) -> ReadRegulation | None:
        """The regulation with one change made; None where that is no regulation."""
        mutation = self.mutations[number]
        documents = [
            mutation.applied(document) if place == mutation.document else copied(document)
            for place, document in enumerate(self.documents)
        ]
        try:
            return regulation_of(documents, str(self.path))
        except RegulationUnreadable:
            return None

    def decides_as_before(self, mutant: ReadRegulation) -> bool:
        """Whether it is proved that a mutant decides every request as the pack does."""
        programs = zip(self.read.programs, mutant.programs, strict=True)
        return all(same_decisions(before, after) for before, after in programs)

    def outcome(self, number: int) -> Outcome:
        """Makes one mutant and sees how it ends."""
        mutation = self.mutations[number]
        line = self.documents[mutation.document].line(mutation.path)
        mutant = self.mutant(number)
        if mutant is None:
            return Outcome(mutation, line, UNREADABLE)
        for case in self._likely_first(mutation.clause):
            if not run_case(mutant.programs, case).passes:
                return Outcome(mutation, line, RED, case.name)
        if self.decides_as_before(mutant):
            return Outcome(mutation, line, SAME)
        for finding in _findings(mutant):
            if finding.message not in self.findings:
                return Outcome(mutation, line, REPORTED, finding.as_line("en"))
        return Outcome(mutation, line, SURVIVES)

    def _likely_first(self, clause: str) -> list[Case]:
        return sorted(self.cases, key=lambda case: clause not in case.clauses)


def _findings(read: ReadRegulation) -> list[Finding]:
    found: list[Finding] = []
    editions = read.regulation.editions
    for edition, later, program, document in zip(
        editions, [*editions[1:], None], read.programs, read.documents, strict=True
    ):
        until: date | None = later.edition if later else None
        proof = EditionUnderProof(edition, program, document, read.file, until)
        for prove in PROOFS:
            prove(proof)
        found += proof.findings
    return found


@cache
def _pack(path: Path) -> Pack:
    return Pack(path)


def _outcomes(path: Path, numbers: range) -> list[Outcome]:
    pack = _pack(path)
    return [pack.outcome(number) for number in numbers]


def mutate(path: Path, processes: int) -> list[Outcome]:
    """Every mutant of a pack and how it ended, in the order of the file."""
    total = len(_pack(path).mutations)
    step = 25
    parts = [range(start, min(start + step, total)) for start in range(0, total, step)]
    if processes == 1:
        return [outcome for part in parts for outcome in _outcomes(path, part)]
    with ProcessPoolExecutor(processes) as pool:
        found = pool.map(_outcomes, [path] * len(parts), parts)
        return [outcome for part in found for outcome in part]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pack", nargs="*", help="names or paths; the shipped packs without any")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--all", action="store_true", help="show every mutant and how it ended")
    options = parser.parse_args(arguments)
    survivors = 0
    for name in options.pack or names():
        path = find(name)
        started = time.monotonic()
        outcomes = mutate(path, options.processes)
        for outcome in outcomes:
            if options.all or outcome.end in (SURVIVES, SAME, REPORTED):
                where = f"{path}:{outcome.line}: {outcome.mutation.clause or '-'}"
                shown = f" ({outcome.shown_by})" if outcome.shown_by else ""
                print(f"{where}: {outcome.mutation.words}: {outcome.end}{shown}")
        ends = Counter(outcome.end for outcome in outcomes)
        counts = ", ".join(f"{ends[end]} {words}" for end, words in ENDS.items())
        print(f"{name}: {len(outcomes)} mutants: {counts} ({time.monotonic() - started:.0f} s)", flush=True)
        survivors += ends[SURVIVES]
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
