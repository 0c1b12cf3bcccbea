"""Letters that the desk writes about a ticket: what they say is taken from its decisions, never invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reglament.desk import links
from reglament.desk.decisions.fulfilment import REGISTRATION_NOTICE, STAFF_REPLY
from reglament.desk.decisions.models import Proposal
from reglament.desk.decisions.replaying import again
from reglament.desk.decisions.words import clause_in_words, cure_of_stop, ground_in_words, labels_of
from reglament.desk.notices.actions import ANSWERING, AUTOMATIC, BY_A_PERSON, send_letter
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import StaffMember, SupportStop
from reglament.desk.people.support import support_stopped as support_stop_at
from reglament.desk.regulations.queries import Compiled, compiled
from reglament.desk.tickets.models import Message, Request, Ticket
from reglament.desk.tickets.telling import guide_url, page_of, sections
from reglament.regulation.explaining import explain
from reglament.regulation.model.words import UNCLASSIFIED


def registration(ticket: Ticket, request: Request, at: datetime, *, private_link: str = "") -> bool:
    """Write the notice that a request is registered; False where none is written.

    That is where nobody knows where to send it, or where too many automatic letters were written.
    """
    to = address_of(ticket)
    if not to:
        return False
    values = {
        **_common(ticket, private_link),
        **sections(ticket, request),
        "stopped": _stopped(ticket, compiled(request.edition), at),
    }
    written = send_letter(
        ticket.desk,
        "registration_notice",
        values,
        to=to,
        key=f"registration:{ticket.pk}",
        at=at,
        language=ticket.language,
        mark=ANSWERING,
        ticket=ticket,
        contact=ticket.requester,
        fulfils=REGISTRATION_NOTICE,
    )
    return written is not None


def judged_again(ticket: Ticket, requests: Sequence[Request], at: datetime) -> None:
    """Tell the client how requests are judged now, in one letter; the decisions in force on them name it.

    Nothing goes where no address is known, nor where the letter that opened the ticket may not be
    answered by a machine (RFC 3834, section 2).
    """
    opening = ticket.raw_letters.order_by("pk").first()
    if opening is not None and not opening.answered:
        return
    parts = [
        {**_asked_for(ticket, request), "outcome": _outcome(request), **sections(ticket, request)}
        for request in requests
    ]
    _send(
        ticket,
        "judged_again",
        {
            "parts": parts,
            "to_confirm": any(part["redirect"] and part["redirect"]["confirm_url"] for part in parts),
            "lacking": any(part["missing"] for part in parts),
        },
        key="judged:" + "-".join(str(request.current_decision_id) for request in requests)[:180],
        at=at,
        mark=AUTOMATIC,
        fulfils=REGISTRATION_NOTICE,
    )


def _asked_for(ticket: Ticket, request: Request) -> dict[str, str]:
    named = request.kind != UNCLASSIFIED
    labels = labels_of(compiled(request.edition), ticket.language)
    return {"asked_for": labels.kind(request.kind) if named else ""}


def _outcome(request: Request) -> str:
    assert request.current_decision is not None
    rules, decision = compiled(request.edition), again(request.current_decision)
    return explain(rules.written, decision, "client", request.ticket.language)[0].text


def reply(message: Message, staff: StaffMember, at: datetime, notes: list[dict[str, str]]) -> None:
    """Send a person's public reply by mail to the requester and to everybody else who takes part."""
    ticket = message.ticket
    own = address_of(ticket)
    others = ticket.participants.filter(gets_replies=True, account=None).exclude(address=own)
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
    page = page_of(ticket)
    _send(
        ticket,
        "missing_information",
        {
            "text": opening,
            "missing": missing,
            "notes": [],
            "secrets_url": page if secret else "",
            "guide_url": guide_url(rules),
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
        "ticket_url": private_link or page_of(ticket),
    }
