"""What a request waits for from its client, and what else the client is asked."""

from __future__ import annotations

from collections.abc import Iterable

from reglament.desk.decisions.asked import FIELDS
from reglament.desk.decisions.facts import told_by_client
from reglament.desk.decisions.letter_lines import SERVICE
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets.models import Request, TicketState


def is_fact(name: str) -> bool:
    """Say whether a name is that of a fact, which has a group before its dot, rather than of a field."""
    return "." in name


def missing_fields(request: Request) -> list[str]:
    """Give the fields that a request still lacks, the alternatives of one demand each by itself."""
    if request.current_decision is None:
        return []
    return [name for item in request.current_decision.decision["missing"] for name in item.split("|")]


def wanted_of(request: Request) -> list[str]:
    """Give what a request waits for: the fields that it lacks, and what staff asked for and wait for.

    Names of fields, and of facts. The field that stands for the service is among them: it is chosen. Who
    is asking is not: that is recognised, and nobody can fill it in.
    """
    waits = request.ticket.state == TicketState.WAITING_CLIENT
    return _answerable(request, [*missing_fields(request), *(_asked_by_staff(request) if waits else [])])


def _asked_by_staff(request: Request) -> list[str]:
    return [
        name
        for event in request.timeline.all()
        if event.kind == "information_asked"
        for name in event.values["fields"]
        if (name if is_fact(name) else f"{FIELDS}{name}") not in request.facts
    ]


def _answerable(request: Request, names: Iterable[str]) -> list[str]:
    written = compiled(request.edition).written
    settled = ("identity", SERVICE) if request.service else ("identity",)
    return [
        name
        for name in dict.fromkeys(names)
        if (name in written.facts if is_fact(name) else name in written.fields)
        and (is_fact(name) or written.fields[name].type not in settled)
    ]


def facts_to_ask(request: Request) -> list[str]:
    """Give the facts that a client may be asked for about a request: those that its form would ask."""
    return told_by_client(compiled(request.edition).written, request.kind)


def asked_of_client(request: Request) -> list[str]:
    """Give what the client was asked although nothing waits for it: by the regulation, or by staff.

    What staff asked for waits no longer once the client wrote anything in answer.
    """
    asks = asked_facts(request)
    waited_for = wanted_of(request)
    return [
        name for name in _answerable(request, [*asks, *_asked_by_staff(request)]) if name not in waited_for
    ]


def asked_facts(request: Request) -> list[str]:
    """Give the facts that the regulation asks the client for, of which nothing is known yet."""
    asks: list[str] = request.current_decision.decision["asks"] if request.current_decision else []
    return [name for name in asks if name not in request.facts]
