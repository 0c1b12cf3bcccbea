"""Tickets that the desk begins by writing to a client, and the client's first answer to them.

A regulation promises answers to requests, and a letter of the desk is none. The ticket is judged for
its department and its place, and owes nothing. The client's first message is the request: it is judged
by the edition in force when it came, as anything new, and owes from then on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from reglament.desk.access import works_in
from reglament.desk.decisions import actions as decisions
from reglament.desk.decisions.actions import Cause
from reglament.desk.faults import ActionRefused
from reglament.desk.people.models import StaffMember
from reglament.desk.regulations.queries import edition_at
from reglament.desk.tickets import announcing, files, timeline
from reglament.desk.tickets.actions.talking import reply
from reglament.desk.tickets.arrival import Arrival
from reglament.desk.tickets.models import Actor, Message, Request, Ticket
from reglament.desk.tickets.opening import judged_on_arrival, ticket_for
from reglament.desk.tickets.working import demand_work
from reglament.regulation.model.words import UNCLASSIFIED


def begin(by: StaffMember, arrival: Arrival, attached: Iterable[files.File]) -> Message:
    """Begin a ticket by a letter of the desk; its writer keeps it, and the client's answer is waited for.

    Takes who writes, and the letter as if the client had asked for what it is about: their address or
    contact, subject, text, kind. Raises `NotAllowed` where the ticket would lie in another department,
    `ActionRefused` where the regulation takes nothing by mail. The desk's row is locked.
    """
    edition = edition_at(arrival.desk, arrival.incoming.received_at)
    asked, decision = judged_on_arrival(arrival, edition)
    if decision.outcome == "informal":
        raise ActionRefused(_("By this regulation what comes by mail is a talk, and makes no ticket."))
    ticket = ticket_for(arrival, asked, decision, None)
    ticket.begun_by, ticket.last_client_message_at = by, None
    if works_in(by, ticket.department_id):
        ticket.assignee = by
    ticket.save(update_fields=["begun_by", "last_client_message_at", "assignee"])
    demand_work(by, ticket)
    request = Request.objects.create(
        desk=arrival.desk,
        ticket=ticket,
        edition=edition,
        channel=asked.channel,
        authentication=asked.authentication,
        kind=asked.kind,
        service=asked.service,
        facts=asked.facts,
        received_at=asked.received_at,
        recorded_at=arrival.now,
    )
    timeline.write(ticket, "begun", at=arrival.now, by=Actor.STAFF, actor=by.account, request=request)
    decisions.decide_request(request, Cause.OPENED_BY_STAFF, by.account, arrival.now, actor=Actor.STAFF)
    return reply(by, ticket, arrival.incoming.text, at=arrival.now, attached=attached, waits=True)


def asked_first(ticket: Ticket, arrival: Arrival) -> None:
    """Take the client's first message in a ticket that the desk began for the request that it is.

    The kind and the service that staff named stay, unless the message names others. What staff have
    done or refused meanwhile is not asked again.
    """
    incoming = arrival.incoming
    request = ticket.requests.filter(done_at=None, refused_at=None).order_by("position").first()
    if request is None:
        return
    request.ticket = ticket
    edition = edition_at(ticket.desk, incoming.received_at)
    named = request.kind if request.kind != UNCLASSIFIED else None
    said = replace(
        incoming,
        subject=incoming.subject or ticket.subject,
        kind=incoming.kind or named,
        service=incoming.service or request.service or None,
        # What was waited for meanwhile is filled in by what supplies it.
        fields={},
        facts={},
    )
    asked, _decision = judged_on_arrival(replace(arrival, incoming=said), edition)
    request.edition, request.received_at, request.recorded_at = edition, asked.received_at, arrival.now
    request.authentication, request.channel = asked.authentication, asked.channel
    request.kind, request.service, request.facts = asked.kind, asked.service, {**request.facts, **asked.facts}
    if ticket.requester is None and arrival.contact is not None:
        ticket.requester, ticket.organisation = arrival.contact, arrival.contact.organisation
        ticket.save(update_fields=["requester", "organisation"])
    request.save()
    timeline.write(ticket, "asked_first", at=incoming.received_at, by=arrival.actor, request=request)
    decisions.decide_request(request, Cause.RECEIVED, None, arrival.now, actor=arrival.actor)
    if incoming.notice_allowed:
        announcing.registration(ticket, request, arrival.now)
