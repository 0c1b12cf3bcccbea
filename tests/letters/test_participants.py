"""Who takes part in a ticket: colleagues in copy, strangers, and tickets that were merged."""

from datetime import timedelta
from typing import Any

import pytest

from reglament.desk.access import TicketAccess, messages_in
from reglament.desk.channels.strangers import make_own_request
from reglament.desk.decisions.models import Obligation
from reglament.desk.faults import ActionRefused
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import Contact, ContactAddress, StaffMember
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.tram import staff_at
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Message, MessageKind, Participant, Ticket, TicketState
from reglament.desk.tickets.participants import MOST
from tests.letters.state import NOW
from tests.letters.test_road_of_a_letter import ANNA, OUR_LETTER, letter, send

OLEG = "oleg@example.org"
ANSWERS = f"In-Reply-To: {OUR_LETTER}"


@pytest.fixture
def agent(desk: Desk) -> StaffMember:
    return staff_at(desk)


def colleague(desk: Desk, address: str = OLEG, *, sees: bool = True) -> Contact:
    """Make another contact of the same client."""
    client = Contact.objects.get(email=ANNA).organisation
    then = NOW - timedelta(days=9)
    made = Contact.objects.create(
        desk=desk,
        organisation=client,
        name="Олег",
        email=address,
        sees_colleagues_tickets=sees,
        created_at=then,
    )
    ContactAddress.objects.create(desk=desk, contact=made, address=address, recorded_at=then)
    return made


def taking_part(number: int = 1042) -> set[str]:
    return set(Participant.objects.filter(ticket__number=number).values_list("address", flat=True))


def test_a_colleague_in_copy_takes_part_where_the_client_lets_them_see_its_tickets(desk: Desk) -> None:
    colleague(desk)
    send(desk, letter("Subject: Сайт", f"Cc: =?utf-8?b?0J7Qu9C10LM=?= <{OLEG.upper()}>", ANSWERS))
    assert OLEG in taking_part()
    # From now on a number alone brings their letter to the ticket.
    verdict = send(desk, letter("Subject: [SD-1042]", sender=OLEG, text="И ещё."))
    assert (verdict.action, verdict.ticket_number) == ("append", 1042)


def test_a_colleague_without_that_right_and_somebody_unknown_are_only_shown(desk: Desk) -> None:
    colleague(desk, sees=False)
    send(desk, letter("Subject: Сайт", f"Cc: {OLEG}, eve@evil.example", ANSWERS))
    assert taking_part() == {ANNA}
    copied = [one["address"] for one in Message.objects.latest("pk").copied]
    assert copied == [OLEG, "eve@evil.example"]


def test_a_new_ticket_takes_its_colleagues_in_copy_with_it_and_no_address_of_the_desk(desk: Desk) -> None:
    colleague(desk)
    fields = ("Subject: Новое", f"To: support+tag@example.com, {OLEG}", "Cc: support@example.com")
    verdict = send(desk, letter(*fields))
    assert verdict.action == "create"
    assert taking_part(verdict.ticket_number or 0) == {ANNA, OLEG}
    assert [one["address"] for one in Message.objects.latest("pk").copied] == [OLEG]


def test_no_more_than_twenty_take_part(desk: Desk) -> None:
    names = [f"o{place}@example.org" for place in range(MOST + 9)]
    for name in names:
        colleague(desk, name)
    send(desk, letter("Subject: Сайт", f"Cc: {', '.join(names)}", ANSWERS))
    assert len(taking_part()) == MOST


def test_a_strangers_copy_lets_nobody_in(desk: Desk) -> None:
    colleague(desk)
    send(desk, letter("Subject: Сайт", f"Cc: {OLEG}", ANSWERS, sender="eve@evil.example"))
    assert OLEG not in taking_part()


def test_a_strangers_reply_shows_and_changes_nothing(desk: Desk, agent: StaffMember) -> None:
    ticket = Ticket.objects.get(number=1042)
    ticket.state, ticket.closed_at = TicketState.CLOSED, NOW - timedelta(hours=1)
    ticket.waiting_since = None
    ticket.save()
    actions.follow(agent, ticket, at=NOW)
    before: dict[str, Any] = {**Ticket.objects.filter(pk=ticket.pk).values().get()}
    owed = list(Obligation.objects.values())
    verdict = send(desk, letter("Subject: Сайт", ANSWERS, sender="eve@evil.example", proven=True))
    assert (verdict.action, verdict.reason, verdict.ticket_number) == ("record_only", "stranger", 1042)
    after: dict[str, Any] = {**Ticket.objects.filter(pk=ticket.pk).values().get()}
    assert {name for name in before if before[name] != after[name]} <= {"changed_at"}
    assert list(Obligation.objects.values()) == owed
    message = Message.objects.latest("pk")
    assert message.kind == MessageKind.STRANGER
    access = TicketAccess(ticket, contact=ticket.requester)
    assert message not in messages_in(access)
    assert not OutgoingLetter.objects.exclude(template="sample").exists()
    assert "eve@evil.example" not in taking_part()


