"""The clauses of 1HS on departments, channels and proofs, as its clients and its desk live by them."""

from __future__ import annotations

import pytest

from reglament.desk.decisions.queries import chain_of
from reglament.desk.notices.models import OutgoingLetter
from tests.stories.cast import ANNA, BORIS, GRIGORY, VERA
from tests.stories.letters import bounce
from tests.stories.reading import everywhere, rows_with
from tests.stories.staff import Declined
from tests.stories.stage import Stage, words_of

DOMAIN = {"account_name": "romashka.example"}


def test_HS_1_the_published_regulation_tells_the_terms_and_the_departments(onehs: Stage) -> None:
    """HS-1: the glossary and both departments stand in the document that anybody may read."""
    words = onehs.visitor(VERA).reads("public:regulation").words

    assert "личный кабинет" in words.lower()
    assert "абонент" in words.lower()
    assert "HS-1" in words
    assert [one.name for one in onehs.desk.departments.all()] == ["stp", "ork"]


def test_HS_2_the_first_department_does_what_the_client_cannot(onehs: Stage) -> None:
    """HS-2: a change of password goes to STP; where the client can do it alone, it is not covered."""
    anna = onehs.signed_in(ANNA)
    ticket = anna.asks("password_change", fields=DOMAIN)
    assert ticket.department.name == "stp"
    assert onehs.decision(ticket)["outcome"] == "accept"

    onehs.agent_of("stp").corrects(ticket, {"circumstances.self_service": True}, "меняется в кабинете")

    decision = onehs.decision(ticket)
    assert (decision["outcome"], decision["offer"]) == ("not_covered", None)
    assert "HS-2" in anna.ticket(ticket).words


def test_HS_3_a_ticket_in_the_wrong_department_is_moved_with_its_history(onehs: Stage) -> None:
    """HS-3: one press moves it; number, talk and decisions stay, and the other department's term holds."""
    anna = onehs.signed_in(ANNA)
    ticket = anna.asks("consultation", "Смените мне тариф.", fields=DOMAIN)
    onehs.later(minutes=20)
    onehs.agent_of("stp").replies(ticket, "Передаю коллегам.")

    assert "Передать: ОРК" in onehs.agent_of("stp").ticket(ticket).words
    onehs.agent_of("stp").moves(ticket, "ork")

    ticket.refresh_from_db()
    assert ticket.department.name == "ork"
    assert ticket in onehs.queue("ork")
    assert ticket not in onehs.queue("stp")
    assert onehs.owes(ticket) == {"processing": "2026-03-04 18:00"}
    assert ticket.messages.count() == 2
    assert [one.cause for one in chain_of(onehs.request(ticket))] == ["received", "department_moved"]
    assert "department_moved" in onehs.history(ticket)
    assert not onehs.agent_of("stp").offered(ticket, "reply")
    assert "Передаю коллегам." in anna.ticket(ticket).words


def test_HS_3_payments_and_domains_go_to_client_relations(onehs: Stage) -> None:
    """HS-3: a payment to be posted is ORK's from the start, and so is what fits nothing else."""
    anna = onehs.signed_in(ANNA)

    assert anna.asks("payment_posting").department.name == "ork"
    assert anna.asks("domain_renewal").department.name == "ork"
    assert anna.asks("other").department.name == "ork"


def test_HS_4_work_is_based_on_a_ticket_of_the_personal_area(onehs: Stage) -> None:
    """HS-4: a letter leads to the personal area, where one press makes it a ticket."""
    ticket = onehs.mail(BORIS, "Имя аккаунта: romashka.example\nСайт не открывается.")
    decision = onehs.decision(ticket)
    assert (decision["outcome"], decision["redirect_to"]) == ("redirect", ["portal"])
    words = onehs.words_to(BORIS)
    assert f"/portal/tickets/{ticket.number}/" in words
    assert "HS-4" in words

    onehs.later(minutes=5)
    onehs.signed_in(BORIS).confirms(ticket)

    request = onehs.request(ticket)
    assert (request.channel, request.authentication) == ("portal", "authorised")
    assert onehs.decision(ticket)["outcome"] == "accept"
    assert [one.outcome for one in chain_of(request)] == ["redirect", "accept"]


