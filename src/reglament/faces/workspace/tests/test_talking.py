"""Writing in a ticket: replies, notes, questions; two who write at once; a session that ran out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reglament.desk.channels.intake import receive
from reglament.desk.tests.tram import MINUTE, NOW, arrive, coming
from reglament.desk.tickets.models import Message, MessageKind, Ticket, TicketState
from reglament.faces.workspace.tests.house import BACKEND, House, sit, text

pytestmark = pytest.mark.django_db


def last_seen(ticket: Ticket) -> int:
    message = ticket.messages.order_by("-pk").first()
    return message.pk if message is not None else 0


def say(house: House, browser: Client, ticket: Ticket, words: str, **more: Any) -> Any:
    data = {"what": "reply", "text": words, "seen": last_seen(ticket), **more}
    return browser.post(house.url("say", ticket.number), data)


def words_of(ticket: Ticket, kind: str) -> list[str]:
    return list(Message.objects.filter(ticket=ticket, kind=kind).values_list("text", flat=True))


def test_a_reply_stands_in_the_conversation_and_meets_what_is_owed(house: House) -> None:
    ticket, _ = arrive(house.desk, sender_address=house.client.email, kind="question")
    house.at(NOW + MINUTE)
    desk = sit(house.agent)
    answer = say(house, desk, ticket, "The tram comes at noon.")
    assert answer.headers["Location"] == house.url("ticket", ticket.number)
    page = text(desk.get(answer.headers["Location"]))
    assert "The tram comes at noon." in page
    assert "is-staff" in page
    assert "A deadline was met: Answer" in page
    assert ticket.outgoing_letters.filter(fulfils="staff_reply").count() == 1


def test_a_reply_may_hand_the_turn_to_the_client_and_carry_files(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    file = SimpleUploadedFile("План депо.txt", b"tracks", "text/plain")
    say(house, sit(house.agent), ticket, "See the plan.", waits="1", files=file)
    ticket.refresh_from_db()
    assert ticket.state == TicketState.WAITING_CLIENT
    page = text(sit(house.agent).get(house.url("ticket", ticket.number)))
    assert "План депо.txt" in page
    attachment = Message.objects.get(kind=MessageKind.STAFF).attachments.get()
    got = sit(house.agent).get(house.url("file", ticket.number, attachment.pk))
    assert got.content == b"tracks"
    assert "attachment" in got.headers["Content-Disposition"]


def test_a_note_is_kept_apart_and_staff_of_other_departments_may_write_one(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    answer = say(house, sit(house.clerk), ticket, "I know this rider.", what="note")
    assert answer.status_code == HTTPStatus.FOUND
    assert words_of(ticket, "note") == ["I know this rider."]
    assert not ticket.outgoing_letters.filter(text__contains="I know this rider").exists()
    assert "the client does not see it" in text(sit(house.agent).get(house.url("ticket", ticket.number)))


def test_a_reply_from_another_department_is_refused_and_stays_typed(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    answer = say(house, sit(house.clerk), ticket, "Hello")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "in the hands of another department" in text(answer)
    assert words_of(ticket, "staff") == []


def test_an_empty_reply_is_not_sent(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    answer = say(house, sit(house.agent), ticket, "   ")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Write something first" in text(answer)


def test_what_is_missing_is_ticked_beforehand_and_asked_for_in_one_press(house: House) -> None:
    ticket, _ = arrive(house.desk, sender_address=house.client.email, kind="repair", text="It squeals")
    desk = sit(house.agent)
    page = text(desk.get(house.url("ticket", ticket.number)))
    assert 'name="fields" value="route" checked' in page
    assert 'name="fields" value="topic">' in page
    answer = say(house, desk, ticket, "One moment.", what="ask", fields=["route"], position="1")
    assert answer.status_code == HTTPStatus.FOUND
    ticket.refresh_from_db()
    assert ticket.state == TicketState.WAITING_CLIENT
    (words,) = words_of(ticket, "staff")
    assert words.startswith("One moment.")
    assert "маршрут" in words


def test_two_who_reply_at_once_each_see_the_other_and_both_replies_stand(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    seen = last_seen(ticket)
    say(house, sit(house.agent), ticket, "First answer.", seen=seen)
    second = sit(house.lead)
    stopped = say(house, second, ticket, "Second answer, long and thought over.", seen=seen)
    page = text(stopped)
    assert stopped.status_code == HTTPStatus.CONFLICT
    assert words_of(ticket, "staff") == ["First answer."]
    assert "Somebody wrote here while you were writing" in page
    assert "First answer." in page
    assert "is-new" in page
    assert "Second answer, long and thought over.</textarea>" in page
    assert f'name="seen" value="{last_seen(ticket)}"' in page
    sent = say(house, second, ticket, "Second answer, long and thought over.", seen=last_seen(ticket))
    assert sent.status_code == HTTPStatus.FOUND
    assert words_of(ticket, "staff") == ["First answer.", "Second answer, long and thought over."]


def test_a_letter_that_came_meanwhile_is_read_before_a_reply_goes(house: House) -> None:
    ticket, _ = arrive(house.desk, sender_address=house.client.email, kind="question")
    seen = last_seen(ticket)
    receive(
        coming(
            house.desk, sender_address=house.client.email, text="Never mind.", ticket_number=ticket.number
        ),
        NOW,
    )
    stopped = say(house, sit(house.agent), ticket, "We look for it.", seen=seen)
    assert stopped.status_code == HTTPStatus.CONFLICT
    assert "Never mind." in text(stopped)


def test_what_was_typed_outlives_a_session_that_ran_out(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    browser = sit(house.agent)
    browser.session.flush()
    answer = say(house, browser, ticket, "An hour of thought.", csrfmiddlewaretoken="x")
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"].endswith(
        f"next=%2Fd%2Ftram%2Fwork%2Ftickets%2F{ticket.number}%2Fsay%2F"
    )
    assert words_of(ticket, "staff") == []
    browser.force_login(house.agent.account, backend=BACKEND)
    page = text(browser.get(house.url("say", ticket.number)))
    assert "An hour of thought.</textarea>" in page
    assert "when your session ran out" in page
    again = browser.get(house.url("say", ticket.number))
    assert again.headers["Location"] == house.url("ticket", ticket.number)


def test_a_secret_that_was_typed_is_not_kept_over_a_sign_in(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="refund")
    browser = sit(None)
    url = house.ticket_url("act", ticket, "correct_facts", request=1)
    browser.post(url, {"fields.pass_code": "4711", "reason": "told by phone"})
    kept = str(dict(browser.session))
    assert "told by phone" in kept
    assert "4711" not in kept


@pytest.mark.parametrize("typed", [{"text": "x" * 200_000}, {f"x{number}": "y" for number in range(200)}])
def test_nobody_fills_the_table_of_sessions_with_what_they_type(house: House, typed: dict[str, str]) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    browser = sit(None)
    answer = browser.post(house.ticket_url("say", ticket), typed)
    assert answer.status_code == HTTPStatus.FOUND
    assert len(str(dict(browser.session))) < 1000


def test_what_a_letter_quotes_is_folded_and_its_html_stands_in_a_frame_alone(house: House) -> None:
    ticket, _ = arrive(
        house.desk, quoted="-- \nRider", html="<p>The tram is <b>late</b>.</p>", text="The tram is late."
    )
    message = ticket.messages.get()
    page = text(sit(house.agent).get(house.url("ticket", ticket.number)))
    frame = house.url("message_html", ticket.number, message.pk)
    assert f'src="{frame}" sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "<b>late</b>" not in page
    answer = sit(house.agent).get(frame)
    assert "<b>late</b>" in text(answer)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert sit(house.foreign).get(frame).status_code == HTTPStatus.NOT_FOUND
