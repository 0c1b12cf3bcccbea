"""What a check found out about a regulation file, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reglament.regulation.wording.spans import plural

if TYPE_CHECKING:
    from typing import Any

    from reglament.regulation.checking.findings import Finding


@dataclass(frozen=True)
class Report:
    """What a check found out about one file."""

    file: str
    regulation: str
    """Its name; empty where the file could not be read."""
    findings: tuple[Finding, ...]
    acts: tuple[str, ...] = ()
    """Clauses of the newest edition that have rules."""
    informs: tuple[str, ...] = ()
    """Clauses of the newest edition that are for people only."""
    cases: int = 0
    passed: int = 0
    """How many of the cases pass."""
    unreadable: bool = False
    """True where the file has not the form of a regulation at all."""

    @property
    def sound(self) -> bool:
        return not self.findings

    def summary(self, language: str) -> str:
        """The verdict, how many clauses act and inform and which, and how many cases pass."""
        acts, informs, passed = len(self.acts), len(self.informs), self.passed
        found = len(self.findings)
        if language == "en":
            verdict = f"{found} {_plain(found, 'finding')}" if found else "sound"
            counts = [
                f"{acts} {_plain(acts, 'clause')} {'acts' if acts == 1 else 'act'}",
                f"{informs} {'informs' if informs == 1 else 'inform'}",
                f"{passed} {_plain(passed, 'case')} {'passes' if passed == 1 else 'pass'}",
            ]
            labels = ("act", "inform")
        else:
            verdict = (
                f"{found} {plural(found, 'замечание', 'замечания', 'замечаний')}"
                if found
                else "без замечаний"
            )
            counts = [
                f"{acts} {plural(acts, 'пункт действует', 'пункта действуют', 'пунктов действуют')}",
                f"{informs} {plural(informs, 'информирует', 'информируют', 'информируют')}",
                f"{passed} {plural(passed, 'случай сходится', 'случая сходятся', 'случаев сходятся')}",
            ]
            labels = ("действуют", "информируют")
        lines = [f"{self.regulation}: {verdict}: {', '.join(counts)}"]
        for label, clauses in zip(labels, (self.acts, self.informs), strict=True):
            if clauses:
                lines.append(f"    {label}: {', '.join(clauses)}")
        return "\n".join(lines)

    def as_text(self, language: str) -> str:
        """Every finding, then the summary where the file could be read."""
        parts = [finding.as_text(language) for finding in self.findings]
        if self.regulation:
            parts.append(self.summary(language))
        return "\n".join(parts)

    def as_json(self, language: str) -> dict[str, Any]:
        return {
            "file": self.file,
            "regulation": self.regulation or None,
            "sound": self.sound,
            "unreadable": self.unreadable,
            "acts": list(self.acts),
            "informs": list(self.informs),
            "cases": self.cases,
            "passed": self.passed,
            "findings": [finding.as_json(language) for finding in self.findings],
        }


def _plain(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"