def test_HS_4_mail_counts_for_whoever_has_no_account(onehs: Stage) -> None:
    """HS-4: a client without an account has no other way, so its letter is a ticket."""
    ticket = onehs.mail(GRIGORY, "Имя аккаунта: vasilek.example\nСайт не открывается.")

    assert onehs.decision(ticket)["outcome"] == "accept"
    assert "HS-4" in onehs.cites(ticket)


def test_HS_4_while_a_lead_says_that_the_portal_is_down_mail_counts(onehs: Stage) -> None:
    """HS-4: during a declared outage letters are tickets, a stranger says who it is; after it, no more."""
    letter = "Имя аккаунта: romashka.example\nСайт не открывается."
    onehs.lead.declares_portal_down("кабинет не открывается")
    onehs.later(minutes=1)
    known = onehs.mail(ANNA, letter)
    stranger = onehs.mail(VERA, letter)
    form = onehs.agent.logs_request("Из программы", of=ANNA)
    onehs.later(hours=1)
    onehs.lead.declares_portal_up()
    onehs.later(minutes=1)
    after = onehs.mail(ANNA, letter, subject="Ещё")

    assert onehs.decision(known)["outcome"] == "accept"
    decision = onehs.decision(stranger)
    assert (decision["outcome"], decision["missing"]) == ("needs_information", ["client_identity"])
    assert "HS-4" in onehs.words_to(VERA)
    assert onehs.decision(form)["redirect_to"] == ["email"]
    assert onehs.decision(after)["redirect_to"] == ["portal"]


def test_HS_4_staff_tick_it_with_a_reason(onehs: Stage) -> None:
    """HS-4: an agent notes that this client cannot reach the personal area; never without saying why."""
    ticket = onehs.mail(ANNA, "Имя аккаунта: romashka.example\nНе могу войти в кабинет.")
    assert onehs.decision(ticket)["outcome"] == "redirect"

    with pytest.raises(Declined, match="Скажите почему"):
        onehs.agent.corrects(ticket, {"circumstances.portal_unavailable": True})
    assert onehs.decision(ticket)["outcome"] == "redirect"

    onehs.agent.corrects(ticket, {"circumstances.portal_unavailable": True}, "проверил: не пускает")

    assert onehs.decision(ticket)["outcome"] == "accept"
    assert onehs.audited("correct_facts").reason == "проверил: не пускает"
    assert ticket.timeline.get(kind="facts_corrected").values["reason"] == "проверил: не пускает"
    assert "личный кабинет недоступен абоненту (проверил: не пускает)" in onehs.agent.ticket(ticket).words


def test_HS_5_the_number_of_the_notice_threads_what_comes_later(onehs: Stage) -> None:
    """HS-5: the notice says that work has begun and gives the number; a letter with it joins the ticket."""
    ticket = onehs.signed_in(ANNA).asks("service_problem", "Сайт лежит.", fields=DOMAIN)
    notice = onehs.letters_to(ANNA)[-1]
    assert f"[{ticket}]" in notice["Subject"]
    assert "Обработка началась" in onehs.words_to(ANNA)
    assert "HS-5" in onehs.words_to(ANNA)

    onehs.later(hours=1)
    same = onehs.mail(ANNA, "Всё ещё лежит.", subject=f"Re: [{ticket}] Сайт лежит")

    assert same == ticket
    assert ticket.messages.count() == 2
    assert ticket.requests.count() == 1


@pytest.mark.parametrize("channel", ["phone", "messenger", "chat", "social", "forum", "personal_contact"])
def test_HS_6_other_channels_are_talk(onehs: Stage, channel: str) -> None:
    """HS-6: a call or a message is kept as a note; no ticket, nothing owed, and it says where to go."""
    note = onehs.agent.logs_note(channel, "Спросил, когда починят", of=ANNA)

    decision = note.decision.decision
    assert (decision["outcome"], decision["redirect_to"], decision["obligations"]) == (
        "informal",
        ["portal"],
        [],
    )
    assert "HS-6" in {cite["clause"] for cite in decision["cites"]}
    assert not onehs.desk.tickets.exists()


