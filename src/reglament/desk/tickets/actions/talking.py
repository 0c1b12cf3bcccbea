"""What staff say in a ticket: replies, internal notes, questions for what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions.replaying import again
from reglament.desk.decisions.words import asked_in_words, labels_of, missing_in_words
from reglament.desk.faults import ActionRefused
from reglament.desk.people.models import StaffMember
from reglament.desk.regulations.queries import Compiled, compiled
from reglament.desk.tickets import announcing, files, place, timeline
from reglament.desk.tickets.models import Actor, Message, MessageKind, Request, Ticket, TicketState
from reglament.desk.tickets.wanted import facts_to_ask, is_fact
from reglament.desk.tickets.working import Obstacle, demand_text, demand_work, locked, locked_request, stop
from reglament.regulation.wording.facts import Labels

WORKSPACE = "portal"
"""The channel of what staff write: it stands in the portal, and goes by mail as well."""


class WroteMeanwhile(ActionRefused):
    """Somebody wrote in the ticket after the person saw it last; nothing was sent."""


def demand_seen(ticket: Ticket, seen: int | None) -> None:
    """Raise where a locked ticket holds a message later than the last one that a person saw, by its id."""
    if seen is not None and ticket.messages.filter(pk__gt=seen).exists():
        raise WroteMeanwhile(
            _("Somebody wrote here while you were writing. Nothing was sent: read it, then send again.")
        )


def reply(
    by: StaffMember,
    ticket: Ticket,
    text: str,
    *,
    at: datetime,
    attached: Iterable[files.File] = (),
    waits: bool = False,
    seen: int | None = None,
    by_mail: bool = True,
) -> Message:
    """Answer the client publicly: in the portal, and, unless told otherwise, by mail to all who take part.

    A person's reply meets what a reply meets. With `waits`, the turn is the client's then. `seen` is
    the id of the last message that the person saw. Raises `NotAllowed`, `WroteMeanwhile`, or
    `ActionRefused` for an empty text or a closed ticket.
    """
    with files.taken_back_on_failure(), transaction.atomic():
        ticket = locked(ticket)
        demand_work(by, ticket)
        if ticket.state == TicketState.CLOSED:
            raise Obstacle("closed").refuse()
        demand_seen(ticket, seen)
        message = write(by, ticket, demand_text(text), at=at)
        files.attach(message, attached)
        _answered(by, ticket, message, at, waits=waits)
        if by_mail:
            announcing.reply(message, by, at, [])
    return message


@transaction.atomic
def note(
    by: StaffMember, ticket: Ticket, text: str, *, at: datetime, attached: Iterable[files.File] = ()
) -> Message:
    """Write an internal note, which no client ever sees. Staff of any department may."""
    ticket = locked(ticket)
    if by.desk_id != ticket.desk_id:
        demand_work(by, ticket)
    message = write(by, ticket, demand_text(text), at=at, kind=MessageKind.NOTE)
    files.attach(message, attached)
    timeline.write(ticket, "noted", at=at, by=Actor.STAFF, actor=by.account, message=message.pk)
    place.refresh(ticket, at)
    return message


@transaction.atomic
def ask_for_information(
    by: StaffMember,
    request: Request,
    fields: Sequence[str] = (),
    *,
    at: datetime,
    text: str = "",
    seen: int | None = None,
) -> Message:
    """Ask the client for fields that are missing, or that the work needs; the ticket then waits for them.

    Takes the names of the fields, and of facts that a client can tell; without any, everything that the
    decision says is missing, or else what it asks. It is a person's reply, and meets what a reply meets.
    `seen` is as in `reply`.
    """
    request = locked_request(request)
    ticket = request.ticket
    demand_work(by, ticket)
    if ticket.state == TicketState.CLOSED:
        raise Obstacle("closed").refuse()
    demand_seen(ticket, seen)
    assert request.current_decision is not None
    rules = compiled(request.edition)
    labels = labels_of(rules, ticket.language)
    decision = again(request.current_decision)
    missing = missing_in_words(rules, decision, ticket.language)
    asked = asked_in_words(rules, decision, ticket.language)
    if fields:
        clauses = {name: item["clause"] for item in [*missing, *asked] for name in item["name"].split("|")}
        missing = [
            {"name": name, "label": _question(rules, name, labels), "clause": clauses.get(name, "")}
            for name in fields
            if name in rules.written.fields or name in facts_to_ask(request)
        ]
    missing = missing or ([] if fields else asked)
    stop(None if missing else Obstacle("nothing_missing"), "fields")
    listed = "\n".join(f"• {item['label']}" for item in missing)
    asks = labels.pick("Чтобы продолжить, нам нужны:", "To go on, we need:")
    words = "\n\n".join(part for part in (text.strip(), f"{asks}\n{listed}") if part)
    message = write(by, ticket, words, at=at)
    timeline.write(
        ticket,
        "information_asked",
        at=at,
        by=Actor.STAFF,
        actor=by.account,
        request=request,
        message=message.pk,
        fields=[name for item in missing for name in item["name"].split("|")],
    )
    _answered(by, ticket, message, at, waits=True)
    announcing.information_request(message, request, by, missing, at, opening=text.strip())
    return message


def _question(rules: Compiled, name: str, labels: Labels) -> str:
    if not is_fact(name):
        return labels.field(name)
    fact = rules.written.facts[name]
    return labels.text(fact.question or fact.title)


def write(
    by: StaffMember, ticket: Ticket, text: str, *, at: datetime, kind: MessageKind = MessageKind.STAFF
) -> Message:
    """Add words of staff to a ticket, and nothing else."""
    return Message.objects.create(
        desk_id=ticket.desk_id,
        ticket=ticket,
        kind=kind,
        channel=WORKSPACE,
        author=by.account,
        author_name=str(by)[:200],
        text=text,
        occurred_at=at,
        recorded_at=at,
    )


def _answered(by: StaffMember, ticket: Ticket, message: Message, at: datetime, *, waits: bool) -> None:
    timeline.write(ticket, "replied", at=at, by=Actor.STAFF, actor=by.account, message=message.pk)
    answered(ticket, message, at, waits=waits)


def answered(ticket: Ticket, message: Message, at: datetime, *, waits: bool) -> None:
    """Record that staff answered publicly: what a reply meets is met, and whose turn it is."""
    ticket.last_staff_message_at = at
    if waits and ticket.state == TicketState.OPEN:
        ticket.state = TicketState.WAITING_CLIENT
        ticket.waiting_since = at
    ticket.save(update_fields=["last_staff_message_at", "state", "waiting_since"])
    decisions.replied(message)
