"""New matters: something that came is judged, and becomes a ticket, or a note of a talk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from reglament.desk import links
from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions.actions import Cause
from reglament.desk.decisions.asked import FIELDS, GROUPS, Asked
from reglament.desk.decisions.facts import (
    CHANNEL,
    FORM,
    LETTER,
    RECORDS,
    STAFF,
    SWITCH,
    Facts,
    Said,
    gather,
    known,
    without,
)
from reglament.desk.decisions.practices import personal_specialist
from reglament.desk.faults import ActionRefused
from reglament.desk.operations import vault
from reglament.desk.people.models import Department
from reglament.desk.regulations.models import Edition
from reglament.desk.regulations.queries import Compiled, compiled, edition_at
from reglament.desk.tickets import announcing, timeline
from reglament.desk.tickets.actions.ending import permitted_by_request
from reglament.desk.tickets.arrival import Arrival
from reglament.desk.tickets.checks import permission_demanded
from reglament.desk.tickets.guests import digest_of
from reglament.desk.tickets.hiding import without_open_secrets
from reglament.desk.tickets.models import (
    Conversation,
    Message,
    MessageKind,
    Participant,
    Request,
    Ticket,
)
from reglament.desk.tickets.participants import join_copied
from reglament.regulation.model.decision import Decision
from reglament.regulation.model.request import RequestFaults
from reglament.regulation.model.words import UNCLASSIFIED

SECRET = "secret"  # noqa: S105  a type of field
_SEALED_LATER = "vault:0"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a new matter became."""

    ticket: Ticket | None = None
    message: Message | None = None
    request: Request | None = None
    conversation: Conversation | None = None
    answered: bool = False


def open_up(arrival: Arrival, *, continues: Ticket | None = None) -> Opened:
    """Judge something new by the edition in force when it was received, and keep it accordingly."""
    edition = edition_at(arrival.desk, arrival.incoming.received_at)
    arrival = without_open_secrets(arrival, edition)
    asked, decision = judged_on_arrival(arrival, edition)
    if decision.outcome == "informal":
        return Opened(conversation=_keep_talk(arrival, edition, asked, decision))
    ticket = ticket_for(arrival, asked, decision, continues)
    message, attached = arrival.write_message(ticket, MessageKind.CLIENT)
    facts = dict(asked.facts)
    if attached:
        facts = _with_files(facts, [str(file.pk) for file in attached])
    request = Request.objects.create(
        desk=arrival.desk,
        ticket=ticket,
        edition=edition,
        channel=asked.channel,
        authentication=asked.authentication,
        kind=asked.kind,
        service=asked.service,
        stated_severity=asked.stated_severity,
        facts=facts,
        received_at=asked.received_at,
        recorded_at=arrival.now,
    )
    seal_secrets(request, arrival.incoming.fields, arrival)
    by = arrival.recorded_by.account if arrival.recorded_by is not None else None
    timeline.write(
        ticket,
        "received",
        at=arrival.incoming.received_at,
        by=arrival.actor,
        actor=by,
        request=request,
        channel=asked.channel,
        authentication=asked.authentication,
        message=message.pk,
    )
    join_copied(ticket, arrival)
    decisions.decide_request(request, Cause.RECEIVED, by, arrival.now, actor=arrival.actor)
    _assign_specialist(ticket, request)
    _permit(request, arrival)
    secret = arrival.incoming.access_secret
    answered = arrival.incoming.notice_allowed and announcing.registration(
        ticket, request, arrival.now, private_link=links.guest_page(arrival.desk, secret) if secret else ""
    )
    return Opened(ticket, message, request, answered=answered)


