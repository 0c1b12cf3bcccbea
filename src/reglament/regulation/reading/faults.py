"""What is wrong with a regulation file, said so that its owner can mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileFault:
    """One fault: a stable code, the place, what is wrong, and how to mend it."""

    code: str
    file: str
    line: int
    place: str
    """Where in the structure (`clauses[3].rules[0].within`), or the clause's id."""
    message: str
    mend: str = ""

    def __str__(self) -> str:
        mend = f" Mend: {self.mend}" if self.mend else ""
        where = f" {self.place}:" if self.place else ""
        return f"{self.file}:{self.line}:{where} {self.message} [{self.code}]{mend}"


class RegulationUnreadable(ValueError):
    """A file that is no regulation of the language, with every fault that was found."""

    def __init__(self, faults: list[FileFault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