def test_HS_6_the_client_makes_a_request_of_a_talk(onehs: Stage) -> None:
    """HS-6: the note stands in the personal area, where one press makes it a ticket from that moment."""
    note = onehs.agent.logs_note("phone", "Сайт лежит, просил перезвонить", of=ANNA)
    onehs.later(hours=2)

    ticket = onehs.signed_in(ANNA).makes_a_request_of(note)

    note.refresh_from_db()
    assert note.ticket == ticket
    request = onehs.request(ticket)
    assert (request.channel, request.authentication, request.received_at) == (
        "portal",
        "authorised",
        onehs.now,
    )


def test_HS_7_emergencies_and_premium_go_first_then_the_personal_area(onehs: Stage) -> None:
    """HS-7: the queue of STP goes by rank, portal before mail, then by arrival; twelve hours to answer."""
    letter = onehs.mail(GRIGORY, "Имя аккаунта: vasilek.example\nВопрос.")
    onehs.later(minutes=1)
    first = onehs.signed_in(ANNA).asks("service_problem", fields=DOMAIN)
    onehs.later(minutes=1)
    second = onehs.signed_in(BORIS).asks("faq", fields=DOMAIN)
    onehs.later(minutes=1)
    premium = onehs.signed_in("polina@premium.example").asks("faq", fields={"account_name": "p.example"})
    onehs.later(minutes=1)
    emergency = onehs.signed_in(ANNA).asks("service_restoration", fields=DOMAIN)

    assert onehs.queue("stp") == [premium, emergency, first, second, letter]
    assert onehs.owes(letter) == {"first_response": "2026-03-02 22:00"}
    assert onehs.owes(emergency) == {"first_response": "2026-03-02 22:04"}
    onehs.at("2026-03-02 22:01")
    onehs.work()
    assert onehs.owed(letter, "first_response").state == "breached"


def test_HS_8_a_ticket_to_the_first_department_names_its_account(onehs: Stage) -> None:
    """HS-8: without the main domain STP asks for it; ORK does not need it."""
    anna = onehs.signed_in(ANNA)
    ticket = anna.asks("service_problem", incomplete=True)
    payment = anna.asks("payment_posting")
    assert onehs.decision(ticket)["missing"] == ["account_name"]
    assert onehs.decision(payment)["missing"] == []
    assert "имя аккаунта (главный домен) (HS-8)" in words_of(onehs.letters_to(ANNA)[0])

    onehs.later(minutes=5)
    anna.supplies(ticket, account_name="romashka.example")

    assert onehs.decision(ticket)["outcome"] == "accept"


def test_HS_9_proof_that_was_asked_for_goes_into_the_vault(onehs: Stage) -> None:
    """HS-9: STP asks for authorisation; the client gives it in the personal area, and no talk shows it."""
    secret = "kodovoe-slovo-Zq77"
    anna = onehs.signed_in(ANNA)
    ticket = anna.asks("password_change", fields=DOMAIN)
    onehs.agent.corrects(ticket, {"circumstances.authorisation_requested": True}, "меняем пароль root")
    assert onehs.decision(ticket)["missing"] == ["authorisation"]
    onehs.agent.asks_for(ticket)
    asked = onehs.words_to(ANNA)
    assert "HS-9" in asked
    assert "не присылайте письмом" in asked

    onehs.later(minutes=10)
    page = anna.supplies(ticket, authorisation=secret)

    assert onehs.decision(ticket)["outcome"] == "accept"
    assert secret not in page.words
    assert everywhere(secret) == []
    onehs.agent.takes(ticket)
    assert onehs.agent.reveals(ticket, "authorisation", "сверяю") == secret
    payment = anna.asks("payment_posting")
    onehs.agent_of("ork").corrects(payment, {"circumstances.authorisation_requested": True}, "проверка")
    assert onehs.decision(payment)["missing"] == []


