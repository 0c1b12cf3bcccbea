"""The clauses of Infobox on hours, channels and the client's data, as its desk lives by them."""

from __future__ import annotations

from reglament.desk.channels.models import Call
from reglament.desk.decisions.queries import chain_of, replay
from reglament.desk.operations.models import AuditEvent
from tests.stories.cast import ANNA, BORIS, GRIGORY, VERA
from tests.stories.letters import arf
from tests.stories.stage import Stage, local


def test_INF_1_support_never_closes_and_what_is_due_sooner_comes_first(infobox: Stage) -> None:
    """INF-1: a letter of New Year's night is owed its answer in three hours; the queue goes by due time."""
    infobox.at("2026-01-01 01:30")
    letter = infobox.mail(VERA, "Какие у вас тарифы?")
    infobox.later(minutes=30)
    request = infobox.signed_in(ANNA).asks("consultation")

    assert infobox.owes(letter) == {"first_response": "2026-01-01 04:30"}
    assert infobox.owes(request) == {"first_response": "2026-01-01 03:00"}
    assert infobox.queue() == [request, letter]


def test_INF_2_each_channel_has_its_term_and_only_a_person_meets_it(infobox: Stage) -> None:
    """INF-2: an hour in the panel, three by the form and by mail; the notice meets nothing, a reply does."""
    panel = infobox.signed_in(ANNA).asks("consultation")
    form = infobox.visitor(VERA).asks("consultation")
    letter = infobox.mail(BORIS, "Какие у вас тарифы?")

    due = {ticket.channel: infobox.owes(ticket)["first_response"] for ticket in (panel, form, letter)}
    assert due == {
        "portal": "2026-03-02 11:00",
        "guest_form": "2026-03-02 13:00",
        "email": "2026-03-02 13:00",
    }
    promised = "Первый ответ — не позднее: понедельник, 2 марта 2026, 13:00, Москва, UTC+3 (INF-2)"
    assert promised in infobox.words_to(BORIS)
    assert infobox.owed(letter, "first_response").state == "open"
    infobox.later(hours=2)
    infobox.agent.replies(letter, "Тарифы на сайте.")
    infobox.work()
    assert infobox.owed(letter, "first_response").state == "met"
    assert infobox.owed(panel, "first_response").state == "breached"
    assert infobox.owed(form, "first_response").state == "open"


def test_INF_2_a_call_is_answered_live_and_its_line_is_kept(infobox: Stage) -> None:
    """INF-2: the phone has no term; other ways are not offered and have none either."""
    call = infobox.agent.logs_call("Спросил о тарифах", of=ANNA, line="+7 000 000-00-02")
    chat = infobox.agent.logs_talk("chat", "Спросил о тарифах", of=ANNA)

    assert infobox.owes(call) == {}
    assert infobox.decision(call)["outcome"] == "accept"
    assert Call.objects.get().line == "+7 000 000-00-02"
    asked_elsewhere = chat
    decision = infobox.decision(asked_elsewhere)
    assert (decision["outcome"], infobox.owes(asked_elsewhere)) == ("redirect", {})
    assert set(decision["redirect_to"]) == {"portal", "guest_form", "email", "phone"}
    assert "INF-2" in infobox.cites(asked_elsewhere)


def test_INF_3_a_letter_becomes_an_authorised_request_by_one_press(infobox: Stage) -> None:
    """INF-3: a known but unproven address asks to replace a file; confirmed in the panel, it may be done.

    Both decisions stay, the answer is due at the earlier of the two terms, and history shows it all.
    """
    ticket = infobox.mail(BORIS, "Замените index.html на вложенный.", subject="Замена файла")
    infobox.agent.names(ticket, "file_change")
    assert infobox.decision(ticket)["outcome"] == "redirect"
    assert infobox.owes(ticket) == {"first_response": "2026-03-02 13:00"}
    asked = infobox.words_to(BORIS)
    assert "Нужно ваше подтверждение" in asked
    assert "INF-3" in asked
    assert f"/d/infobox/portal/tickets/{ticket.number}/" in asked

    infobox.later(minutes=30)
    boris = infobox.signed_in(BORIS)
    assert "INF-3" in boris.ticket(ticket).words
    confirmed = boris.confirms(ticket)

    assert confirmed.status == 200
    assert not confirmed.offers("/confirm/1/")
    chain = chain_of(infobox.request(ticket))
    assert [(one.outcome, one.cause) for one in chain] == [
        ("accept", "received"),
        ("redirect", "kind_named"),
        ("accept", "confirmed"),
    ]
    assert all(replay(one).same for one in chain)
    assert infobox.request(ticket).authentication == "authorised"
    assert infobox.owes(ticket) == {"first_response": "2026-03-02 11:30"}
    assert "confirmed" in infobox.history(ticket)
    shown = boris.why(ticket).words
    assert "Клиент подтвердил заявку действует" in shown
    assert "Поддержка назвала вид обращения сегодня в 10:00 Поступило обращение" in shown


