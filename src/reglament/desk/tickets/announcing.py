"""Letters that the desk writes about a ticket: what they say is taken from its decisions, never invented."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reglament.desk import links
from reglament.desk.decisions.fulfilment import REGISTRATION_NOTICE, STAFF_REPLY
from reglament.desk.decisions.models import ObligationState, Proposal
from reglament.desk.decisions.practices import guide_of, practices
from reglament.desk.decisions.replaying import again
from reglament.desk.decisions.words import (
    asked_in_words,
    clause_in_words,
    cure_of_stop,
    ground_in_words,
    labels_of,
    missing_in_words,
    notes_for_client,
    owed_in_words,
)
from reglament.desk.notices.actions import ANSWERING, AUTOMATIC, BY_A_PERSON, send_letter
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import StaffMember, SupportStop
from reglament.desk.people.support import support_stopped as support_stop_at
from reglament.desk.regulations.queries import Compiled, compiled
from reglament.desk.tickets.models import Message, Request, Ticket
from reglament.regulation.model.decision import Decision


def registration(ticket: Ticket, request: Request, at: datetime, *, private_link: str = "") -> bool:
    """Write the notice that a request is registered; False where nobody knows where to send it."""
    to = address_of(ticket)
    if not to:
        return False
    assert request.current_decision is not None
    rules, decision = compiled(request.edition), again(request.current_decision)
    language = ticket.language
    open_ = request.obligations.filter(state=ObligationState.OPEN).order_by("due_at", "id")
    values = {
        **_common(ticket, private_link),
        "owed": [
            owed_in_words(rules, row, language)
            for row in open_
            # What this very letter gives is not promised in it.
            if row.fulfilled_by != REGISTRATION_NOTICE
        ],
        "missing": missing_in_words(rules, decision, language),
        "guide_url": _guide(rules),
        "asked": asked_in_words(rules, decision, language),
        "redirect": _redirect(ticket, rules, decision),
        "notes": notes_for_client(rules, decision, language),
        "stopped": _stopped(ticket, rules, at),
    }
    send_letter(
        ticket.desk,
        "registration_notice",
        values,
        to=to,
        key=f"registration:{ticket.pk}",
        at=at,
        language=language,
        mark=ANSWERING,
        ticket=ticket,
        contact=ticket.requester,
        fulfils=REGISTRATION_NOTICE,
    )
    return True


def redirected(ticket: Ticket, request: Request, at: datetime) -> None:
    """Tell the client that a request, now that its kind is known, must be confirmed another way."""
    assert request.current_decision is not None
    rules, decision = compiled(request.edition), again(request.current_decision)
    redirect = _redirect(ticket, rules, decision)
    if redirect is None or not redirect["confirm_url"]:
        return
    clause = next((row.clause for row in decision.trace if row.effect.startswith("redirect ")), "")
    labels = labels_of(rules, ticket.language)
    _send(
        ticket,
        "redirect",
        {
            **redirect,
            "asked_for": labels.kind(request.kind),
            "clause": clause_in_words(rules, clause, ticket.language),
        },
        key=f"redirect:{request.pk}",
        at=at,
        mark=AUTOMATIC,
        fulfils=REGISTRATION_NOTICE,
    )


def reply(message: Message, staff: StaffMember, at: datetime, notes: list[dict[str, str]]) -> None:
    """Send a person's public reply by mail to the requester and to everybody else who takes part."""
    ticket = message.ticket
    own = address_of(ticket)
    others = ticket.participants.filter(gets_replies=True).exclude(address=own)
    for to in [own, *others.values_list("address", flat=True)]:
        _send(
            ticket,
            "staff_reply",
            {"text": message.text, "notes": notes, "staff_name": str(staff)},
            key=f"reply:{message.pk}:{to}",
            at=at,
            to=to,
            message=message,
            fulfils=STAFF_REPLY if to == own else "",
        )


def information_request(
    message: Message,
    request: Request,
    staff: StaffMember,
    missing: list[dict[str, str]],
    at: datetime,
    *,
    opening: str,
) -> None:
    """Ask the client by mail for what is needed to go on."""
    ticket = message.ticket
    rules = compiled(request.edition)
    secret = any(
        (field := rules.written.fields.get(item["name"])) is not None and field.type == "secret"
        for item in missing
    )
    page = _page(ticket)
    _send(
        ticket,
        "missing_information",
        {
            "text": opening,
            "missing": missing,
            "notes": [],
            "secrets_url": page if secret else "",
            "guide_url": _guide(rules),
            "staff_name": str(staff),
        },
        key=f"information:{message.pk}",
        at=at,
        message=message,
        fulfils=STAFF_REPLY,
    )