def test_HS_9_proof_that_is_written_openly_is_taken_out_of_the_letter(onehs: Stage) -> None:
    """HS-9: the label by itself, and its value in the lines below: none of it stays in the thread."""
    ticket = onehs.mail(ANNA, "Смените пароль.\nДанные авторизации:\nлогин: anna\nпароль: Zq77-slovo\n\nАнна")

    text = ticket.messages.get().text
    assert "Zq77-slovo" not in text
    assert text.endswith("Анна")
    assert rows_with("Zq77-slovo") == []
    assert onehs.request(ticket).facts["fields.authorisation"]["value"].startswith("vault:")


@pytest.mark.parametrize("kind", ["programming_consultation", "other_consultation"])
def test_HS_10_advice_on_programs_is_a_matter_of_agreement(onehs: Stage, kind: str) -> None:
    """HS-10: it is not covered; the client reads that it can be agreed on."""
    anna = onehs.signed_in(ANNA)
    ticket = anna.asks(kind, fields=DOMAIN)

    decision = onehs.decision(ticket)
    assert (decision["outcome"], decision["offer"]) == ("not_covered", "by_agreement")
    assert "HS-10" in onehs.words_to(ANNA)


def test_HS_11_a_link_to_a_developers_site_is_an_answer(onehs: Stage) -> None:
    """HS-11: a reply that is only a link, even to another site, meets the answer that is owed."""
    ticket = onehs.signed_in(ANNA).asks("faq", fields=DOMAIN)

    onehs.agent.replies(ticket, "https://developer.example/docs/ftp")

    assert onehs.owed(ticket, "first_response").state == "met"


def test_HS_12_a_block_refuses_all_but_what_ends_it(onehs: Stage) -> None:
    """HS-12: a blocked client's question may be refused, its payment may not; the letter says the cure."""
    denis = onehs.signed_in("denis@debtor.example")
    question = denis.asks("faq", fields={"account_name": "debtor.example"})
    payment = denis.asks("payment_posting")
    stp, ork = onehs.agent_of("stp"), onehs.agent_of("ork")
    assert stp.grounds(question) == {"blocked": "HS-12"}
    assert ork.grounds(payment) == {}

    stp.refuses(question, "blocked")

    words = onehs.words_to("denis@debtor.example")
    assert "HS-12" in words
    assert "пополните счёт" in words
    assert onehs.owes(question) == {}


def test_HS_12_missing_proof_and_foreign_services_may_be_refused(onehs: Stage) -> None:
    """HS-12: authorisation that was asked for and is absent, and what the tariff does not include."""
    anna = onehs.signed_in(ANNA)
    ticket = anna.asks("password_change", fields=DOMAIN)
    onehs.agent.corrects(
        ticket,
        {"circumstances.authorisation_requested": True, "circumstances.outside_contract": True},
        "проверка",
    )

    assert onehs.agent.grounds(ticket) == {"authorisation_missing": "HS-12", "outside_tariff": "HS-12"}


def test_HS_13_no_promise_is_made_for_mail_services_of_others(onehs: Stage) -> None:
    """HS-13: the notice to a letter says so, and a letter that came back is shown on the ticket."""
    ticket = onehs.mail(GRIGORY, "Имя аккаунта: vasilek.example\nВопрос.")
    notice = onehs.letters_to(GRIGORY)[-1]
    assert "HS-13" in onehs.cites(ticket)
    assert "мы не отвечаем" in onehs.words_to(GRIGORY)

    onehs.later(minutes=3)
    onehs.post(bounce(notice), "")

    assert OutgoingLetter.objects.get(ticket=ticket).state == "bounced"
    assert "letter_bounced" in onehs.history(ticket)
    shown = onehs.agent.ticket(ticket).words
    assert f"Письмо на {GRIGORY}, «[{ticket}] Приняли ваше обращение: Вопрос»: вернулось" in shown
    assert "HS-13" not in onehs.cites(onehs.signed_in(ANNA).asks("faq", fields=DOMAIN))
