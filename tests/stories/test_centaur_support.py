"""The clause of Centaur by which a person stops the support of a client, and takes that back."""

from __future__ import annotations

from django.urls import reverse

from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.support import stops_of
from reglament.desk.tickets.models import Ticket
from tests.stories.cast import ANNA, BORIS
from tests.stories.stage import Stage, local
from tests.stories.web import Browser, Page

INSULTS = "Оскорбления в переписке."


def at_work(stage: Stage, browser: Browser, ticket: Ticket, act: str = "", **query: str) -> Page:
    """Open a ticket in the workspace, or the form of an act on it."""
    name, more = ("workspace:act", [act]) if act else ("workspace:ticket", [])
    return browser.open(reverse(name, args=[stage.desk.slug, ticket.number, *more]), **query)


def test_CEN_12_a_lead_stops_the_support_of_a_client_and_what_comes_is_still_registered(
    centaur: Stage,
) -> None:
    """CEN-12: support is stopped by a person, for a reason, and the client learns the clause and the cure."""
    lead, agent = Browser(centaur.lead.member.account), Browser(centaur.agent.member.account)
    ticket = centaur.mail(ANNA, "Негодяи!")
    centaur.agent.marks_rude(ticket)
    owed = centaur.owes(ticket)
    seen = at_work(centaur, agent, ticket)
    assert "Прекратить поддержку клиента" in seen.words
    assert not seen.leads_to("/act/stop_support/")
    assert "CEN-12" in seen.words

    form = at_work(centaur, lead, ticket, "stop_support")
    shown = lead.send(form, values={"reason": INSULTS})

    assert "Поддержка этого клиента прекращена" in shown.words
    assert centaur.owes(ticket) == owed
    told = centaur.words_to(ANNA)
    assert all(words in told for words in (INSULTS, "CEN-12", "Обратитесь снова в деловом тоне."))
    (stop,) = stops_of(centaur.contact(ANNA).organisation)
    assert (stop.clause, stop.stopped_by, local(stop.stopped_at)) == (
        "CEN-12",
        centaur.lead.member,
        "2026-03-02 10:00",
    )
    assert AuditEvent.objects.get(what="stop_support").reason == INSULTS

    centaur.later(minutes=10)
    colleague = centaur.mail(BORIS, "У нас сбой.", subject="Сбой")
    notice = centaur.words_to(BORIS)
    assert str(colleague) in notice
    assert "оказание поддержки вам прекращено" in notice
    assert "CEN-12" in notice
    assert centaur.decision(colleague)["outcome"] == "accept"
    refusal = at_work(centaur, agent, colleague, "refuse", request="1")
    assert "оказание поддержки прекращено (CEN-12)" in refusal.words


def test_CEN_12_support_is_resumed_by_a_person_and_the_former_decision_stays_on_record(
    centaur: Stage,
) -> None:
    """CEN-12: the decision is reversible; both it and its reversal keep who, when and why."""
    lead = Browser(centaur.lead.member.account)
    ticket = centaur.mail(ANNA, "Негодяи!")
    centaur.agent.marks_rude(ticket)
    lead.send(at_work(centaur, lead, ticket, "stop_support"), values={"reason": INSULTS})
    centaur.later(hours=1)

    form = at_work(centaur, lead, ticket, "restore_support")
    shown = lead.send(form, values={"reason": "Извинились."})

    assert "Поддержка этого клиента прекращена" not in shown.words
    assert "Возобновляем оказание поддержки" in centaur.words_to(ANNA)
    (stop,) = stops_of(centaur.contact(ANNA).organisation)
    assert (stop.reason, stop.restored_because) == (INSULTS, "Извинились.")
    assert (stop.restored_by, local(stop.restored_at)) == (centaur.lead.member, "2026-03-02 11:00")
    assert {"support_stopped", "support_restored"} <= set(centaur.history(ticket))
    later = centaur.mail(BORIS, "У нас сбой.", subject="Сбой")
    assert "прекращено" not in centaur.words_to(BORIS)
    assert "поддержка прекращена" not in at_work(centaur, lead, later).words.lower()
