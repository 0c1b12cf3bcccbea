"""What people do with letters that the desk makes nothing of: by SMTP, at the pages, and back by SMTP."""

from __future__ import annotations

import pytest
from django.urls import reverse

from reglament.desk.tickets.models import TicketState
from tests.stories.cast import VERA
from tests.stories.stage import Stage

TWO_SENDERS = (
    f"From: {VERA}\r\nFrom: somebody@elsewhere.example\r\nTo: help@desk.example\r\nSubject: Печать\r\n"
    "Message-ID: <two@elsewhere.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    "Не печатает принтер.\r\n"
).encode()


@pytest.mark.usefixtures("transactional_db")
def test_a_held_letter_is_made_a_ticket_by_hand_and_its_writer_reads_the_reply(alleanza: Stage) -> None:
    """A letter with two senders waits for a person, keeps its moment, and is answered like any other."""
    held = alleanza.post(TWO_SENDERS, VERA)
    assert (held.state, held.reason) == ("hold", "from_repeated")
    assert alleanza.letters_to(VERA) == []
    alleanza.later(minutes=20)

    agent = alleanza.agent
    letters = agent.browser.open(reverse("workspace:letters", args=[alleanza.desk.slug]))
    assert "Печать" in letters.words
    assert "В письме несколько полей From." in letters.words
    form = agent.browser.open(reverse("workspace:letter_ticket", args=[alleanza.desk.slug, held.pk]))
    page = agent.browser.send(form, "", {"sender": VERA, "reason": "Она позвонила и подтвердила."})
    assert "Не печатает принтер." in page.words
    held.refresh_from_db()
    ticket = held.ticket
    assert ticket is not None
    assert ticket.received_at == held.received_at < alleanza.now
    assert str(ticket) in alleanza.words_to(VERA)

    agent.replies(ticket, "Проверьте бумагу.")
    assert "Проверьте бумагу." in alleanza.words_to(VERA)
    answered = alleanza.mail(VERA, "Помогло, спасибо.", answers=alleanza.letters_to(VERA)[-1])
    assert answered == ticket


@pytest.mark.usefixtures("transactional_db")
def test_spam_is_told_nothing_and_a_mistake_is_owed_as_from_receipt(alleanza: Stage) -> None:
    """Marked as spam, a ticket is closed in silence; brought back, its terms stand as they stood."""
    ticket = alleanza.mail(VERA, "Купите рельсы.")
    alleanza.work()
    before, sent = alleanza.owes(ticket), len(alleanza.letters_to(VERA))
    agent = alleanza.agent
    agent.marks_spam(ticket)
    ticket.refresh_from_db()
    assert (ticket.state, alleanza.queue()) == (TicketState.CLOSED, [])
    alleanza.work()
    assert len(alleanza.letters_to(VERA)) == sent

    agent.brings_back(ticket)
    ticket.refresh_from_db()
    assert (ticket.state, alleanza.queue()) == (TicketState.OPEN, [ticket])
    assert alleanza.owes(ticket) == before
    alleanza.work()
    assert len(alleanza.letters_to(VERA)) == sent