def judged_on_arrival(arrival: Arrival, edition: Edition) -> tuple[Asked, Decision]:
    """Judge what arrived by an edition; give how it was taken, and the decision, which is not kept."""
    rules = compiled(edition)
    incoming = arrival.incoming
    by_staff = arrival.recorded_by is not None
    said = Said(
        received_at=incoming.received_at,
        subject=incoming.subject,
        sender=arrival.address or incoming.phone,
        text=incoming.text,
        fields=_without_secrets(rules, incoming.fields),
        facts=incoming.facts,
        files=tuple(file.name for file in incoming.attachments),
        is_letter=incoming.raw_letter_id is not None,
        stated_by=STAFF if by_staff else FORM,
        by=arrival.recorded_by.account_id if arrival.recorded_by is not None else None,
    )
    gathered = gather(
        arrival.desk, rules, said, contact=arrival.contact, authentication=arrival.authentication
    )
    kind = incoming.kind or UNCLASSIFIED
    facts = gathered.facts
    if incoming.department and kind == UNCLASSIFIED and incoming.department in rules.written.departments:
        facts["department"] = known(incoming.department, CHANNEL, incoming.received_at)
    asked = Asked(
        received_at=incoming.received_at,
        channel=incoming.channel,
        authentication=arrival.authentication,
        kind=kind,
        service=incoming.service or gathered.service,
        stated_severity=incoming.severity or gathered.severity,
        facts=facts,
    )
    # A letter cannot be handed back to be filled in better; a form and a person of staff can mend it.
    return judged_by_what_is_known(edition, asked, forgiving=incoming.raw_letter_id is not None)


def judged_by_what_is_known(edition: Edition, asked: Asked, *, forgiving: bool) -> tuple[Asked, Decision]:
    """Judge, leaving out what the edition does not know of what records say, or, `forgiving`, of anything.

    A record may hold a word of another edition; that is no fault of who writes now. Raises
    `ActionRefused` for what remains.
    """
    rules = compiled(edition)
    unknown = {
        name
        for name, fact in asked.facts.items()
        if name.partition(".")[0] in GROUPS
        and name not in rules.program.facts
        and (forgiving or fact["source"] in (RECORDS, SWITCH))
    }
    asked = replace(asked, facts=without(asked.facts, unknown))
    try:
        return asked, decisions.judge(edition, asked)
    except ActionRefused as refusal:
        if not isinstance(refusal.__cause__, RequestFaults):
            raise
        mended = _mended(asked, [fault.place for fault in refusal.__cause__.faults], forgiving)
        if mended == asked:
            raise
        return mended, decisions.judge(edition, mended)


def _mended(asked: Asked, places: list[str], forgiving: bool) -> Asked:
    names = {place.removeprefix("request.") for place in places}
    gone = {
        name
        for name in names
        if name in asked.facts and (forgiving or asked.facts[name]["source"] in (RECORDS, SWITCH))
    }
    asked = replace(asked, facts=without(asked.facts, gone))
    if forgiving and "kind" in names:
        asked = replace(asked, kind=UNCLASSIFIED)
    if forgiving and "service" in names:
        asked = replace(asked, service="")
    if forgiving and "severity" in names:
        asked = replace(asked, stated_severity="")
    return asked


def ticket_for(arrival: Arrival, asked: Asked, decision: Decision, continues: Ticket | None) -> Ticket:
    """Make the ticket of something new, with the next number of its desk, whose row is locked."""
    desk, incoming, contact = arrival.desk, arrival.incoming, arrival.contact
    assert decision.queue is not None
    number = desk.next_number
    desk.next_number = number + 1
    desk.save(update_fields=["next_number"])
    ticket = Ticket.objects.create(
        desk=desk,
        number=number,
        subject=incoming.subject.strip()[:500],
        channel=incoming.channel,
        language=arrival.language,
        requester=contact,
        requester_name=arrival.name[:200],
        requester_address=arrival.address,
        requester_phone=(incoming.phone or (contact.phone if contact is not None else ""))[:40],
        requester_confirmed_at=incoming.confirmed_at,
        access_digest=digest_of(incoming.access_secret) if incoming.access_secret else None,
        organisation=contact.organisation if contact is not None else None,
        department=Department.objects.get(desk=desk, name=decision.queue.department),
        received_at=asked.received_at,
        recorded_at=arrival.now,
        changed_at=arrival.now,
        continues=continues,
        rank=[],
        queue_key="",
        last_client_message_at=incoming.received_at,
    )
    if arrival.address:
        Participant.objects.create(
            desk=desk,
            ticket=ticket,
            address=arrival.address,
            name=arrival.name[:200],
            contact=contact,
            added_at=arrival.now,
        )
    return ticket


