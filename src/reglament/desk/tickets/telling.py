"""What a letter says of a decision, and whether a later decision has anything else to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reglament.desk import links
from reglament.desk.decisions.fulfilment import REGISTRATION_NOTICE
from reglament.desk.decisions.models import ObligationState
from reglament.desk.decisions.practices import guide_of, practices
from reglament.desk.decisions.replaying import again
from reglament.desk.decisions.words import (
    asked_in_words,
    clause_in_words,
    labels_of,
    missing_in_words,
    notes_for_client,
    owed_in_words,
)
from reglament.desk.regulations.queries import Compiled, compiled
from reglament.desk.tickets.models import Request, Ticket
from reglament.desk.tickets.place import STILL_OWED
from reglament.regulation.model.decision import Decision
from reglament.regulation.wording.proving import proven_channels

SECRET = "secret"  # noqa: S105  a type of field


@dataclass(frozen=True, slots=True)
class Told:
    """What of a decision concerns the client."""

    plain: tuple[Any, ...]
    """The outcome, where else to ask and with which proof, and on what terms the thing can be had."""
    missing: frozenset[str]
    asked: frozenset[str]
    promised: frozenset[tuple[str, datetime | None]]
    """What is still owed, each with its due time; but for the notice itself."""
    notes: frozenset[str]

    def says_more_than(self, before: Told) -> bool:
        """Say whether the client must be told, who knows what was said before.

        That less is missing they know, who supplied it, until nothing is: then the outcome is another.
        """
        return (
            self.plain != before.plain
            or self.promised != before.promised
            or self.notes != before.notes
            or bool(self.missing - before.missing)
            or bool(self.asked - before.asked)
        )


def told_of(request: Request) -> Told:
    """Give what of the decision in force on a request concerns the client, as things stand."""
    assert request.current_decision is not None
    rules, decision = compiled(request.edition), again(request.current_decision)
    owed = request.obligations.filter(STILL_OWED).exclude(fulfilled_by=REGISTRATION_NOTICE)
    return Told(
        plain=(decision.outcome, decision.redirect_to, decision.redirect_needs, decision.offer),
        missing=frozenset(decision.missing),
        asked=frozenset(decision.asks),
        promised=frozenset(owed.values_list("metric", "due_at")),
        notes=frozenset(note["text"] for note in notes_for_client(rules, decision, request.ticket.language)),
    )


def sections(ticket: Ticket, request: Request) -> dict[str, Any]:
    """Give what a letter says of the decision in force on a request, in the ticket's language."""
    assert request.current_decision is not None
    rules, decision = compiled(request.edition), again(request.current_decision)
    language = ticket.language
    open_ = request.obligations.filter(state=ObligationState.OPEN).order_by("due_at", "id")
    fields = rules.written.fields
    secret = any(fields[name].type == SECRET for item in decision.missing for name in item.split("|"))
    return {
        "owed": [
            owed_in_words(rules, row, language)
            for row in open_
            # What this very letter gives is not promised in it.
            if row.fulfilled_by != REGISTRATION_NOTICE
        ],
        "missing": missing_in_words(rules, decision, language),
        "secret_url": page_of(ticket) if secret else "",
        "guide_url": guide_url(rules),
        "asked": asked_in_words(rules, decision, language),
        "redirect": _redirect(ticket, rules, decision),
        "notes": notes_for_client(rules, decision, language),
    }


def guide_url(rules: Compiled) -> str:
    """Give the article that tells how to write, where a clause has every such letter link it."""
    held = guide_of(rules)
    return str(held.terms["how_to_write"]) if held is not None else ""


def page_of(ticket: Ticket) -> str:
    """Give the portal page of a ticket where its requester can sign in; a guest's link is not kept."""
    can_sign_in = ticket.requester is not None and ticket.requester.account_id is not None
    return links.portal_ticket(ticket) if can_sign_in else ""


def _redirect(ticket: Ticket, rules: Compiled, decision: Decision) -> dict[str, Any] | None:
    if not decision.redirect_to:
        return None
    labels = labels_of(rules, ticket.language)
    confirmable = any(
        held.terms.get("channel") in decision.redirect_to
        for held in practices(rules, decision, "confirmation")
    )
    unproven = decision.redirect_needs is not None
    clauses = dict.fromkeys(row.clause for row in decision.trace if row.effect.startswith("redirect "))
    return {
        "unproven": unproven,
        "channels": proven_channels(labels, decision.redirect_to)
        if unproven
        else [labels.channel(name) for name in decision.redirect_to],
        "clauses": [clause_in_words(rules, clause, ticket.language) for clause in clauses],
        "confirm_url": page_of(ticket) if confirmable else "",
    }
