"""Letters from the transaction that causes them to the outgoing server, once at most."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import transaction
from pytest_django.fixtures import Settings

from reglament import clock
from reglament.desk.faults import ActionRefused
from reglament.desk.jobs import durable
from reglament.desk.notices import actions, jobs, queries, smtp
from reglament.desk.notices.events import letter_handed_over
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.notices.tests.outbox import only, write
from reglament.desk.notices.tests.servers import Server, server
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import Role
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import DAY, HOUR, MOMENT, make_desk, make_message, make_staff, make_ticket
from reglament.desk.tickets.models import Attachment

pytestmark = pytest.mark.django_db

WORKER = "a worker"


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp.Connection.__init__, "__defaults__", (1.0,))


def test_without_a_server_a_letter_is_held_and_never_counts_as_delivered(desk: Desk) -> None:
    write(desk)
    jobs.hand_over_due(WORKER)
    assert (only().state, only().handed_over_at, only().attempts) == (DeliveryState.HELD, None, 0)


def test_several_letters_go_over_one_connection(desk: Desk, taking: Server) -> None:
    for number in range(3):
        write(desk, key=f"k{number}")
    jobs.hand_over_due(WORKER)
    assert (len(taking.letters), taking.sessions) == (3, 1)


def test_the_same_letter_asked_for_twice_is_written_once(desk: Desk) -> None:
    assert write(desk) == write(desk, to="other@example.org")
    assert OutgoingLetter.objects.count() == 1


def test_a_letter_of_a_transaction_that_was_undone_was_never_written(desk: Desk) -> None:
    def write_and_fail() -> None:
        with transaction.atomic():
            write(desk)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert not OutgoingLetter.objects.exists()


@pytest.mark.parametrize(
    ("temper", "state", "answer"),
    [
        ("refuses the recipient", "refused", "550 5.1.1 no such person"),
        ("refuses the letter", "refused", "554 5.7.1 we do not like it"),
        ("is busy", "queued", "451 4.7.1 later"),
        ("is busy after the letter", "queued", "452 4.3.1 no room"),
        ("greets with a refusal", "queued", "554 not today"),
        ("hangs up early", "queued", "SMTPServerDisconnected"),
        ("hangs up at the letter", "unknown", "SMTPServerDisconnected"),
    ],
)
def test_how_far_a_letter_got_is_known(
    desk: Desk, settings: Settings, temper: str, state: str, answer: str
) -> None:
    with server(temper) as running:
        settings.REGLAMENT_MAIL_SERVER = running.address
        write(desk)
        jobs.hand_over_due(WORKER)
    letter = only()
    assert (letter.state, letter.handed_over_at) == (state, None)
    assert answer in letter.server_answer
    assert (letter.next_attempt_at > clock.unmoved()) == (state == "queued")


@pytest.mark.usefixtures("_impatient")
def test_a_server_that_took_the_letter_and_fell_silent_leaves_it_unknown_and_is_not_asked_again(
    desk: Desk, settings: Settings
) -> None:
    with server("stalls at the letter") as running:
        settings.REGLAMENT_MAIL_SERVER = running.address
        write(desk)
        jobs.hand_over_due(WORKER)
        jobs.hand_over_due(WORKER)
        assert len(running.letters) == 1
    assert only().state == DeliveryState.UNKNOWN


def test_a_refused_letter_does_not_keep_the_next_from_leaving(desk: Desk, settings: Settings) -> None:
    with server("refuses the recipient") as running:
        settings.REGLAMENT_MAIL_SERVER = running.address
        write(desk, key="one")
        write(desk, key="two")
        del running.answers[b"RCPT"]
        running.answers[b"MAIL"] = b"250 ok"
        jobs.hand_over_due(WORKER)
        assert len(running.letters) == 2
        running.answers[b"RCPT"] = b"550 no"
        write(desk, key="three")
        jobs.hand_over_due(WORKER)
        del running.answers[b"RCPT"]
        write(desk, key="four")
        jobs.hand_over_due(WORKER)
    states = dict(OutgoingLetter.objects.values_list("key", "state"))
    assert states == {"one": "handed_over", "two": "handed_over", "three": "refused", "four": "handed_over"}


def test_a_server_that_is_not_there_is_tried_later_and_given_up_after_days(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server() as gone:
        settings.REGLAMENT_MAIL_SERVER = gone.address
    write(desk)
    now = clock.unmoved()

    def later() -> datetime:
        return now

    monkeypatch.setattr(clock, "unmoved", later)
    pauses: list[timedelta] = []
    for _ in range(60):
        jobs.hand_over_due(WORKER)
        letter = only()
        if letter.state != DeliveryState.QUEUED:
            break
        pauses.append(letter.next_attempt_at - now)
        now = letter.next_attempt_at
    assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (15, 30, 60, 120)]
    assert max(pauses) == 4 * HOUR
    assert only().state == DeliveryState.REFUSED
    assert "ConnectionRefused" in only().server_answer
    assert timedelta(days=3) < sum(pauses, timedelta()) <= timedelta(days=4)


def test_a_letter_waits_for_its_time(desk: Desk, taking: Server) -> None:
    write(desk)
    OutgoingLetter.objects.update(next_attempt_at=clock.unmoved() + HOUR)
    jobs.hand_over_due(WORKER)
    assert not taking.letters


def test_a_letter_that_another_worker_began_is_left_to_it(desk: Desk, taking: Server) -> None:
    letter = write(desk)
    durable.beat("another", clock.unmoved())
    OutgoingLetter.objects.update(state="sending", sending_by="another")
    with smtp.Connection(taking.address) as connection:
        jobs.hand_over(letter.pk, WORKER, connection)
    jobs.hand_over_due(WORKER)
    assert (only().state, taking.letters) == ("sending", [])


@pytest.mark.parametrize("whose", ["dead", WORKER])
def test_a_letter_whose_worker_died_in_the_middle_is_unknown_and_not_sent_again(
    desk: Desk, taking: Server, whose: str
) -> None:
    write(desk)
    durable.beat(WORKER, clock.unmoved())
    OutgoingLetter.objects.update(state="sending", sending_by=whose)
    jobs.hand_over_due(WORKER)
    jobs.hand_over_due(WORKER)
    assert (only().state, taking.letters) == ("unknown", [])


def test_a_person_decides_to_send_an_unknown_letter_again(desk: Desk, taking: Server) -> None:
    letter = write(desk)
    OutgoingLetter.objects.update(state="unknown")
    agent = make_staff(desk, Role.AGENT)
    actions.send_again(agent, letter, reason="the client has not got it", at=MOMENT)
    assert AuditEvent.objects.get().reason == "the client has not got it"
    jobs.hand_over_due(WORKER)
    assert len(taking.letters) == 1
    for by in (agent, make_staff(make_desk(), Role.ADMIN)):
        with pytest.raises(ActionRefused):
            actions.send_again(by, letter, reason="", at=MOMENT)


def test_who_cares_hears_of_a_handed_over_letter_in_the_same_transaction(desk: Desk, taking: Server) -> None:
    heard: list[tuple[str, bool]] = []

    def hear(sender: object, letter: OutgoingLetter, moment: datetime, **_: object) -> None:
        heard.append((letter.fulfils, moment == letter.handed_over_at))

    letter_handed_over.connect(hear)
    try:
        write(desk, fulfils="registration_notice")
        taking.answers[b"RCPT"] = b"451 later"
        jobs.hand_over_due(WORKER)
        assert heard == []
        taking.answers.clear()
        OutgoingLetter.objects.update(next_attempt_at=clock.unmoved())
        jobs.hand_over_due(WORKER)
    finally:
        letter_handed_over.disconnect(hear)
    assert heard == [("registration_notice", True)]


def test_a_letter_whose_file_is_gone_does_not_stop_the_others(desk: Desk, taking: Server) -> None:
    message = make_message(make_ticket(desk), kind="staff")
    Attachment.objects.create(
        desk=desk,
        message=message,
        file_name="a",
        content_type="a/b",
        size=1,
        sha256="0" * 64,
        storage_path="test/nowhere",
    )
    write(desk, message=message, key="one")
    write(desk, key="two")
    jobs.hand_over_due(WORKER)
    states = dict(OutgoingLetter.objects.values_list("key", "state"))
    assert states == {"one": "refused", "two": "handed_over"}


def test_letters_of_the_outbox_are_read_newest_first_and_by_message(desk: Desk) -> None:
    message = make_message(make_ticket(desk), kind="staff")
    first = write(desk, key="one", message=message)
    second = write(desk, key="two", at=MOMENT + DAY)
    other = write(make_desk(), key="three", at=MOMENT + 2 * DAY)
    assert list(queries.outbox(desk)) == [second, first]
    assert list(queries.outbox()) == [other, second, first]
    assert queries.letters_with([message]) == {message.pk: [first]}


def test_letters_about_accounts_go_through_the_outbox(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "reglament.desk.notices.account_mail.OutboxBackend"
    mail.send_mail("A new\npassword", "Open the link", None, ["anna@example.org"])
    letter = only()
    assert (letter.desk, letter.subject, letter.text) == (None, "A new password", "Open the link")
    assert letter.auto_submitted == actions.AUTOMATIC
