"""The clauses of Alleanza, as its clients and its desk live by them."""

from __future__ import annotations

from typing import Any

import pytest

from reglament.desk.decisions.queries import chain_of
from tests.stories.cast import ANNA, BORIS, VERA
from tests.stories.staff import Declined
from tests.stories.stage import Stage

WHO = "Логин: romashka\n"
DENIS = "denis@debtor.example"
PROBLEM = (
    f"{WHO}Сервер не отвечает с утра.\n"
    "Шаги, которые привели к ней: перезагрузили сервер\n"
    "Тексты сообщений: connection refused\n"
)
ALL_FOUND = {"legal_entity": True, "letterhead": True, "head_signature": True, "stamp": True}


def test_ALL_1_hours_run_on_official_working_days_only(alleanza: Stage) -> None:
    """ALL-1: of eight hours from Friday 16:00 one runs that day, seven on the working Saturday."""
    alleanza.at("2025-10-31 16:00")
    before_saturday = alleanza.mail(ANNA, PROBLEM)
    alleanza.at("2026-03-06 16:00")
    before_a_holiday = alleanza.mail(ANNA, PROBLEM)

    assert alleanza.owes(before_saturday) == {"first_response": "2025-11-01 14:00"}
    assert alleanza.owes(before_a_holiday) == {"first_response": "2026-03-10 14:00"}
    assert "ALL-1" in alleanza.cites(before_a_holiday)


def test_ALL_2_what_the_client_can_do_alone_is_pointed_to_the_instructions(alleanza: Stage) -> None:
    """ALL-2: a change of configuration that the client can make is not covered; the page leads on."""
    ticket = alleanza.mail(ANNA, f"{WHO}Поменяйте php.ini.")
    alleanza.agent.names(ticket, "configuration_change")
    assert alleanza.decision(ticket)["outcome"] == "accept"

    alleanza.agent.corrects(ticket, {"circumstances.self_service": True}, "есть в панели")

    decision = alleanza.decision(ticket)
    assert (decision["outcome"], decision["offer"], decision["service_level"]) == (
        "not_covered",
        None,
        "none",
    )
    assert "https://support.alleanza.example.org/kb" in alleanza.signed_in(ANNA).ticket(ticket).words
    assert "ALL-2" in alleanza.cites(ticket)


def test_ALL_2_the_instructions_reach_the_client_by_mail(alleanza: Stage) -> None:
    """ALL-2: once staff find that the client can do it alone, a letter leads to the instructions."""
    ticket = alleanza.mail(ANNA, f"{WHO}Поменяйте php.ini.")
    alleanza.agent.names(ticket, "configuration_change")
    before = len(alleanza.letters_to(ANNA))

    alleanza.agent.corrects(ticket, {"circumstances.self_service": True}, "есть в панели")

    assert len(alleanza.letters_to(ANNA)) == before + 1
    assert "https://support.alleanza.example.org/kb" in alleanza.words_to(ANNA)
    assert "В поддержку это не входит" in alleanza.words_to(ANNA)
    alleanza.agent.corrects(ticket, {"circumstances.self_service": True}, "посмотрели ещё раз")
    assert len(alleanza.letters_to(ANNA)) == before + 1


def test_ALL_7_what_a_problem_lacks_is_asked_for_once_it_is_named_one(alleanza: Stage) -> None:
    """ALL-7: (and ALL-3) a raw letter lacks nothing; as a problem, its steps and messages are asked for."""
    ticket = alleanza.mail(ANNA, f"{WHO}Сайт не открывается.")

    alleanza.agent.names(ticket, "problem")

    said = alleanza.words_to(ANNA)
    assert alleanza.decision(ticket)["missing"] == ["steps", "messages|screenshots"]
    assert "Нужны ещё сведения" in said
    assert said.count("(ALL-7)") == 2
    assert "https://support.alleanza.example.org/kb/how-to-write" in said