def test_INF_3_a_late_press_gives_no_later_term(infobox: Stage) -> None:
    """INF-3: the answer is due at the earlier of the old due time and the press plus an hour."""
    ticket = infobox.mail(BORIS, "Замените index.html.")
    infobox.agent.names(ticket, "file_change")
    infobox.at("2026-03-02 12:45")

    infobox.signed_in(BORIS).confirms(ticket)

    assert infobox.owes(ticket) == {"first_response": "2026-03-02 13:00"}


def test_INF_3_nobody_else_can_press(infobox: Stage) -> None:
    """INF-3: the request is confirmed in the panel of the client who asks, and by nobody else."""
    ticket = infobox.mail(GRIGORY, "Замените index.html.")
    infobox.agent.names(ticket, "file_change")

    assert infobox.signed_in(ANNA).ticket(ticket).status == 404
    assert infobox.decision(ticket)["outcome"] == "redirect"


def test_INF_4_nothing_is_done_with_data_without_a_recorded_permission(infobox: Stage) -> None:
    """INF-4: work cannot be marked done before who, when, what and through what is on record."""
    ticket = infobox.mail(ANNA, "Поправьте настройки домена.")
    infobox.agent.names(ticket, "domain_settings_change")
    assert "INF-4" in infobox.agent.kept_from(ticket, "complete")
    assert {"INF-3", "INF-4"} <= infobox.cites(ticket)
    assert infobox.decision(ticket)["needs_permission"] is True

    infobox.later(minutes=10)
    infobox.mail(ANNA, "Разрешаю менять записи домена.", answers=infobox.letters_to(ANNA)[-1])
    infobox.agent.permits(ticket, "записи домена romashka.example")
    infobox.agent.completes(ticket)

    permission = ticket.permissions.get()
    assert (permission.given_by, permission.recorded_by) == (infobox.contact(ANNA), infobox.agent.member)
    assert local(permission.given_at) == "2026-03-02 10:10"
    assert permission.through is not None
    logged = AuditEvent.objects.filter(desk=infobox.desk, account=infobox.agent.member.account)
    shown = infobox.agent.ticket(ticket).words
    assert f"записал(а) {infobox.agent.member.account.name}" in shown
    assert "сообщением от 02.03.2026 10:10" in shown
    assert {"record_permission", "complete_request"} <= set(logged.values_list("what", flat=True))
    ticket.refresh_from_db()
    assert ticket.state == "completed"


def test_INF_4_an_authorised_request_is_itself_the_permission(infobox: Stage) -> None:
    """INF-4: what is asked for in the panel may be done at once, and the client reads why."""
    anna = infobox.signed_in(ANNA)
    ticket = anna.asks("file_change", "Замените index.html.")

    assert infobox.decision(ticket)["needs_permission"] is False
    assert "и есть разрешение на эту работу" in infobox.words_to(ANNA)
    shown = infobox.agent.ticket(ticket).words
    assert "Разрешения клиента" in shown
    assert "Изменение файлов" in ticket.permissions.get().what
    assert "разрешено самой заявкой" in shown
    assert "file_change" not in shown
    infobox.agent.completes(ticket)
    assert "INF-4" in anna.why(ticket).words


def test_INF_4_advice_needs_a_permission_only_to_look_inside(infobox: Stage) -> None:
    """INF-4: a question about a script is taken by mail; the desk is told that looking inside needs leave."""
    ticket = infobox.mail(ANNA, "Услуга: Облачный хостинг\nСкрипт падает.")
    infobox.agent.names(ticket, "script_error")

    decision = infobox.decision(ticket)
    assert (decision["outcome"], decision["needs_permission"]) == ("accept", True)
    assert infobox.agent.offered(ticket, "complete")


def test_INF_5_anybody_may_report_abuse_and_a_machine_report_is_understood(infobox: Stage) -> None:
    """INF-5: a report in the form of RFC 5965 from a stranger is taken, judged and answered in time."""
    infobox.post(arf(), "fbl@provider.example", to="abuse@infobox.example")

    ticket = infobox.desk.tickets.get()
    assert infobox.last_letter is not None
    assert infobox.last_letter.state == "complaint"
    request = infobox.request(ticket)
    assert (request.kind, request.authentication) == ("abuse_report", "anonymous")
    decision = infobox.decision(ticket)
    assert (decision["outcome"], decision["responsibility"]) == ("accept", "provider")
    assert "INF-5" in infobox.cites(ticket)
    assert infobox.owes(ticket) == {"first_response": "2026-03-02 13:00"}


def test_INF_5_a_report_by_the_form_and_trouble_of_any_service_are_ours(infobox: Stage) -> None:
    """INF-5: a visitor reports phishing by the form; a client slowness, and asks about a payment."""
    abuse = infobox.visitor(VERA).asks("abuse_report", "На вашем хостинге подделка нашего сайта.")
    anna = infobox.signed_in(ANNA)
    slow = anna.asks("degradation_report", service="vps")
    help_ = anna.asks("account_help", "Верните деньги за услугу.")

    for ticket in (abuse, slow, help_):
        decision = infobox.decision(ticket)
        assert (decision["outcome"], decision["responsibility"]) == ("accept", "provider")
        assert decision["service_level"] == "full"
        assert "INF-5" in infobox.cites(ticket)