def test_a_strangers_message_counts_from_the_press_that_lets_them_take_part(
    desk: Desk, agent: StaffMember
) -> None:
    send(desk, letter("Subject: Сайт", ANSWERS, sender="eve@evil.example"))
    ticket = Ticket.objects.get(number=1042)
    pressed = NOW + timedelta(hours=3)
    message = actions.let_take_part(agent, Message.objects.latest("pk"), at=pressed)
    ticket.refresh_from_db()
    assert message.kind == MessageKind.CLIENT
    assert ticket.state == TicketState.OPEN
    assert ticket.last_client_message_at == pressed
    assert "eve@evil.example" in taking_part()
    with pytest.raises(ActionRefused):
        actions.let_take_part(agent, message, at=pressed)
    actions.reply(agent, ticket, "Готово.", at=pressed)
    sent = OutgoingLetter.objects.filter(template="staff_reply").values_list("recipient", flat=True)
    assert set(sent) == {ANNA, "eve@evil.example"}


def test_a_stranger_of_a_ticket_closed_long_ago_gets_a_request_of_their_own(
    desk: Desk, agent: StaffMember
) -> None:
    Ticket.objects.filter(number=1042).update(
        state=TicketState.CLOSED, closed_at=NOW - timedelta(days=100), waiting_since=None
    )
    send(desk, letter("Subject: Сайт", ANSWERS, sender="eve@evil.example", text="Мой сайт тоже."))
    message = Message.objects.latest("pk")
    with pytest.raises(ActionRefused):
        actions.let_take_part(agent, message, at=NOW)
    taken = make_own_request(agent, message, at=NOW + timedelta(hours=1))
    assert taken.ticket_id is not None
    made = Ticket.objects.get(pk=taken.ticket_id)
    assert (made.requester_address, made.received_at) == ("eve@evil.example", message.occurred_at)
    assert made.messages.get().text == "Мой сайт тоже."
    assert make_own_request(agent, message, at=NOW + timedelta(hours=2)).ticket_id == made.pk


def test_staff_add_and_remove_people_and_say_who_gets_the_replies(desk: Desk, agent: StaffMember) -> None:
    ticket = Ticket.objects.get(number=1042)
    row = actions.add_participant(agent, ticket, address=" Ivan@Example.net ", at=NOW)
    assert row.address == "ivan@example.net"
    for refused in ("ivan@example.net", "support+1.x@example.com", "nobody", agent.account.email, ANNA):
        with pytest.raises(ActionRefused):
            actions.add_participant(agent, ticket, address=refused, at=NOW)
    actions.send_replies(agent, row, gets=False, at=NOW)
    actions.reply(agent, ticket, "Первый.", at=NOW)
    actions.send_replies(agent, row, gets=True, at=NOW)
    actions.reply(agent, ticket, "Второй.", at=NOW)
    actions.remove_participant(agent, row, at=NOW)
    actions.reply(agent, ticket, "Третий.", at=NOW)
    sent = OutgoingLetter.objects.filter(recipient="ivan@example.net")
    assert [one.values["text"] for one in sent] == ["Второй."]
    kinds = set(ticket.timeline.values_list("kind", flat=True))
    assert {
        "participant_added",
        "replies_switched_off",
        "replies_switched_on",
        "participant_removed",
    } <= kinds
    verdict = send(desk, letter("Subject: Сайт", ANSWERS, sender="ivan@example.net"))
    assert verdict.reason == "stranger"


def test_a_merged_tickets_number_leads_to_the_one_that_it_was_merged_into(desk: Desk) -> None:
    last = Ticket.objects.get(number=1043)
    Ticket.objects.filter(number=1042).update(merged_into=last)
    verdict = send(desk, letter("Subject: Re: [SD-1042]"))
    assert (verdict.action, verdict.ticket_number) == ("append", 1043)
    verdict = send(desk, letter("Subject: Сайт", ANSWERS, text="Снова."))
    assert (verdict.action, verdict.ticket_number, verdict.reason) == ("append", 1043, "answers_letter")


def test_an_equal_subject_threads_nothing(desk: Desk) -> None:
    subject = Ticket.objects.get(number=1042).subject
    verdict = send(desk, letter(f"Subject: {subject}", proven=True))
    assert verdict.action == "create"


def test_of_many_hundred_references_our_own_at_the_end_still_threads(desk: Desk) -> None:
    many = "\r\n ".join(f"<{place}@elsewhere.example>" for place in range(900))
    verdict = send(desk, letter("Subject: Re", f"References: {many}\r\n {OUR_LETTER}"))
    assert (verdict.action, verdict.ticket_number) == ("append", 1042)
