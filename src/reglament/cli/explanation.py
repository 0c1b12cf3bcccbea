"""An explanation as plain text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reglament.regulation.explaining import explain
from reglament.regulation.model.request import Nothing

if TYPE_CHECKING:
    from reglament.regulation.model.decision import Decision
    from reglament.regulation.model.edition import Edition


def as_text(edition: Edition, decision: Decision, audience: str, language: str) -> str:
    """The explanation of a decision: a heading, then a line a sentence with its clauses."""
    title = edition.title.in_language(language)
    said = "edition of" if language == "en" else "редакция от"
    request = "" if isinstance(decision.request.id, Nothing) else f"{decision.request.id}: "
    lines = [f"{request}{title}, {said} {edition.edition}"]
    for sentence in explain(edition, decision, audience, language):
        lines.append(f"  {sentence.text} ({', '.join(sentence.clauses)})")
        lines += [f"      {line.text}" for line in sentence.lines]
    return "\n".join(lines) + "\n"
