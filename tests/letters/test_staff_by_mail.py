"""Staff answer a ticket by answering the letter that told them of it, and nobody else does."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest

from reglament.desk.channels.email.receiving import Verdict
from reglament.desk.channels.models import RawLetter
from reglament.desk.notices.mime import message_of
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.notices.staff_addresses import invited_by, staff_address
from reglament.desk.people.models import StaffMember
from reglament.desk.people.staff import choose_notifications
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.tram import staff_at
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Message, MessageKind, Ticket
from tests.letters.state import NOW
from tests.letters.test_road_of_a_letter import ANNA, OUR_LETTER, letter, send

KEY = b"key"


@pytest.fixture
def agent(desk: Desk) -> StaffMember:
    member = staff_at(desk)
    member.account.email = "agent@example.net"
    member.account.save()
    return member


@pytest.fixture
def told(desk: Desk, agent: StaffMember) -> OutgoingLetter:
    """Give the letter to the agent about a client's message."""
    actions.take(agent, Ticket.objects.get(number=1042), at=NOW)
    send(desk, letter("Subject: Сайт", f"In-Reply-To: {OUR_LETTER}", text="Всё ещё не открывается."))
    return OutgoingLetter.objects.get(template="staff_notification")


def answer(
    desk: Desk,
    told: OutgoingLetter,
    text: str = "Проверим сегодня.",
    *fields: str,
    sender: str = "agent@example.net",
    proven: bool = True,
    to: str = "",
) -> Verdict:
    raw = letter("Subject: Re", *fields, sender=sender, proven=proven, text=text)
    return send(desk, raw, mail_from=sender, to=to or told.reply_to)


def public(ticket: int = 1042) -> list[str]:
    rows = Message.objects.filter(ticket__number=ticket, kind=MessageKind.STAFF)
    return list(rows.order_by("pk").values_list("text", flat=True))


def test_an_address_for_staff_opens_one_ticket_to_one_member_and_none_to_clients() -> None:
    made = staff_address("Support@Example.com", 1042, 7, KEY)
    found = invited_by(made, KEY)
    assert found is not None
    assert (found.number, found.member_id) == (1042, 7)
    assert invited_by(made.replace(".m7.", ".m8."), KEY) is None
    assert invited_by(made.replace("+1042.", "+1043."), KEY) is None
    assert invited_by(made, b"other") is None
    assert staff_address(f"{'a' * 60}@example.com", 1042, 7, KEY) == ""


def test_the_letter_says_that_a_machine_wrote_it_and_where_to_answer(told: OutgoingLetter) -> None:
    message = message_from_bytes(message_of(told).as_bytes(), policy=SMTP)
    assert message["Auto-Submitted"] == "auto-generated"
    assert told.reply_to in message["Reply-To"]
    assert told.recipient == "agent@example.net"
    assert "Всё ещё не открывается." in told.text
    assert "{%" not in told.text


def test_a_proven_answer_is_the_public_reply_and_goes_on_to_the_client(
    desk: Desk, agent: StaffMember, told: OutgoingLetter
) -> None:
    quoted = "Проверим сегодня.\n\n-- \nБорис\n\nвт, 13 окт. 2026 г. в 12:05, Поддержка <a@b.example>:\n> Всё"
    verdict = answer(desk, told, quoted)
    assert (verdict.action, verdict.reason, verdict.ticket_number) == ("append", "staff_reply", 1042)
    assert public() == ["Проверим сегодня."]
    message = Message.objects.get(kind=MessageKind.STAFF)
    assert (message.author, message.channel, message.proof["proven"]) == (agent.account, "email", True)
    sent = OutgoingLetter.objects.get(template="staff_reply")
    assert (sent.recipient, sent.values["text"]) == (ANNA, "Проверим сегодня.")
    assert told.internet_message_id not in sent.references
    assert answer(desk, told, quoted).action == "duplicate"
    assert len(public()) == 1


def test_files_go_with_the_answer(desk: Desk, told: OutgoingLetter) -> None:
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\nContent-Type: text/plain\r\n"
        "Content-Disposition: attachment; filename=log.txt\r\n\r\nlines\r\n--b--\r\n"
    )
    raw = letter("Subject: Re", sender="agent@example.net", proven=True, text=body)
    raw = raw.replace(
        b"Content-Type: text/plain; charset=utf-8", b"Content-Type: multipart/mixed; boundary=b", 1
    )
    assert send(desk, raw, to=told.reply_to).reason == "staff_reply"
    message = Message.objects.get(kind=MessageKind.STAFF)
    assert [file.file_name for file in message.attachments.all()] == ["log.txt"]


@pytest.mark.parametrize("mark", ["#note", "#заметка", "#Заметка "])
def test_a_first_line_makes_a_note_of_it(desk: Desk, told: OutgoingLetter, mark: str) -> None:
    assert answer(desk, told, f"{mark}\nКлиент сердится.").reason == "staff_note"
    assert public() == []
    assert Message.objects.get(kind=MessageKind.NOTE).text == "Клиент сердится."
    assert not OutgoingLetter.objects.filter(template="staff_reply").exists()