def _keep_talk(arrival: Arrival, edition: Edition, asked: Asked, decision: Decision) -> Conversation:
    contact, incoming = arrival.contact, arrival.incoming
    if incoming.attachments:
        raise ActionRefused(
            _("This becomes a note of a talk, which holds no files; put into words what they show."),
            field="attachments",
        )
    conversation = Conversation.objects.create(
        desk=arrival.desk,
        channel=asked.channel,
        contact=contact,
        organisation=contact.organisation if contact is not None else None,
        name=arrival.name[:200],
        address=(arrival.address or incoming.phone)[:254],
        subject=incoming.subject.strip()[:500],
        text=incoming.text,
        edition=edition,
        # A talk has no request for which a secret could be kept.
        facts={name: fact for name, fact in asked.facts.items() if fact["value"] != _SEALED_LATER},
        occurred_at=incoming.received_at,
        recorded_at=arrival.now,
        recorded_by=arrival.recorded_by,
    )
    asked = replace(asked, reference=f"conversation:{conversation.pk}")
    decisions.keep_note(conversation, decision, asked, arrival.now)
    return conversation


def _with_files(facts: Facts, ids: list[str]) -> Facts:
    # Until the message was there, the names of its files stood for them.
    return {
        name: {**fact, "value": ids}
        if name.startswith(FIELDS) and isinstance(fact["value"], list) and fact["source"] != RECORDS
        else fact
        for name, fact in facts.items()
    }


def _without_secrets(rules: Compiled, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields with a stand-in for each secret, which is sealed once its request is there."""
    return {
        name: _SEALED_LATER if _is_secret(rules, name) and _filled(value) else value
        for name, value in fields.items()
    }


def seal_secrets(request: Request, fields: Mapping[str, Any], arrival: Arrival) -> None:
    """Put what a client filled into secret fields into the vault; the facts keep the references."""
    rules = compiled(request.edition)
    changed = False
    for name, value in fields.items():
        if not _is_secret(rules, name) or not _filled(value):
            continue
        words = "\n".join(value) if isinstance(value, list | tuple) else str(value)
        secret = vault.seal(arrival.desk, name, words, at=arrival.now, request=request)
        request.facts[f"{FIELDS}{name}"] = known(
            vault.reference_of(secret),
            LETTER if arrival.incoming.raw_letter_id is not None else FORM,
            arrival.incoming.received_at,
        )
        changed = True
    if changed:
        request.save(update_fields=["facts"])


def _is_secret(rules: Compiled, name: str) -> bool:
    field = rules.written.fields.get(name)
    return field is not None and field.type == SECRET


def _filled(value: Any) -> bool:
    return bool("".join(value).strip() if isinstance(value, list | tuple) else str(value or "").strip())


def _permit(request: Request, arrival: Arrival) -> None:
    """Record the request as the permission that it is, where the regulation demands one and takes it so."""
    decision = request.current_decision
    assert decision is not None
    if not decision.decision["needs_permission"] and permission_demanded(request) is not None:
        permitted_by_request(request, arrival.contact, at=arrival.now)


def _assign_specialist(ticket: Ticket, request: Request) -> None:
    specialist = personal_specialist(request)
    if specialist is not None and ticket.assignee_id is None:
        ticket.assignee = specialist
        ticket.save(update_fields=["assignee"])
        timeline.write(
            ticket, "assigned", at=ticket.recorded_at, to=specialist.pk, because="personal_specialist"
        )