def severity_proposal(
    proposal: Proposal, rules: Compiled, staff: StaffMember, clause: str, due: str, token: str, at: datetime
) -> None:
    """Ask the client by mail whether they agree to another severity."""
    ticket = proposal.request.ticket
    labels = labels_of(rules, ticket.language)
    _send(
        ticket,
        "severity_proposal",
        {
            "from_label": labels.severity(str(proposal.from_value)),
            "to_label": labels.severity(str(proposal.to_value)),
            "reason": proposal.reason,
            "due": due,
            "clause": clause_in_words(rules, clause, ticket.language),
            "answer_url": links.proposal(ticket.desk, token),
            "staff_name": str(staff),
        },
        key=f"proposal:{proposal.pk}",
        at=at,
    )


def refusal(message: Message, request: Request, staff: StaffMember, at: datetime, *, text: str) -> None:
    """Send a refusal by mail, with the clause that lets refuse and how it can be mended."""
    ticket = message.ticket
    rules = compiled(request.edition)
    title, cure = ground_in_words(rules, request.refusal_ground, request.refusal_clause, ticket.language)
    _send(
        ticket,
        "refusal",
        {
            "ground": title,
            "cure": cure,
            "clause": clause_in_words(rules, request.refusal_clause, ticket.language),
            "text": text,
            "staff_name": str(staff),
        },
        key=f"refusal:{message.pk}",
        at=at,
        fulfils=STAFF_REPLY,
    )


def support_stopped(ticket: Ticket, stop: SupportStop, staff: StaffMember, at: datetime) -> None:
    """Tell the client by mail that support was stopped, by which clause, why, and how to mend it."""
    _about_support(ticket, "support_stopped", stop, staff, at, {"reason": stop.reason})


def support_restored(ticket: Ticket, stop: SupportStop, staff: StaffMember, at: datetime) -> None:
    """Tell the client by mail that they are supported again."""
    _about_support(ticket, "support_restored", stop, staff, at, {})


def _about_support(
    ticket: Ticket,
    template: str,
    stop: SupportStop,
    staff: StaffMember,
    at: datetime,
    more: dict[str, str],
) -> None:
    rules = compiled(ticket.requests.select_related("edition").order_by("position")[0].edition)
    _send(
        ticket,
        template,
        {
            "client": stop.organisation.name if stop.organisation is not None else "",
            "clause": clause_in_words(rules, stop.clause, ticket.language),
            "cure": cure_of_stop(rules, stop.clause, ticket.language),
            "staff_name": str(staff),
            **more,
        },
        key=f"{template}:{stop.pk}",
        at=at,
    )


def _stopped(ticket: Ticket, rules: Compiled, at: datetime) -> dict[str, Any] | None:
    stop = support_stop_at(
        ticket.desk, at, organisation=ticket.organisation, address=ticket.requester_address
    )
    if stop is None:
        return None
    return {
        "clause": clause_in_words(rules, stop.clause, ticket.language),
        "cure": cure_of_stop(rules, stop.clause, ticket.language),
    }


def _guide(rules: Compiled) -> str:
    """Give the article that tells how to write, where a clause has every such letter link it."""
    held = guide_of(rules)
    return str(held.terms["how_to_write"]) if held is not None else ""


def address_of(ticket: Ticket) -> str:
    """Give where letters to the requester of a ticket go; empty where nobody knows."""
    if ticket.requester_address:
        return ticket.requester_address
    return ticket.requester.email if ticket.requester is not None else ""


def _send(
    ticket: Ticket,
    template: str,
    values: dict[str, Any],
    *,
    key: str,
    at: datetime,
    to: str | None = None,
    mark: str = BY_A_PERSON,
    message: Message | None = None,
    fulfils: str = "",
) -> OutgoingLetter | None:
    recipient = address_of(ticket) if to is None else to
    if not recipient:
        return None
    return send_letter(
        ticket.desk,
        template,
        {**_common(ticket), **values},
        to=recipient,
        key=key,
        at=at,
        language=ticket.language,
        mark=mark,
        ticket=ticket,
        message=message,
        contact=ticket.requester if recipient == address_of(ticket) else None,
        fulfils=fulfils,
    )


def _common(ticket: Ticket, private_link: str = "") -> dict[str, Any]:
    return {
        "number": str(ticket),
        "name": ticket.requester_name,
        "subject": ticket.subject,
        "ticket_url": private_link or _page(ticket),
    }


def _page(ticket: Ticket) -> str:
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
    return {
        "channels": [labels.channel(name) for name in decision.redirect_to],
        "confirm_url": _page(ticket) if confirmable else "",
    }