@pytest.mark.parametrize(
    ("reason", "given"),
    [
        ("staff_unproven", {"proven": False}),
        ("staff_other_address", {"sender": "eve@evil.example"}),
        ("staff_other_address", {"sender": ANNA}),
    ],
)
def test_what_is_not_proven_to_be_the_members_own_letter_is_held_and_told_on_the_ticket(
    desk: Desk, told: OutgoingLetter, reason: str, given: dict[str, object]
) -> None:
    messages = Message.objects.count()
    verdict = answer(desk, told, **given)  # type: ignore[arg-type]
    assert (verdict.action, verdict.reason, verdict.ticket_number) == ("hold", reason, 1042)
    assert Message.objects.count() == messages
    assert not OutgoingLetter.objects.filter(template="staff_reply").exists()
    event = Ticket.objects.get(number=1042).timeline.get(kind="staff_letter_held")
    assert event.values == {"letter": RawLetter.objects.latest("pk").pk, "why": reason}


def test_whoever_left_or_works_elsewhere_answers_nothing(
    desk: Desk, agent: StaffMember, told: OutgoingLetter
) -> None:
    agent.departments.clear()
    assert answer(desk, told).reason == "staff_not_allowed"
    agent.left_at = NOW
    agent.save()
    assert answer(desk, told, "Ещё раз.").reason == "staff_gone"
    assert public() == []


def test_an_answer_to_a_closed_ticket_and_an_empty_one_are_held(
    desk: Desk, agent: StaffMember, told: OutgoingLetter
) -> None:
    assert answer(desk, told, " ").reason == "staff_nothing_written"
    actions.close(agent, Ticket.objects.get(number=1042), at=NOW, reason="Готово.")
    assert answer(desk, told).reason == "staff_refused"


def test_a_vacation_of_a_member_is_no_answer_wherever_it_is_sent(desk: Desk, told: OutgoingLetter) -> None:
    messages = Message.objects.count()
    marks = ("Auto-Submitted: auto-replied", f"In-Reply-To: {told.internet_message_id}")
    assert answer(desk, told, "Я в отпуске.", *marks).reason == "automatic_of_staff"
    elsewhere = answer(desk, told, "Я в отпуске до пятницы.", *marks, to="support@example.com")
    assert (elsewhere.action, elsewhere.reason) == ("ignore", "automatic_of_staff")
    assert Message.objects.count() == messages
    assert OutgoingLetter.objects.filter(template="staff_notification").count() == 1


def test_an_answer_whose_program_left_the_reply_address_out_is_known_by_the_letter_it_answers(
    desk: Desk, told: OutgoingLetter
) -> None:
    verdict = answer(
        desk, told, "Проверим.", f"In-Reply-To: {told.internet_message_id}", to="support@example.com"
    )
    assert verdict.reason == "staff_reply"


def test_followers_are_told_too_and_whoever_switched_letters_off_is_not(
    desk: Desk, agent: StaffMember
) -> None:
    ticket = Ticket.objects.get(number=1042)
    other = staff_at(desk)
    actions.take(agent, ticket, at=NOW)
    actions.follow(other, ticket, at=NOW)
    choose_notifications(agent, by_mail=False, at=NOW)
    send(desk, letter("Subject: Сайт", f"In-Reply-To: {OUR_LETTER}"))
    letters = OutgoingLetter.objects.filter(template="staff_notification")
    assert [one.recipient for one in letters] == [other.account.email]
    actions.unfollow(other, ticket, at=NOW)
    send(desk, letter("Subject: Сайт", f"In-Reply-To: {OUR_LETTER}", text="Ещё."))
    assert letters.count() == 1


def test_who_is_assigned_a_ticket_is_told_and_who_takes_it_is_not(desk: Desk, agent: StaffMember) -> None:
    from reglament.desk.people.models import Role

    lead = staff_at(desk, Role.LEAD)
    ticket = Ticket.objects.get(number=1042)
    actions.take(lead, ticket, at=NOW)
    actions.assign(lead, ticket, agent, at=NOW)
    letters = OutgoingLetter.objects.filter(template="staff_notification")
    assert [(one.recipient, one.values["why"]) for one in letters] == [("agent@example.net", "assigned")]


def test_letters_to_staff_are_bounded_and_use_up_nothing_of_what_clients_may_get(
    desk: Desk, agent: StaffMember
) -> None:
    actions.take(agent, Ticket.objects.get(number=1042), at=NOW)
    for place in range(15):
        send(desk, letter("Subject: Сайт", f"In-Reply-To: {OUR_LETTER}", text=f"Письмо {place}."))
    letters = OutgoingLetter.objects.filter(template="staff_notification")
    assert letters.count() == 10
    later = NOW + timedelta(hours=2)
    assert letters.filter(created_at__gt=later).count() == 0
