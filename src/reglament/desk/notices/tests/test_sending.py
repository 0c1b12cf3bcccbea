"""What bounds and guides the sending of letters: budgets, addresses that fail, people's decisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django.fixtures import Settings

from reglament.desk.faults import ActionRefused
from reglament.desk.notices import actions, deliverability, jobs
from reglament.desk.notices.budget import PER_ADDRESS, PER_TICKET
from reglament.desk.notices.events import letter_handed_over
from reglament.desk.notices.models import OutgoingLetter, UndeliverableAddress
from reglament.desk.notices.queries import letters_by_state, outbox_of
from reglament.desk.notices.reply_address import thread_key
from reglament.desk.notices.sub_addresses import signed_number
from reglament.desk.notices.tests.outbox import only, write
from reglament.desk.notices.tests.servers import Server
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import Role
from reglament.desk.regulations.models import Desk, DeskAddress
from reglament.desk.tests.rows import (
    DAY,
    HOUR,
    MOMENT,
    make_contact,
    make_desk,
    make_organisation,
    make_staff,
    make_ticket,
)
from reglament.desk.tickets.models import Ticket, TimelineEvent

pytestmark = pytest.mark.django_db
WORKER = "a worker"


def try_to_write(desk: Desk, ticket: Ticket, key: str, **values: Any) -> OutgoingLetter | None:
    said: dict[str, Any] = {"to": "anna@example.org", "mark": actions.ANSWERING, "at": MOMENT} | values
    return actions.send_letter(
        desk, "registration_notice", {"number": str(ticket)}, key=key, language="en", ticket=ticket, **said
    )


def withheld() -> list[str]:
    return [event.values["budget"] for event in TimelineEvent.objects.filter(kind="letter_withheld")]


# Where answers go


def test_answers_go_to_an_address_that_names_the_ticket_and_is_signed(desk: Desk, taking: Server) -> None:
    ticket = make_ticket(desk)
    write(desk, ticket=ticket)
    jobs.hand_over_due(WORKER)
    (message,) = taking.read()
    (address,) = message["Reply-To"].addresses
    assert address.addr_spec.startswith(f"help+{ticket.number}.")
    assert address.display_name == "Поддержка «Икс»"
    assert signed_number(address.addr_spec, thread_key()) == ticket.number


def test_without_an_address_of_the_desk_that_takes_letters_there_is_no_such_address() -> None:
    desk = make_desk()
    letter = write(desk, ticket=make_ticket(desk))
    assert (letter.sender, letter.reply_to) == (django_settings.DEFAULT_FROM_EMAIL, "")


def test_an_address_that_would_be_too_long_is_not_given() -> None:
    desk = make_desk()
    DeskAddress.objects.create(desk=desk, address=f"{'a' * 60}@example.org")
    assert write(desk, ticket=make_ticket(desk)).reply_to == ""


# Budgets


def test_of_one_ticket_only_so_many_automatic_letters_are_written_in_an_hour(desk: Desk) -> None:
    ticket = make_ticket(desk)
    for number in range(PER_TICKET):
        assert try_to_write(desk, ticket, f"k{number}", to=f"a{number}@example.org")
    assert try_to_write(desk, ticket, "over") is None
    assert try_to_write(desk, ticket, "person", mark=actions.BY_A_PERSON)
    assert withheld() == ["ticket"]
    assert try_to_write(desk, ticket, "later", at=MOMENT + HOUR)


def test_to_one_address_only_so_many_automatic_letters_are_written_in_an_hour(desk: Desk) -> None:
    for number in range(PER_ADDRESS):
        assert try_to_write(desk, make_ticket(desk), f"k{number}")
    assert try_to_write(desk, make_ticket(desk), "over", to="Anna@example.org") is None
    assert try_to_write(desk, make_ticket(desk), "another", to="boris@example.org")
    assert withheld() == ["address"]
    other = make_desk()
    assert try_to_write(other, make_ticket(other), "of another desk")


def test_strangers_together_have_a_budget_and_clients_have_none(desk: Desk, settings: Settings) -> None:
    settings.REGLAMENT_STRANGERS_PER_HOUR = 3
    client = make_contact(make_organisation(desk))
    for number in range(4):
        assert try_to_write(
            desk, make_ticket(desk), f"c{number}", to=f"c{number}@example.org", contact=client
        )
    for number in range(3):
        assert try_to_write(desk, make_ticket(desk), f"k{number}", to=f"a{number}@example.org")
    assert try_to_write(desk, make_ticket(desk), "over", to="z@example.org") is None
    assert try_to_write(desk, make_ticket(desk), "client", to="y@example.org", contact=client)
    assert withheld() == ["desk"]


def test_a_ticket_that_no_letter_opened_has_no_budget(desk: Desk) -> None:
    ticket = make_ticket(desk, channel="portal")
    assert all(try_to_write(desk, ticket, f"k{number}") for number in range(PER_ADDRESS + 5))


# Addresses from which letters come back


def mark(desk: Desk, address: str = "Anna@example.org") -> UndeliverableAddress:
    letter = write(desk, to=address, key=f"bounced:{address}")
    deliverability.mark(letter, status="5.1.1", diagnostic="no such person", at=MOMENT)
    return UndeliverableAddress.objects.get(desk=desk, address=address.lower(), ended_at=None)


def test_automatic_letters_to_a_marked_address_are_held_and_a_persons_are_sent(
    desk: Desk, taking: Server
) -> None:
    mark(desk)
    automatic = write(desk, key="automatic")
    person = write(desk, key="person", mark=actions.BY_A_PERSON)
    assert (automatic.state, automatic.server_answer) == ("held", actions.UNDELIVERABLE)
    assert person.state == "queued"
    assert taking.letters == []


def test_an_address_is_marked_once_and_again_after_the_mark_was_taken_off(desk: Desk) -> None:
    first = mark(desk)
    deliverability.mark(first.letter, status="5.1.1", diagnostic="", at=MOMENT + HOUR)
    assert UndeliverableAddress.objects.count() == 1
    agent = make_staff(desk)
    deliverability.works_again(agent, first, at=MOMENT + DAY)
    assert deliverability.undeliverable(desk, ["anna@example.org"]) == []
    assert AuditEvent.objects.get(what="address_works_again").account == agent.account
    with pytest.raises(ActionRefused, match="already"):
        deliverability.works_again(agent, first, at=MOMENT + DAY)
    deliverability.mark(first.letter, status="5.1.1", diagnostic="", at=MOMENT + 2 * DAY)
    assert UndeliverableAddress.objects.count() == 2


def test_a_later_delivery_does_not_take_the_mark_off(desk: Desk, taking: Server) -> None:
    row = mark(desk)
    write(desk, key="person", mark=actions.BY_A_PERSON)
    jobs.hand_over_due(WORKER)
    assert len(taking.letters) == 2
    row.refresh_from_db()
    assert row.ended_at is None


def test_nobody_of_another_desk_takes_a_mark_off(desk: Desk) -> None:
    row = mark(desk)
    with pytest.raises(ActionRefused, match="not of your desk"):
        deliverability.works_again(make_staff(make_desk(), Role.ADMIN), row, at=MOMENT)


# What people decide


def test_a_letter_that_did_arrive_fulfils_at_the_moment_of_its_attempt(desk: Desk) -> None:
    letter = write(desk, fulfils="registration_notice")
    OutgoingLetter.objects.update(state="unknown", attempted_at=MOMENT + HOUR)
    heard: list[object] = []

    def hear(sender: object, letter: OutgoingLetter, moment: object, **_: object) -> None:
        heard.append((letter.pk, letter.state, moment))

    letter_handed_over.connect(hear)
    try:
        actions.did_arrive(make_staff(desk), letter, reason="the server's log says so", at=MOMENT + DAY)
    finally:
        letter_handed_over.disconnect(hear)
    assert heard == [(letter.pk, "handed_over", MOMENT + HOUR)]
    assert only().handed_over_at == MOMENT + HOUR
    assert AuditEvent.objects.get().reason == "the server's log says so"


@pytest.mark.parametrize("state", ["held", "queued", "sending", "handed_over", "refused", "bounced"])
def test_only_of_an_unknown_letter_it_can_be_said_that_it_arrived(desk: Desk, state: str) -> None:
    letter = write(desk)
    OutgoingLetter.objects.update(state=state, handed_over_at=MOMENT)
    with pytest.raises(ActionRefused, match="Only of a letter"):
        actions.did_arrive(make_staff(desk), letter, reason="x", at=MOMENT)
    assert only().state == state


def test_a_letter_that_is_given_up_is_not_sent_and_can_be_sent_after_all(desk: Desk, taking: Server) -> None:
    letter = write(desk)
    agent = make_staff(desk)
    actions.give_up(agent, letter, reason="we rang them", at=MOMENT)
    jobs.hand_over_due(WORKER)
    assert (only().state, taking.letters) == ("given_up", [])
    assert not outbox_of(desk, state="dead").exists()
    actions.send_again(agent, letter, reason="they did not hear", at=MOMENT)
    jobs.hand_over_due(WORKER)
    assert len(taking.letters) == 1


@pytest.mark.parametrize("state", ["sending", "handed_over"])
def test_what_is_on_its_way_is_neither_given_up_nor_sent_again(desk: Desk, state: str) -> None:
    letter = write(desk)
    OutgoingLetter.objects.update(state=state, handed_over_at=MOMENT)
    for verb in (actions.give_up, actions.send_again):
        with pytest.raises(ActionRefused):
            verb(make_staff(desk), letter, reason="x", at=MOMENT)
    assert only().state == state


def test_a_decision_needs_a_reason(desk: Desk) -> None:
    letter = write(desk)
    OutgoingLetter.objects.update(state="unknown")
    for verb in (actions.give_up, actions.send_again, actions.did_arrive):
        with pytest.raises(ActionRefused) as refused:
            verb(make_staff(desk), letter, reason=" ", at=MOMENT)
        assert refused.value.field == "reason"


# Reading the outbox


def test_letters_are_found_by_state_address_and_ticket(desk: Desk) -> None:
    ticket = make_ticket(desk)
    letters = {
        state: write(desk, key=state, to=f"{state.replace('_', '')}@example.org", at=MOMENT + place * HOUR)
        for place, state in enumerate(("held", "queued", "handed_over", "refused", "unknown", "bounced"))
    }
    for state, letter in letters.items():
        OutgoingLetter.objects.filter(pk=letter.pk).update(state=state, handed_over_at=MOMENT)
    OutgoingLetter.objects.filter(key="refused").update(ticket=ticket)
    make_desk()
    dead = [letters[state] for state in ("bounced", "unknown", "refused", "held")]
    assert list(outbox_of(desk, state="dead")) == dead
    assert list(outbox_of(desk, state="queued")) == [letters["queued"]]
    assert list(outbox_of(desk, words="BOUNCED@")) == [letters["bounced"]]
    for words in (str(ticket.number), str(ticket), str(ticket).lower()):
        assert list(outbox_of(desk, words=words)) == [letters["refused"]]
    assert list(outbox_of(desk, words="9" * 30)) == []
    assert letters_by_state(desk) == dict.fromkeys(("held", "queued", "refused", "unknown", "bounced"), 1)
    assert not outbox_of(make_desk()).exists()


def test_the_moment_of_an_attempt_is_kept(desk: Desk, taking: Server) -> None:
    write(desk)
    assert only().attempted_at is None
    jobs.hand_over_due(WORKER)
    attempted, taken = only().attempted_at, only().handed_over_at
    assert attempted is not None
    assert taken is not None
    assert timedelta() <= taken - attempted < timedelta(minutes=1)
    assert taking.letters