def test_ALL_3_whoever_left_something_out_is_told_how_to_write(alleanza: Stage) -> None:
    """ALL-3: the notice and the question of the agent both lead to the advice on writing."""
    ticket = alleanza.mail(ANNA, "Ничего не работает.", subject="Сбой")
    guide = "https://support.alleanza.example.org/kb/how-to-write"
    assert guide in alleanza.words_to(ANNA)

    alleanza.agent.asks_for(ticket)

    assert "Нужны ещё сведения" in alleanza.words_to(ANNA)
    assert guide in alleanza.words_to(ANNA)
    assert "ALL-3" in alleanza.cites(ticket)


@pytest.mark.parametrize(
    "kind", ["programming_consultation", "web_design_consultation", "script_setup_consultation"]
)
def test_ALL_4_advice_on_programs_is_a_matter_of_agreement(alleanza: Stage, kind: str) -> None:
    """ALL-4: it is not covered, of low severity, and the client reads on what terms it can be had."""
    ticket = alleanza.mail(ANNA, f"{WHO}Критичность: критическая\nПомогите с кодом.")
    alleanza.agent.names(ticket, kind)

    decision = alleanza.decision(ticket)
    assert (decision["outcome"], decision["offer"]) == ("not_covered", "by_agreement")
    assert decision["severity"] == "low"
    shown = alleanza.signed_in(ANNA).ticket(ticket).words
    assert "ALL-4" in shown
    assert "договор" in shown
    told = alleanza.words_to(ANNA)
    assert "В поддержку это не входит. Можно получить: по отдельной договорённости." in told
    assert "ALL-4" in told


def test_ALL_5_a_letter_from_a_listed_address_must_also_be_genuine(alleanza: Stage) -> None:
    """ALL-5: forged, it is no basis of work: the proof is wanted, and the notice says what counts."""
    genuine = alleanza.mail(ANNA, PROBLEM)
    forged = alleanza.mail(ANNA, PROBLEM, subject="Срочно", proven=False)
    unlisted = alleanza.mail(BORIS, PROBLEM)

    assert alleanza.decision(genuine)["outcome"] == "accept"
    for ticket in (forged, unlisted):
        decision = alleanza.decision(ticket)
        assert (decision["outcome"], decision["redirect_needs"]) == ("redirect", "authorised")
        assert decision["redirect_to"] == ["email", "letter"]
        assert "ALL-5" in alleanza.cites(ticket)
    assert "ALL-5" in alleanza.words_to(BORIS)
    for sender, ticket in ((ANNA, forged), (BORIS, unlisted)):
        told, shown = alleanza.words_to(sender), alleanza.signed_in(sender).ticket(ticket).words
        for words in (told, shown):
            assert "Мы не смогли убедиться, кто это прислал" in words
            assert "электронная почта (с адреса из списка вашей организации" in words
            assert "официальное письмо (проверяем: от юридического лица" in words
        assert "через электронная" not in told
        assert "Ваш ход: обратитесь другим путём" in shown
        assert "Наш ход" not in shown
        assert "ход клиента" in alleanza.agent.ticket(ticket).words
    assert "ALL-5" in alleanza.agent.kept_from(forged, "complete")


def test_ALL_5_an_official_letter_counts_when_all_of_it_is_there(alleanza: Stage) -> None:
    """ALL-5: a named person ticks entity, letterhead, signature and stamp; without the stamp it is none."""
    said: dict[str, Any] = {
        "subject": "Восстановление данных",
        "fields": {"login": "romashka"},
    }
    whole = alleanza.agent.logs_letter("Просим восстановить данные.", ALL_FOUND, of=ANNA, **said)
    no_stamp = alleanza.agent.logs_letter(
        "Просим восстановить данные.", {**ALL_FOUND, "stamp": False}, of=ANNA, **said
    )

    assert alleanza.decision(whole)["outcome"] == "accept"
    assert alleanza.request(whole).authentication == "authorised"
    check = whole.messages.get().letter_check
    assert check.checked_by == alleanza.agent.member
    decision = alleanza.decision(no_stamp)
    assert (decision["outcome"], decision["redirect_needs"]) == ("redirect", "authorised")


