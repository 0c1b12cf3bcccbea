"""Threads with several people in them, by mail alone: colleagues, strangers, staff who answer by letter."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid

from reglament.desk.channels.models import RawLetter
from reglament.desk.people.models import Contact
from reglament.desk.tickets.models import Ticket
from tests.stories.cast import ANNA, BORIS, VERA
from tests.stories.stage import Stage

QUOTING = """Скидка есть.

пн, 2 мар. 2026 г. в 10:05, Служба поддержки <help@infobox.example>:
> И ещё: есть ли скидка?
"""


def writes(
    stage: Stage, sender: str, text: str, answers: EmailMessage, *, proven: bool = True, **fields: str
) -> RawLetter:
    """Let somebody answer a letter of the desk, as mail programs do: to its Reply-To."""
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["Subject"] = sender, f"Re: {answers['Subject']}"
    to = answers["Reply-To"].addresses[0].addr_spec
    letter["To"] = to
    letter["Message-ID"], letter["In-Reply-To"] = make_msgid(domain="mail.example"), answers["Message-ID"]
    for name, value in fields.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(text)
    return stage.post(letter.as_bytes(), sender, to=to, proven=proven)


def told_the_agent(stage: Stage) -> tuple[Ticket, EmailMessage]:
    """Let Anna write twice, the agent having taken her ticket; give it and the letter to the agent."""
    ticket = stage.mail(ANNA, "Какие у вас тарифы?")
    stage.agent.takes(ticket)
    notice = stage.letters_to(ANNA)[-1]
    writes(stage, ANNA, "И ещё: есть ли скидка?", notice)
    return ticket, stage.letters_to(stage.agent.member.account.email)[-1]


def test_a_colleague_in_copy_replies_and_reads_on(infobox: Stage) -> None:
    """Boris may see the tickets of his organisation, so Anna's copy to him is enough."""
    Contact.objects.filter(email=BORIS).update(sees_colleagues_tickets=True)
    ticket = infobox.mail(ANNA, "Какие у вас тарифы?")
    notice = infobox.letters_to(ANNA)[-1]
    writes(infobox, ANNA, "Борис, смотри.", notice, Cc=f"{BORIS}, {VERA}")
    assert writes(infobox, BORIS, "Спасибо, жду.", notice).state == "append"
    infobox.agent.replies(ticket, "Скидка есть.")
    assert "Скидка есть." in infobox.words_to(BORIS)
    assert not infobox.letters_to(VERA)
    assert (
        BORIS
        in infobox.signed_in(ANNA)
        .browser.open(f"/d/{infobox.desk.slug}/portal/tickets/{ticket.number}/")
        .words
    )


def test_a_strangers_reply_changes_nothing_until_staff_let_them_in(infobox: Stage) -> None:
    """Vera got the letter passed on: what she writes is shown to staff alone."""
    ticket = infobox.mail(ANNA, "Какие у вас тарифы?")
    notice = infobox.letters_to(ANNA)[-1]
    infobox.agent.replies(ticket, "Вот они.")
    infobox.work()
    before = Ticket.objects.get(pk=ticket.pk)
    letter = writes(infobox, VERA, "Закройте заявку.", notice)
    assert (letter.state, letter.reason) == ("record_only", "stranger")
    after = Ticket.objects.get(pk=ticket.pk)
    assert (after.state, after.last_client_message_at, after.next_due_at) == (
        before.state,
        before.last_client_message_at,
        before.next_due_at,
    )
    assert not infobox.letters_to(VERA)
    shown = f"/d/{infobox.desk.slug}/portal/tickets/{ticket.number}/"
    assert "Закройте заявку" not in infobox.signed_in(ANNA).browser.open(shown).words
    assert "от постороннего" in infobox.agent.ticket(ticket).words


def test_staff_answer_the_letter_to_them_and_what_is_not_proven_sends_nothing(infobox: Stage) -> None:
    """INF-2 by mail: the agent's proven answer is the reply that meets the term; a forged one is held."""
    ticket, told = told_the_agent(infobox)
    address = infobox.agent.member.account.email
    forged = writes(infobox, address, "Мы вам ничего не должны.", told, proven=False)
    assert (forged.state, forged.reason) == ("hold", "staff_unproven")
    infobox.work()
    assert infobox.owed(ticket, "first_response").state == "open"
    assert "ничего не должны" not in infobox.words_to(ANNA)
    assert "staff_letter_held" in infobox.history(ticket)

    answer = writes(infobox, address, QUOTING, told)
    assert (answer.state, answer.reason) == ("append", "staff_reply")
    assert infobox.owed(ticket, "first_response").state == "met"
    said = infobox.words_to(ANNA)
    assert "Скидка есть." in said
    assert "И ещё: есть ли скидка?" not in said


def test_a_vacation_and_the_desk_fall_silent_at_once(infobox: Stage) -> None:
    """The agent's mailbox answers every letter by itself; nobody reads that, and no letter follows."""
    ticket, told = told_the_agent(infobox)
    address = infobox.agent.member.account.email
    messages = ticket.messages.count()
    marked = writes(infobox, address, "Я в отпуске.", told, Auto_Submitted="auto-replied")
    assert (marked.state, marked.reason) == ("ignore", "automatic_of_staff")
    assert ticket.messages.count() == messages
    assert len(infobox.letters_to(address)) == 1
    assert "Я в отпуске" not in infobox.words_to(ANNA)
