"""What people do in a story after its beginning: one verb each, done by the acts of the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from reglament.cli.demonstration import doors, machines
from reglament.cli.demonstration.planning import Course
from reglament.cli.demonstration.told import DemonstrationFault
from reglament.desk.access import TicketAccess, guest_ticket, portal_ticket
from reglament.desk.channels.portal.actions import make_request
from reglament.desk.decisions.asked import FIELDS
from reglament.desk.decisions.models import Proposal
from reglament.desk.operations import vault
from reglament.desk.people.models import Role, StaffMember
from reglament.desk.regulations.actions import declare_outage, end_outage
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Message, MessageKind, Request, Ticket

Step = dict[str, Any]
AFTER = "after"


@dataclass(frozen=True)
class Verb:
    """What a step does, on whose side, and what else it may say beside its own word."""

    do: Callable[[Act], None]
    by_staff: bool = True
    options: tuple[str, ...] = ()


class Act:
    """One step of a story while it is done."""

    def __init__(self, course: Course, step: Step, said: Any, at: datetime) -> None:
        self.course, self.step, self.said, self.at = course, step, said, at

    @cached_property
    def ticket(self) -> Ticket:
        """The ticket as it is when the step begins; the acts look at it anew by themselves."""
        return Ticket.objects.select_related("desk", "department").get(pk=self.course.ticket_row)

    @property
    def request(self) -> Request:
        """The last request of the ticket."""
        found = (
            Request.objects.select_related("ticket__desk", "edition")
            .filter(ticket=self.course.ticket)
            .order_by("-position")
            .first()
        )
        assert found is not None
        return found

    @cached_property
    def agent(self) -> StaffMember:
        """Whoever of staff works on the ticket: the same person as long as its department is the same."""
        ticket, course = self.ticket, self.course
        kept = course.agents.get(ticket.department_id)
        if kept is None:
            able = course.stage.able(ticket.department_id)
            agents = [one for one in able if one.role == Role.AGENT] or able
            if ticket.assignee_id is not None and any(one.pk == ticket.assignee_id for one in able):
                kept = ticket.assignee_id
            else:
                kept = course.chance.choice(agents).pk
            course.agents[ticket.department_id] = kept
        return next(one for one in course.stage.staff if one.pk == kept)

    def words(self, said: Any = None) -> str:
        """Give what is said in this step: one of its texts, with its words."""
        texts = self.said if said is None else said
        text = self.course.chance.choice(texts) if isinstance(texts, list) else str(texts)
        return self.course.tell(text).strip()

    def option(self, name: str, default: Any = "") -> Any:
        """Give what a step says beside its verb."""
        return self.step.get(name, default)

    def client_access(self) -> TicketAccess:
        """Give the way by which the client comes to the ticket."""
        course, ticket = self.course, self.ticket
        if course.secret:
            return guest_ticket(ticket.desk.slug, course.secret)
        assert course.party is not None
        return portal_ticket(course.party.contact.account, ticket.desk.slug, ticket.number)

    def last_client_message(self) -> Message:
        """Give the last message of the client."""
        found = self.ticket.messages.filter(kind=MessageKind.CLIENT).order_by("occurred_at", "pk").last()
        assert found is not None
        return found


def verb_of(step: Step) -> str:
    """Give the verb of a step. Raises `DemonstrationFault` that names what is wrong."""
    found = [name for name in step if name in VERBS]
    if len(found) != 1:
        raise DemonstrationFault(f"{step}: a step has one verb of {', '.join(VERBS)}")
    verb = VERBS[found[0]]
    unknown = set(step) - {found[0], AFTER, *verb.options}
    if unknown:
        raise DemonstrationFault(f"{step}: {min(unknown)!r} is nothing that '{found[0]}' takes")
    return found[0]


def perform(course: Course, step: Step, at: datetime) -> None:
    """Do one step of a story. Raises what the desk raises where it cannot be done."""
    name = verb_of(step)
    act = Act(course, step, step[name], at)
    if VERBS[name].by_staff and course.ticket is not None:
        course.words["agent"] = str(act.agent)
        if act.ticket.assignee_id is None and act.ticket.closed_at is None:
            actions.take(act.agent, act.ticket, at=at)
    if course.ticket is not None:
        course.words["number"] = str(act.ticket)
    VERBS[name].do(act)


# What staff do


def _name_kind(act: Act) -> None:
    actions.name_kind(act.agent, act.request, str(act.said), at=act.at, service=act.option("service", None))


def _reply(act: Act) -> None:
    actions.reply(act.agent, act.ticket, act.words(), at=act.at, waits=bool(act.option("waits", False)))


def _note(act: Act) -> None:
    actions.note(act.agent, act.ticket, act.words(), at=act.at)


def _ask(act: Act) -> None:
    fields = act.said if isinstance(act.said, list) else []
    actions.ask_for_information(
        act.agent, act.request, fields, at=act.at, text=act.words(act.option("text", ""))
    )


def _propose(act: Act) -> None:
    actions.propose_severity(
        act.agent, act.request, str(act.said), reason=act.words(act.option("reason")), at=act.at
    )


def _correct_severity(act: Act) -> None:
    actions.correct_severity(
        act.agent, act.request, str(act.said), reason=act.words(act.option("reason")), at=act.at
    )


def _refuse(act: Act) -> None:
    actions.refuse(act.agent, act.request, str(act.said), at=act.at, text=act.words(act.option("text", "")))


def _permit(act: Act) -> None:
    party = act.course.party
    actions.record_permission(
        act.agent,
        act.request,
        what=act.words(),
        given_by=party.contact if party is not None else None,
        given_by_name=act.course.name,
        through=act.last_client_message(),
        at=act.at,
    )


def _tell_number(act: Act) -> None:
    actions.record_told_by_phone(act.agent, act.ticket, at=act.at)


def _complete(act: Act) -> None:
    actions.complete(act.agent, act.request, at=act.at)


def _close(act: Act) -> None:
    actions.close(act.agent, act.ticket, at=act.at, reason=act.words())


def _reopen(act: Act) -> None:
    actions.reopen(act.agent, act.ticket, at=act.at, reason=act.words())


def _move(act: Act) -> None:
    actions.move_department(act.agent, act.ticket, str(act.said), at=act.at)


def _recognise(act: Act) -> None:
    wanted = str(act.said)
    party = next(one for one in act.course.stage.parties if one.client.name.startswith(wanted))
    actions.recognise_requester(act.agent, act.ticket, party.contact, at=act.at)


def _further(act: Act) -> None:
    actions.open_further_request(
        act.agent, act.last_client_message(), str(act.said), at=act.at, service=act.option("service")
    )


def _correct(act: Act) -> None:
    actions.correct_facts(
        act.agent, act.request, act.said, at=act.at, reason=act.words(act.option("reason", ""))
    )


def _rude(act: Act) -> None:
    actions.mark_rude(act.agent, act.request, at=act.at, reason=act.words())


def _reveal(act: Act) -> None:
    fact = act.request.facts[f"{FIELDS}{act.said}"]
    secret = vault.find(act.course.stage.desk, str(fact["value"]))
    assert secret is not None
    vault.reveal(secret, act.agent, act.words(act.option("reason")), at=act.at)


def _declare_outage(act: Act) -> None:
    declare_outage(_lead(act), act.course.stage.desk, reason=act.words(), at=act.at)


def _end_outage(act: Act) -> None:
    end_outage(_lead(act), act.course.stage.desk, at=act.at)


def _lead(act: Act) -> StaffMember:
    return next(one for one in act.course.stage.staff if one.role == Role.LEAD)


# What clients do


def _write(act: Act) -> None:
    by = act.option("by") or act.course.story.channel
    doors.answer(act.course, act.words(), {}, act.at, by)


def _supply(act: Act) -> None:
    filled = {name: act.course.tell(str(value)) for name, value in act.said.items()}
    by = act.option("by") or act.course.story.channel
    doors.answer(act.course, act.words(act.option("text", "")), filled, act.at, by)


def _confirm(act: Act) -> None:
    actions.confirm(act.client_access(), act.request, proven=True, at=act.at)


def _answer_proposal(act: Act, *, agreed: bool) -> None:
    proposal = Proposal.objects.filter(request=act.request, answer="").get()
    through = act.option("through", "link")
    party = act.course.party
    actions.answer_proposal(
        proposal,
        agreed=agreed,
        through=through,
        at=act.at,
        account=party.contact.account if party is not None and through == "portal" else None,
        name=act.course.name,
        recorded_by=act.agent if through == "phone" else None,
    )


def _agree(act: Act) -> None:
    _answer_proposal(act, agreed=True)


def _decline(act: Act) -> None:
    _answer_proposal(act, agreed=False)


def _close_it(act: Act) -> None:
    actions.close_by_client(act.client_access(), at=act.at)


def _turn_into_request(act: Act) -> None:
    course = act.course
    assert course.party is not None
    taken = make_request(
        course.party.contact,
        doors.conversation_of(course),
        proven=True,
        now=act.at,
        kind=str(act.said) if act.said else None,
    )
    course.ticket = taken.ticket_id


def _send_again(act: Act) -> None:
    # The same octets on another way: another border's field, another envelope.
    doors.post(act.course, b"X-Forwarded-Again: yes\r\n" + act.course.raw, act.at)


def _be_absent(act: Act) -> None:
    machines.be_absent(act.course, act.words(), act.at)


def _bounce(act: Act) -> None:
    machines.return_letter(act.course, act.words(), act.at)


VERBS: dict[str, Verb] = {
    "name_kind": Verb(_name_kind, options=("service",)),
    "reply": Verb(_reply, options=("waits",)),
    "note": Verb(_note),
    "ask": Verb(_ask, options=("text",)),
    "propose": Verb(_propose, options=("reason",)),
    "correct_severity": Verb(_correct_severity, options=("reason",)),
    "refuse": Verb(_refuse, options=("text",)),
    "permit": Verb(_permit),
    "tell_number": Verb(_tell_number),
    "complete": Verb(_complete),
    "close": Verb(_close),
    "reopen": Verb(_reopen),
    "move": Verb(_move),
    "recognise": Verb(_recognise),
    "further": Verb(_further, options=("service",)),
    "correct": Verb(_correct, options=("reason",)),
    "rude": Verb(_rude),
    "reveal": Verb(_reveal, options=("reason",)),
    "outage": Verb(_declare_outage),
    "outage_ends": Verb(_end_outage),
    "client": Verb(_write, by_staff=False, options=("by",)),
    "supply": Verb(_supply, by_staff=False, options=("by", "text")),
    "confirm": Verb(_confirm, by_staff=False),
    "agree": Verb(_agree, by_staff=False, options=("through",)),
    "decline": Verb(_decline, by_staff=False, options=("through",)),
    "close_it": Verb(_close_it, by_staff=False),
    "make_request": Verb(_turn_into_request, by_staff=False),
    "send_again": Verb(_send_again, by_staff=False),
    "absent": Verb(_be_absent, by_staff=False),
    "bounce": Verb(_bounce, by_staff=False),
}
"""Every verb of a step: the first ones are staff's, in their hours; the last ones clients'."""