def test_ALL_5_the_portal_takes_no_requests_here(alleanza: Stage) -> None:
    """ALL-5: work is based on mail and letters; in the portal tickets are followed, none is begun."""
    anna = alleanza.signed_in(ANNA)
    page = anna.new()

    assert page.status == 200
    assert "Электронная почта help@alleanza.example Официальное письмо" in page.words
    assert not page.leads_to("/portal/new/problem/")


def test_ALL_6_a_request_names_the_client_and_its_topic(alleanza: Stage) -> None:
    """ALL-6: what is missing is asked for by name; sent by mail in one line, it completes the request."""
    ticket = alleanza.mail(ANNA, "Есть ли у вас IPv6?", subject="")
    decision = alleanza.decision(ticket)
    assert (decision["outcome"], decision["missing"]) == (
        "needs_information",
        ["login|client_id", "subject"],
    )
    asked = alleanza.letters_to(ANNA)[-1]
    assert "ALL-6" in alleanza.words_to(ANNA)

    alleanza.later(minutes=30)
    same = alleanza.mail(
        ANNA, "Номер клиента: 1204\nТема: IPv6", subject=str(asked["Subject"]), answers=asked
    )

    assert same == ticket
    assert alleanza.decision(ticket)["outcome"] == "accept"
    assert [one.cause for one in chain_of(alleanza.request(ticket))] == ["received", "information_supplied"]
    assert "information_supplied" in alleanza.history(ticket)


def test_ALL_7_a_problem_is_told_with_its_steps_and_what_came_up(alleanza: Stage) -> None:
    """ALL-7: steps and messages are wanted for a problem; a screenshot does for the messages."""
    ticket = alleanza.mail(ANNA, f"{WHO}Сервер не отвечает.")
    alleanza.agent.names(ticket, "problem")
    assert alleanza.decision(ticket)["missing"] == ["steps", "messages|screenshots"]
    alleanza.agent.asks_for(ticket)
    asked = alleanza.letters_to(ANNA)[-1]
    assert "ALL-7" in alleanza.words_to(ANNA)

    alleanza.later(hours=1)
    alleanza.mail(
        ANNA,
        "Шаги, которые привели к ней: перезагрузили",
        answers=asked,
        files=(("error.png", b"\x89PNG shot"),),
    )

    assert alleanza.decision(ticket)["outcome"] == "accept"
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_ALL_8_a_link_alone_is_an_answer(alleanza: Stage) -> None:
    """ALL-8: a reply that is only a link to the operator's site meets the answer that is owed."""
    ticket = alleanza.mail(ANNA, f"{WHO}Как настроить почту?")

    alleanza.agent.replies(ticket, "https://support.alleanza.example.org/kb/mail")

    assert alleanza.owed(ticket, "first_response").state == "met"
    assert "https://support.alleanza.example.org/kb/mail" in alleanza.words_to(ANNA)


def test_ALL_9_rudeness_is_marked_and_refuses_nothing_by_itself(alleanza: Stage) -> None:
    """ALL-9: the mark offers a ground to a person; until that person refuses, the request goes on."""
    ticket = alleanza.mail(ANNA, f"{WHO}Бездари!")
    assert alleanza.agent.grounds(ticket) == {}

    alleanza.agent.marks_rude(ticket)

    assert alleanza.agent.grounds(ticket) == {"rudeness": "ALL-11"}
    assert alleanza.decision(ticket)["outcome"] == "accept"
    assert alleanza.owed(ticket, "first_response").state == "open"
    alleanza.agent.refuses(ticket, "rudeness")
    assert "без грубых и бранных слов" in alleanza.words_to(ANNA)


