"""What the regulation would say of a request, told before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reglament.desk.decisions.queries import Preview, preview
from reglament.desk.decisions.words import explained, metric_in_words
from reglament.faces.public.desk_page import DeskPage
from reglament.regulation.model.decision import Decision
from reglament.regulation.wording.spans import span

TOLD = (
    "redirect",
    "not_covered",
    "offer",
    "obligation",
    "service_level",
    "permission",
    "mentions",
    "severity",
)
"""What concerns whoever is about to ask; what is missing stands beside its field."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would become of a request of one kind."""

    sentences: list[dict[str, Any]]
    redirect_to: tuple[str, ...]
    owes: bool
    decision: Decision


def outlook(page: DeskPage, seen: Preview, *, levels: bool) -> Outlook:
    """Word a preview for whoever asks. Where they name the severity (`levels`), terms are said by level."""
    decision = seen.decision
    said = explained(page.rules, decision, "client", page.language)
    left_out = {"severity", "obligation"} if levels else {"severity"} if decision.severity is None else set()
    if decision.service_level in ("full", "none"):
        left_out.add("service_level")
    return Outlook(
        sentences=[one for one in said if one["topic"] in TOLD and one["topic"] not in left_out],
        redirect_to=decision.redirect_to,
        owes=bool(decision.obligations),
        decision=decision,
    )


def levels_of(
    page: DeskPage, kind: str, *, channel: str, authentication: str, service: str, known: dict[str, Any]
) -> list[tuple[str, str, str, str]]:
    """Give the levels of severity that matter for a kind: name, words, meaning, and what each promises.

    None where the regulation has no levels, or gives this kind the same one whatever is said.
    """
    found, given = [], set()
    for name, level in page.rules.written.severities.items():
        decision = preview(
            page.edition,
            kind,
            channel=channel,
            authentication=authentication,
            at=page.now,
            language=page.language,
            service=service,
            severity=name,
            facts=known,
        ).decision
        given.add(decision.severity)
        promised = "; ".join(
            f"{metric_in_words(page.rules, owed.metric, page.language)}: "
            f"{span(owed.budget.amount, owed.budget.unit, page.language)}"
            for owed in decision.obligations
        )
        found.append(
            (
                name,
                level.title.in_language(page.language),
                level.meaning.in_language(page.language),
                promised,
            )
        )
    return found if len(given) > 1 else []
