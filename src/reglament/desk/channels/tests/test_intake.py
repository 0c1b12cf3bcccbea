"""The one road: what becomes of everything that reaches a desk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from reglament.desk.channels.incoming import IncomingFile, Outcome, Taken
from reglament.desk.channels.intake import receive
from reglament.desk.channels.models import IntakeKey
from reglament.desk.faults import ActionRefused
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.operations import vault
from reglament.desk.operations.models import Permission
from reglament.desk.people.models import Record
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.tram import (
    HOUR,
    MINUTE,
    NOW,
    arrive,
    client_of,
    coming,
    request_of,
    staff_at,
    tram_desk,
)
from reglament.desk.tickets import actions
from reglament.desk.tickets.files import content_of
from reglament.desk.tickets.models import Attachment, Conversation, Message, Ticket, TicketState

pytestmark = pytest.mark.django_db


def test_a_letter_becomes_a_ticket_with_everything_that_belongs_to_it() -> None:
    desk = tram_desk()

    ticket, request = arrive(desk, text="Level: halt\nAll trams stand.")

    assert str(ticket) == "TR-1001"
    assert (request.kind, request.stated_severity, request.authentication) == (
        "unclassified",
        "halt",
        "anonymous",
    )
    assert request.current_decision is not None
    assert request.current_decision.outcome == "accept"
    assert [(row.metric, row.due_at) for row in request.obligations.order_by("due_at")] == [
        ("answer", NOW + 2 * HOUR),
        ("registration", NOW + 2 * HOUR),
    ]
    assert ticket.rank == [0]
    assert ticket.next_due_at == NOW + 2 * HOUR
    assert ticket.messages.get().text == "Level: halt\nAll trams stand."
    assert list(ticket.timeline.values_list("kind", flat=True))[:2] == ["received", "decided"]


def test_the_notice_says_the_number_what_is_owed_and_the_clause() -> None:
    ticket, _request = arrive(tram_desk(language="en"))

    letter = OutgoingLetter.objects.get(ticket=ticket)

    assert letter.subject.startswith("[TR-1001]")
    assert letter.recipient == "somebody@example.com"
    assert letter.fulfils == "registration_notice"
    assert "18:30" in letter.text
    assert "TR-4" in letter.text
    assert "Thank you for riding with us." in letter.text


def test_the_same_key_is_taken_once() -> None:
    desk = tram_desk()
    first = receive(coming(desk, idempotency_key="a"), NOW)

    second = receive(coming(desk, idempotency_key="a"), NOW)

    assert second.outcome == Outcome.DUPLICATE
    assert second.ticket_id == first.ticket_id
    assert Ticket.objects.count() == 1
    assert OutgoingLetter.objects.count() == 1


def test_a_talk_on_a_channel_that_does_not_count_is_a_note_without_anything_owed() -> None:
    desk = tram_desk()

    taken = receive(coming(desk, channel="chat", text="Hello"), NOW)

    assert taken.outcome == Outcome.TALK
    assert not Ticket.objects.exists()
    note = Conversation.objects.get()
    assert note.text == "Hello"
    assert note.decision.outcome == "informal"


def test_numbers_are_given_without_gaps_even_where_something_fails_in_between() -> None:
    desk = tram_desk()
    arrive(desk)
    with pytest.raises(ActionRefused):
        receive(coming(desk, channel="portal", kind="ropeway"), NOW)

    ticket, _request = arrive(desk)

    assert ticket.number == 1002


def test_what_a_form_fills_in_wrongly_is_named_with_the_nearest_right_word() -> None:
    with pytest.raises(ActionRefused) as refusal:
        receive(coming(tram_desk(), channel="portal", kind="repairs"), NOW)

    assert refusal.value.field == "kind"
    assert "'repair'" in str(refusal.value)


def test_what_a_letter_says_wrongly_counts_as_not_said_and_the_letter_is_kept() -> None:
    desk = tram_desk()

    _ticket, request = arrive(desk, kind="ropeway", raw_letter_id=1)

    assert request.kind == "unclassified"


def test_a_record_with_a_word_of_another_edition_does_not_stop_a_request() -> None:
    desk = tram_desk()
    contact = client_of(desk)
    _record(contact.organisation_id, desk, "client.plan", "platinum")

    _ticket, request = arrive(desk, sender_address=contact.email, proven=True)

    assert "client.plan" not in request.facts
    assert request.authentication == "authorised"


def test_what_must_be_named_is_taken_from_records_only_for_a_proven_request() -> None:
    desk = tram_desk()
    contact = client_of(desk)
    for fact, value in (("client.plan", "gold"), ("client.plan_proven", True)):
        _record(contact.organisation_id, desk, fact, value)

    _, unproven = arrive(desk, sender_address=contact.email)
    _, proven = arrive(desk, sender_address=contact.email, proven=True)
    _, named = arrive(desk, sender_address=contact.email, text="Plan: gold")

    assert _due(unproven) == NOW + 8 * HOUR
    assert _due(proven) == NOW + 4 * HOUR
    assert _due(named) == NOW + 4 * HOUR


def test_a_secret_goes_into_the_vault_and_nowhere_else() -> None:
    desk = tram_desk()

    ticket, request = arrive(
        desk,
        channel="portal",
        kind="refund",
        fields={"pass_code": "open sesame"},
        contact_id=client_of(desk).pk,
    )

    reference = request.facts["fields.pass_code"]["value"]
    secret = vault.find(desk, reference)
    assert secret is not None
    assert secret.request_id == request.pk
    assert request.current_decision is not None
    assert request.current_decision.outcome == "accept"
    everything = [str(row) for model in (Message, OutgoingLetter) for row in model.objects.values_list()]
    everything += [
        str(request.facts),
        str(request.current_decision.facts),
        str(list(ticket.timeline.values())),
    ]
    assert "sesame" not in " ".join(everything)


def test_attachments_lie_under_ids_of_ours_and_fill_the_one_field_for_files() -> None:
    file = IncomingFile("../../etc/passwd", "image/png", b"picture")

    ticket, request = arrive(tram_desk(), attachments=(file,))

    attachment = Attachment.objects.get(message__ticket=ticket)
    assert "passwd" not in attachment.storage_path
    assert content_of(attachment) == b"picture"
    assert request.facts["fields.photo"]["value"] == [str(attachment.pk)]


def test_a_file_of_something_that_failed_is_taken_away_again() -> None:
    desk = tram_desk()
    before = _stored(desk)
    with pytest.raises(ActionRefused):
        receive(coming(desk, channel="portal", kind="x", attachments=(IncomingFile("a", "a/b", b"1"),)), NOW)

    assert _stored(desk) == before


def test_an_answer_joins_its_ticket_and_gives_the_turn_to_the_desk() -> None:
    desk = tram_desk()
    ticket, _ = arrive(desk)
    agent = staff_at(desk)
    actions.reply(agent, ticket, "Which tram?", at=NOW + HOUR, waits=True)

    taken = receive(
        coming(desk, NOW + 2 * HOUR, ticket_number=ticket.number, text="The red one"), NOW + 2 * HOUR
    )

    ticket.refresh_from_db()
    assert taken.outcome == Outcome.APPENDED
    assert (ticket.state, ticket.waiting_since) == (TicketState.OPEN, None)
    assert ticket.last_client_message_at == NOW + 2 * HOUR


@pytest.mark.parametrize("how", [{"automatic": True}, {"takes_part": False}])
def test_a_machine_and_a_stranger_change_nothing(how: dict[str, bool]) -> None:
    desk = tram_desk()
    ticket, _ = arrive(desk)
    actions.close(staff_at(desk), ticket, at=NOW + HOUR, reason="done")

    taken = receive(coming(desk, NOW + 2 * HOUR, ticket_number=ticket.number, **how), NOW + 2 * HOUR)

    ticket.refresh_from_db()
    assert taken.outcome == Outcome.NOTED
    assert ticket.state == TicketState.CLOSED
    assert ticket.last_client_message_at == NOW


def test_a_closed_ticket_answered_within_two_weeks_is_opened_again_without_new_deadlines() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk)
    actions.close(staff_at(desk), ticket, at=NOW + HOUR, reason="done")
    later = NOW + HOUR + timedelta(days=14)

    taken = receive(coming(desk, later, ticket_number=ticket.number), later)

    assert taken.reopened
    assert not request.obligations.filter(state="open").exists()


def test_a_closed_ticket_answered_later_is_continued_by_a_new_one() -> None:
    desk = tram_desk()
    ticket, _ = arrive(desk)
    actions.close(staff_at(desk), ticket, at=NOW + HOUR, reason="done")
    later = NOW + HOUR + timedelta(days=14) + MINUTE

    taken = receive(coming(desk, later, ticket_number=ticket.number), later)

    assert taken.outcome == Outcome.CREATED
    assert request_of(taken).ticket.continues == ticket


def test_a_line_in_an_answer_supplies_what_was_missing_and_work_counts_from_then() -> None:
    desk = tram_desk()
    ticket, request = arrive(desk, kind="repair", channel="portal")
    assert request.current_decision is not None
    assert request.current_decision.outcome == "needs_information"
    later = NOW + HOUR

    receive(coming(desk, later, ticket_number=ticket.number, text="Route: 7"), later)

    request.refresh_from_db()
    assert request.completed_at == later
    assert request.current_decision.outcome == "accept"
    assert _due(request, "repair") == later + timedelta(hours=22)  # 10 working hours, over one night


def test_a_proven_request_of_the_portal_is_itself_the_permission() -> None:
    desk = tram_desk()
    contact = client_of(desk)

    _, request = arrive(desk, channel="portal", kind="card_change", contact_id=contact.pk, proven=True)

    permission = Permission.objects.get(request=request)
    assert permission.given_by == contact


def test_a_request_before_the_first_edition_is_refused_in_words() -> None:
    desk = tram_desk()
    long_ago = NOW - timedelta(days=4000)

    with pytest.raises(ActionRefused, match="No edition"):
        receive(coming(desk, long_ago, channel="portal"), NOW)


@pytest.mark.django_db(transaction=True)
def test_two_that_arrive_at_once_get_two_numbers_and_one_sent_twice_is_taken_once() -> None:
    desk = tram_desk()
    start = Barrier(6)

    def take(number: int) -> Taken:
        start.wait()
        try:
            return receive(coming(desk, idempotency_key=f"key {number // 2}"), NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(take, range(6)))

    assert sorted(one.outcome for one in taken) == ["created"] * 3 + ["duplicate"] * 3
    assert sorted(Ticket.objects.values_list("number", flat=True)) == [1001, 1002, 1003]
    assert IntakeKey.objects.count() == 3
    assert {one.ticket_number for one in taken} == {1001, 1002, 1003}


@pytest.mark.django_db(transaction=True)
def test_what_belongs_to_a_desk_is_written_while_the_desk_takes_something_in() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    desk = tram_desk()

    def write() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '3s'")
                IntakeKey.objects.create(desk=desk, key="of another ticket", recorded_at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        receive(coming(desk), NOW)
        # Had it to wait, each could wait for the other: for the desk here, for a ticket there.
        pool.submit(write).result(10)
    assert IntakeKey.objects.filter(key="of another ticket").exists()


def _record(organisation: int, desk: Desk, fact: str, value: object) -> None:
    Record.objects.create(
        desk=desk,
        organisation_id=organisation,
        fact=fact,
        value=value,
        valid_from=NOW - timedelta(days=5),
        recorded_at=NOW - timedelta(days=5),
    )


def _due(request: object, metric: str = "answer") -> object:
    return request.obligations.exclude(state="superseded").get(metric=metric).due_at  # type: ignore[attr-defined]


def _stored(desk: Desk) -> int:
    folder = f"attachments/{desk.pk}"
    if not default_storage.exists(folder):
        return 0
    return sum(
        len(default_storage.listdir(f"{folder}/{name}")[1]) for name in default_storage.listdir(folder)[0]
    )


def test_a_key_that_no_database_keeps_is_kept_without_what_it_refuses() -> None:
    desk = tram_desk()
    taken = [receive(coming(desk, idempotency_key="form:\x001"), NOW) for _ in range(2)]
    assert [one.outcome for one in taken] == [Outcome.CREATED, Outcome.DUPLICATE]