def test_ALL_10_the_client_names_the_criticality_of_a_problem(alleanza: Stage) -> None:
    """ALL-10: 2, 4, 8 and 24 working hours; unstated a problem is normal, and a question always low."""
    due = {}
    for said in ("критическая", "срочная", "обычная", "низкая", ""):
        ticket = alleanza.mail(
            ANNA, f"Критичность: {said}\n{PROBLEM}" if said else PROBLEM, subject=said or "?"
        )
        alleanza.agent.names(ticket, "problem")
        due[said] = alleanza.owes(ticket)["first_response"]
    question = alleanza.mail(ANNA, f"Критичность: критическая\n{WHO}Есть ли IPv6?")
    alleanza.agent.names(question, "question")

    assert due == {
        "критическая": "2026-03-02 12:00",
        "срочная": "2026-03-02 14:00",
        "обычная": "2026-03-03 08:00",
        "низкая": "2026-03-04 14:00",
        "": "2026-03-03 08:00",
    }
    assert alleanza.owes(question) == {"first_response": "2026-03-04 14:00"}


def test_ALL_10_staff_correct_the_criticality_with_a_reason(alleanza: Stage) -> None:
    """ALL-10: without a reason nothing changes; with one the due time does, and both stay on record."""
    ticket = alleanza.mail(ANNA, f"Критичность: низкая\n{PROBLEM}")
    alleanza.agent.names(ticket, "problem")
    alleanza.later(hours=1)
    with pytest.raises(Declined):
        alleanza.agent.sets_severity(ticket, "critical", " ")
    assert not alleanza.agent.offered(ticket, "propose_severity")

    alleanza.agent.sets_severity(ticket, "critical", "данные теряются")

    # Shorter: the earlier of the old due time and the correction plus the new budget.
    assert alleanza.owes(ticket) == {"first_response": "2026-03-02 13:00"}
    assert [one.decision["severity"] for one in chain_of(alleanza.request(ticket))] == [
        "normal",
        "low",
        "critical",
    ]
    event = ticket.timeline.get(kind="severity_corrected")
    assert (event.values["before"], event.values["reason"]) == ("low", "данные теряются")


@pytest.mark.parametrize("kind", ["", "question"])
def test_ALL_10_what_is_of_one_criticality_by_nature_is_not_corrected(alleanza: Stage, kind: str) -> None:
    """ALL-10: before the kind is named, and of a question, the act is greyed with the clause."""
    ticket = alleanza.mail(ANNA, PROBLEM)
    if kind:
        alleanza.agent.names(ticket, kind)
    assert "ALL-10" in alleanza.agent.kept_from(ticket, "correct_severity")

    alleanza.agent.names(ticket, "problem")
    assert alleanza.agent.offered(ticket, "correct_severity")


def test_ALL_11_a_refusal_cites_its_clause_and_says_how_to_mend_it(alleanza: Stage) -> None:
    """ALL-11: a suspended client is refused by a person; the letter cites clause and cure."""
    ticket = alleanza.mail(DENIS, f"Логин: debtor\n{PROBLEM}")
    assert alleanza.decision(ticket)["outcome"] == "accept"
    assert alleanza.agent.grounds(ticket) == {"suspended": "ALL-11"}
    with pytest.raises(Declined):
        alleanza.agent.refuses(ticket, "rudeness")

    alleanza.agent.refuses(ticket, "suspended", "Долг за февраль.")

    words = alleanza.words_to(DENIS)
    assert "ALL-11" in words
    assert "Долг за февраль." in words
    assert "Устраните причину приостановки и обратитесь снова." in words
    assert alleanza.owes(ticket) == {}
    assert "ALL-11" in alleanza.signed_in(DENIS).ticket(ticket).words


def test_ALL_11_missing_data_and_foreign_services_are_grounds_as_well(alleanza: Stage) -> None:
    """ALL-11: a stranger without a login, and a service outside the contract, may be refused."""
    stranger = alleanza.mail(VERA, "Почините.")
    foreign = alleanza.mail(ANNA, PROBLEM)
    alleanza.agent.corrects(foreign, {"circumstances.outside_contract": True}, "нет в договоре")

    assert alleanza.agent.grounds(stranger) == {"authorisation_missing": "ALL-11"}
    assert alleanza.agent.grounds(foreign) == {"outside_contract": "ALL-11"}
    alleanza.agent.refuses(stranger, "authorisation_missing")
    assert "Сообщите логин или номер клиента" in alleanza.words_to(VERA)
