"""What people do with letters of the ledger, and what is spam: nothing is lost, doubled or forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from reglament.desk.access import contact_at, portal_ticket, tickets_of
from reglament.desk.channels.email import deciding_by_hand as by_hand
from reglament.desk.channels.email.blocking import block_sender, blocks_on, unblock_sender
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.receiving import Verdict, receive_letter
from reglament.desk.channels.models import RawLetter
from reglament.desk.decisions import actions as decisions
from reglament.desk.faults import ActionRefused, NotAllowed, NotThere
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import Role, StaffMember
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.tram import HOUR, MINUTE, NOW, arrive, client_of, staff_at, tram_desk
from reglament.desk.tickets import actions
from reglament.desk.tickets.lists import tickets_of_organisation
from reglament.desk.tickets.models import MessageKind, Participant, Ticket, TicketState
from reglament.desk.tickets.queries import queue

pytestmark = pytest.mark.django_db(transaction=True)
BORDER = "mx.tram.example.org"


@pytest.fixture
def desk() -> Desk:
    """Give a desk with a border that says what is spam."""
    desk = tram_desk()
    desk.trusted_border, desk.spam_field = BORDER, "X-Spam-Flag"
    desk.save()
    desk.addresses.create(address="help@tram.example.org")
    return desk


@pytest.fixture
def agent(desk: Desk) -> StaffMember:
    """Give somebody of the depot."""
    return staff_at(desk, Role.AGENT, "depot")


@pytest.fixture
def lead(desk: Desk) -> StaffMember:
    """Give a lead."""
    return staff_at(desk, Role.LEAD, "depot")


def written(*fields: str, sender: str | None = "rider@example.com", text: str = "It squeals.") -> bytes:
    """Write a letter."""
    head = [
        f"Received: from a.example by {BORDER} with ESMTPS; Mon, 2 Mar 2026 03:00:00 +0300",
        *fields,
        *([f"From: {sender}"] if sender is not None else []),
        "Subject: Tram 6",
        "Message-ID: <one@example.com>",
    ]
    return "\r\n".join([*head, "", text, ""]).encode()


SPAM = written("X-Spam-Flag: YES")
TWO_SENDERS = written("From: Vera <vera@example.com>")


def come(desk: Desk, raw: bytes, at: datetime = NOW) -> tuple[Verdict, RawLetter]:
    """Let a letter come."""
    verdict = receive_letter(desk, raw, Envelope("rider@example.com", "help@tram.example.org"), "smtp", at)
    return verdict, fresh(desk)


def fresh(desk: Desk) -> RawLetter:
    """Give the newest letter as it is now."""
    return RawLetter.objects.select_related("desk", "ticket").filter(desk=desk).order_by("-pk")[0]


def test_what_the_border_calls_spam_makes_nothing_and_is_kept(desk: Desk) -> None:
    verdict, letter = come(desk, SPAM)
    assert (verdict.action, verdict.reason, letter.state) == ("spam", "border_spam", "spam")
    assert (letter.sender, letter.subject) == ("rider@example.com", "Tram 6")
    assert not Ticket.objects.exists()
    assert not OutgoingLetter.objects.exists()


def test_a_word_of_spam_that_the_border_did_not_write_says_nothing(desk: Desk) -> None:
    desk.trusted_border = "other.example.org"
    desk.save()
    assert come(desk, SPAM)[0].action == "create"


def test_no_spam_comes_back_with_its_own_moment_and_only_once(desk: Desk, agent: StaffMember) -> None:
    _verdict, letter = come(desk, SPAM)
    verdict = by_hand.bring_back(agent, letter, at=NOW + HOUR)
    ticket = Ticket.objects.get()
    assert (verdict.action, verdict.ticket_number) == ("create", ticket.number)
    assert ticket.received_at == letter.received_at == NOW - 30 * MINUTE
    registration = ticket.requests.get().obligations.get(metric="registration")
    assert registration.due_at == ticket.received_at + 2 * HOUR
    assert OutgoingLetter.objects.get(ticket=ticket).state in (DeliveryState.QUEUED, DeliveryState.HELD)
    with pytest.raises(ActionRefused, match="not among the spam"):
        by_hand.bring_back(agent, letter, at=NOW + HOUR)
    with pytest.raises(ActionRefused, match="nothing is made twice"):
        by_hand.run_again(agent, letter, at=NOW + HOUR)
    assert come(desk, SPAM)[0].action == "duplicate"
    assert Ticket.objects.count() == 1


def test_a_copy_that_was_taken_before_makes_nothing_by_hand_either(desk: Desk, agent: StaffMember) -> None:
    come(desk, SPAM)
    first = fresh(desk)
    copy = receive_letter(desk, SPAM, Envelope("", "tram@tram.example.org"), "smtp", NOW)
    assert copy.action == "spam"
    number = by_hand.make_ticket(
        agent, first, sender="rider@example.com", reason="No spam.", at=NOW
    ).ticket_number
    again = by_hand.bring_back(agent, fresh(desk), at=NOW)
    assert (again.action, again.ticket_number) == ("duplicate", number)
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("blocked", ["rider@example.com", "@example.com", "EXAMPLE.com", "com.example.com"])
def test_a_blocked_sender_is_spam_until_unblocked_and_run_again(
    desk: Desk, agent: StaffMember, lead: StaffMember, blocked: str
) -> None:
    sender = "rider@a.com.example.com" if blocked == "com.example.com" else "rider@example.com"
    row = block_sender(lead, desk, blocked, reason="Sells rails.", at=NOW)
    assert blocks_on(desk, sender) == [row]
    verdict, letter = come(desk, written(sender=sender))
    assert (verdict.action, verdict.reason) == ("spam", "blocked_sender")
    assert by_hand.run_again(agent, letter, at=NOW).action == "spam"
    unblock_sender(lead, row, at=NOW)
    assert by_hand.run_again(agent, fresh(desk), at=NOW).action == "create"
    assert list(AuditEvent.objects.order_by("pk").values_list("what", flat=True))[-4:] == [
        "block_sender",
        "run_letter_again",
        "unblock_sender",
        "run_letter_again",
    ]


@pytest.mark.parametrize(
    ("sender", "words"),
    [
        ("rider", "Enter an address"),
        ("@gmail.com", "block the address alone"),
        ("client@firm.example", "a client is not blocked"),
        ("firm.example", "a client is not blocked"),
        ("tram.example.org", "The desk itself"),
    ],
)
def test_nobody_is_blocked_to_whom_the_desk_owes_something(
    desk: Desk, lead: StaffMember, sender: str, words: str
) -> None:
    client_of(desk, "client@firm.example")
    with pytest.raises(ActionRefused, match=words):
        block_sender(lead, desk, sender, reason="Why not.", at=NOW)


def test_agents_decide_about_letters_and_leads_about_senders(desk: Desk, agent: StaffMember) -> None:
    with pytest.raises(NotAllowed):
        block_sender(agent, desk, "rider@example.com", reason="Sells rails.", at=NOW)
    _verdict, letter = come(desk, TWO_SENDERS)
    stranger = staff_at(tram_desk(slug="other", name="Other", number_prefix="OT"), Role.ADMIN)
    with pytest.raises(NotAllowed):
        by_hand.mark_spam(stranger, letter, at=NOW)
    with pytest.raises(NotAllowed):
        by_hand.make_ticket(stranger, letter, sender="", reason="Mine.", at=NOW)


def test_a_held_letter_becomes_a_ticket_by_hand_with_a_reason_and_its_own_moment(
    desk: Desk, agent: StaffMember
) -> None:
    verdict, letter = come(desk, TWO_SENDERS)
    assert (verdict.action, verdict.reason) == ("hold", "from_repeated")
    assert letter.sender == "vera@example.com, rider@example.com"
    with pytest.raises(ActionRefused, match="Say why"):
        by_hand.make_ticket(agent, letter, sender="vera@example.com", reason=" ", at=NOW)
    with pytest.raises(ActionRefused, match="no mail address"):
        by_hand.make_ticket(agent, letter, sender="Vera", reason="She called.", at=NOW)
    made = by_hand.make_ticket(agent, letter, sender="Vera@example.com", reason="She called.", at=NOW + HOUR)
    assert made.ticket_number is not None
    ticket = Ticket.objects.get(number=made.ticket_number)
    assert (made.action, fresh(desk).reason) == ("create", "by_hand")
    assert (ticket.requester_address, ticket.received_at) == ("vera@example.com", NOW - 30 * MINUTE)
    assert ticket.requests.get().authentication == "anonymous"
    assert OutgoingLetter.objects.get(ticket=ticket).recipient == "vera@example.com"
    event = AuditEvent.objects.get(what="make_letter_ticket")
    assert (event.account, event.reason, event.values["because"]) == (
        agent.account,
        "She called.",
        "from_repeated",
    )


@pytest.mark.parametrize("joins", [True, False])
def test_a_held_letter_becomes_a_message_or_a_note_of_the_ticket_that_is_named(
    desk: Desk, agent: StaffMember, joins: bool
) -> None:
    ticket, _ = arrive(desk, kind="question")
    _verdict, letter = come(desk, TWO_SENDERS)
    said = {"sender": "vera@example.com", "joins": joins, "reason": "She is his wife.", "at": NOW}
    with pytest.raises(ActionRefused, match="no ticket with this number"):
        by_hand.make_message(agent, letter, number=9, **said)  # type: ignore[arg-type]
    made = by_hand.make_message(agent, letter, number=ticket.number, **said)  # type: ignore[arg-type]
    message = ticket.messages.order_by("-pk")[0]
    assert made.action == ("append" if joins else "record_only")
    assert (message.kind == MessageKind.CLIENT) is joins
    assert Participant.objects.filter(ticket=ticket, address="vera@example.com").exists() is joins
    assert message.occurred_at == letter.received_at


def test_a_message_is_added_by_hand_only_where_one_works(desk: Desk, agent: StaffMember) -> None:
    ticket, _ = arrive(desk, kind="refund")
    _verdict, letter = come(desk, TWO_SENDERS)
    with pytest.raises(NotAllowed):
        by_hand.make_message(
            agent, letter, number=ticket.number, sender="", joins=False, reason="So.", at=NOW
        )
    assert fresh(desk).state == "hold"


def test_a_letter_that_opened_a_ticket_takes_it_along_to_the_spam_and_back(
    desk: Desk, agent: StaffMember
) -> None:
    _verdict, letter = come(desk, written())
    by_hand.mark_spam(agent, letter, at=NOW + MINUTE)
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.spam_by) == (TicketState.CLOSED, agent)
    assert (fresh(desk).state, fresh(desk).reason) == ("spam", "spam_ticket")
    more = written(f"In-Reply-To: {OutgoingLetter.objects.get().internet_message_id}", text="Buy rails!")
    assert receive_letter(desk, more, Envelope("", "help@tram.example.org"), "smtp", NOW).action == "spam"
    second = fresh(desk)
    by_hand.bring_back(agent, letter, at=NOW + HOUR)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.spam_at, ticket.closed_at) == (TicketState.OPEN, None, None)
    letter.refresh_from_db()
    second.refresh_from_db()
    assert (letter.state, letter.reason, second.state) == ("create", "accepted", "stored")


def test_a_ticket_marked_as_spam_leaves_every_queue_and_list_and_nobody_is_told(
    desk: Desk, agent: StaffMember
) -> None:
    client = client_of(desk)
    ticket, request = arrive(desk, sender_address=client.email, kind="question")
    queued = OutgoingLetter.objects.get(ticket=ticket)
    actions.mark_spam(agent, ticket, at=NOW + MINUTE)
    assert not queue(ticket.department).exists()
    assert not tickets_of(client.account, desk.slug).exists()
    assert not tickets_of_organisation(client.organisation).exists()
    with pytest.raises(NotThere):
        portal_ticket(client.account, desk.slug, ticket.number)
    assert contact_at(client.account, desk.slug) == client
    assert set(request.obligations.values_list("state", flat=True)) == {"superseded"}
    queued.refresh_from_db()
    assert queued.state == DeliveryState.GIVEN_UP
    assert decisions.fall_due(NOW + timedelta(days=30)) == 0
    with pytest.raises(ActionRefused, match="bring it back first"):
        actions.reopen(agent, ticket, at=NOW + HOUR)


def test_what_is_brought_back_is_owed_as_from_receipt_and_what_fell_due_meanwhile_is_a_breach(
    desk: Desk, agent: StaffMember
) -> None:
    ticket, request = arrive(desk, kind="repair", fields={"route": "6"})
    before = {row.metric: row.due_at for row in request.obligations.all()}
    actions.mark_spam(agent, ticket, at=NOW + MINUTE)
    actions.mark_not_spam(agent, ticket, at=NOW + 3 * HOUR)
    after = {row.metric: (row.due_at, row.state) for row in request.obligations.all()}
    assert {metric: due for metric, (due, _state) in after.items()} == before
    assert after["registration"][1] == "breached"
    assert after["answer"][1] == after["repair"][1] == "open"
    assert ticket.outgoing_letters.get().state in (DeliveryState.QUEUED, DeliveryState.HELD)
    ticket.refresh_from_db()
    assert ticket.state == TicketState.OPEN
    assert queue(ticket.department).get() == ticket


def test_what_was_given_before_the_mark_was_taken_away_is_given(desk: Desk, agent: StaffMember) -> None:
    ticket, request = arrive(desk, kind="question")
    letter = ticket.outgoing_letters.get()
    letter.state = DeliveryState.SENDING
    letter.save()
    actions.mark_spam(agent, ticket, at=NOW + MINUTE)
    letter.state, letter.handed_over_at = DeliveryState.HANDED_OVER, NOW + 2 * MINUTE
    letter.save()
    actions.mark_not_spam(agent, ticket, at=NOW + 3 * HOUR)
    registration = request.obligations.get(metric="registration")
    assert (registration.state, registration.met_at) == ("met", NOW + 2 * MINUTE)


def test_what_a_proven_client_asks_is_called_spam_with_a_reason_only(desk: Desk, agent: StaffMember) -> None:
    client = client_of(desk)
    ticket, _ = arrive(desk, sender_address=client.email, proven=True, kind="question")
    with pytest.raises(ActionRefused, match="say why it is spam"):
        actions.mark_spam(agent, ticket, at=NOW)
    actions.mark_spam(agent, ticket, at=NOW, reason="Their mailbox was stolen; they called.")
    event = AuditEvent.objects.get(what="mark_ticket_spam")
    assert event.reason == "Their mailbox was stolen; they called."
