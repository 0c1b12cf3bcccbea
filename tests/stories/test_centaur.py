"""The clauses of Centaur, as its users and its desk live by them."""

from __future__ import annotations

import pytest

from reglament.desk.decisions.queries import chain_of
from tests.stories.cast import ANNA, BORIS, VERA
from tests.stories.letters import bounce
from tests.stories.staff import Declined
from tests.stories.stage import Stage, local

EGOR = "egor@extended.example"
NINA = "nina@none.example"
BUSY = b"451 4.7.1 later"


def level(said: str, text: str = "Не проходят вызовы.") -> str:
    """Write a letter that names a level."""
    return f"Уровень: {said}\n{text}"


def test_CEN_1_without_a_package_in_force_it_is_a_matter_of_agreement(centaur: Stage) -> None:
    """CEN-1: nothing is covered whatever the kind; the reaction is that of Basic; the client reads why."""
    ticket = centaur.mail(NINA, level("критический"))
    centaur.agent.names(ticket, "incident")

    decision = centaur.decision(ticket)
    assert (decision["outcome"], decision["offer"]) == ("not_covered", "by_agreement")
    assert local(centaur.owed(ticket, "reaction").due_at) == "2026-03-02 14:00"
    assert "CEN-1" in centaur.signed_in(NINA).ticket(ticket).words


def test_CEN_1_a_contract_that_ran_out_covers_no_more(centaur: Stage) -> None:
    """CEN-1: a package has dates; the day after its end the same client is without one."""
    centaur.lead.records(EGOR, "client.package", "none", since="2026-03-03")
    last_day = centaur.mail(EGOR, "Вопрос", subject="Последний день")
    centaur.at("2026-03-03 10:00")
    after = centaur.mail(EGOR, "Вопрос", subject="День спустя")

    assert centaur.decision(last_day)["outcome"] == "accept"
    assert centaur.decision(after)["outcome"] == "not_covered"


@pytest.mark.parametrize("kind", ["consultation", "setup_advice", "update_download", "incident"])
def test_CEN_2_both_packages_advise_diagnose_and_update(centaur: Stage, kind: str) -> None:
    """CEN-2: covered in full in Basic and in Extended, by mail and on the hotline."""
    basic = centaur.agent.logs_call("Спрашивает", of=ANNA, kind=kind)
    extended = centaur.mail(EGOR, "Вопрос")
    centaur.agent.names(extended, kind)

    for ticket in (basic, extended):
        decision = centaur.decision(ticket)
        assert (decision["outcome"], decision["service_level"]) == ("accept", "full")


def test_CEN_3_remote_help_is_for_the_extended_package(centaur: Stage) -> None:
    """CEN-3: for Basic it can be agreed on; for Extended it is covered, by the personal specialist."""
    basic = centaur.mail(ANNA, "Подключитесь к нам.")
    extended = centaur.mail(EGOR, "Подключитесь к нам.")
    for ticket in (basic, extended):
        centaur.agent.names(ticket, "remote_setup")

    decision = centaur.decision(basic)
    assert (decision["outcome"], decision["offer"]) == ("not_covered", "by_agreement")
    assert "CEN-3" in centaur.signed_in(ANNA).ticket(basic).words
    assert centaur.decision(extended)["outcome"] == "accept"
    assert basic.assignee is None
    assert extended.assignee == centaur.agent.member


@pytest.mark.parametrize("sender", [ANNA, EGOR])
def test_CEN_4_first_works_are_bought_separately(centaur: Stage, sender: str) -> None:
    """CEN-4: first installation is in neither package."""
    ticket = centaur.mail(sender, "Установите нам систему.")
    centaur.agent.names(ticket, "initial_installation")

    decision = centaur.decision(ticket)
    assert (decision["outcome"], decision["offer"]) == ("not_covered", "separate_purchase")
    assert "CEN-4" in centaur.signed_in(sender).ticket(ticket).words


def test_CEN_5_a_visit_beyond_the_cities_or_the_contract_is_agreed_separately(centaur: Stage) -> None:
    """CEN-5: in a city of presence it is covered; elsewhere, or with no visits left, it is not."""
    near, far = (centaur.mail(EGOR, "Приезжайте.", subject=where) for where in ("Москва", "Тикси"))
    for ticket in (near, far):
        centaur.agent.names(ticket, "site_visit")
    centaur.agent.corrects(far, {"circumstances.city_of_presence": False}, "нет представительства")
    centaur.lead.records(EGOR, "client.visits_left", 0)
    used_up = centaur.mail(EGOR, "Приезжайте.", subject="Ещё раз")
    centaur.agent.names(used_up, "site_visit")

    assert centaur.decision(near)["outcome"] == "accept"
    for ticket in (far, used_up):
        decision = centaur.decision(ticket)
        assert (decision["outcome"], decision["offer"]) == ("not_covered", "by_agreement")
        assert "CEN-5" in centaur.cites(ticket)


def test_CEN_6_staff_change_the_level_only_with_the_users_consent(centaur: Stage) -> None:
    """CEN-6: a change is a proposal; agreed to in the portal it takes effect with its deadline, both stay."""
    centaur.outgoing.answers[b"RCPT"] = BUSY
    ticket = centaur.mail(ANNA, level("низкий"))
    assert centaur.owes(ticket) == {"reaction": "2026-03-05 10:00"}
    with pytest.raises(Declined) as refused:
        centaur.agent.sets_severity(ticket, "critical", "вызовов нет")
    assert "CEN-6" in refused.value.words

    centaur.later(minutes=30)
    centaur.agent.proposes(ticket, "critical", "вызовов нет совсем")
    assert centaur.decision(ticket)["severity"] == "low"
    assert centaur.owes(ticket) == {"reaction": "2026-03-05 10:00"}
    centaur.later(minutes=30)
    page = centaur.signed_in(ANNA).agrees(ticket)

    assert page.status == 200
    assert centaur.decision(ticket)["severity"] == "critical"
    assert centaur.owes(ticket) == {"reaction": "2026-03-02 15:00"}
    assert [one.decision["severity"] for one in chain_of(centaur.request(ticket))] == ["low", "critical"]
    assert {"severity_proposed", "severity_agreed"} <= set(centaur.history(ticket))


def test_CEN_6_the_letter_leads_a_user_without_an_account_to_the_question(centaur: Stage) -> None:
    """CEN-6: a signed link opens a page with two buttons; declined, nothing changes."""
    ticket = centaur.mail(VERA, level("критический"))
    centaur.agent.proposes(ticket, "medium", "есть обходной путь")
    letter = centaur.words_to(VERA)
    assert "CEN-6" in letter

    page = centaur.visitor(VERA).answers(letter, agreed=False)

    assert page.status == 200
    assert centaur.decision(ticket)["severity"] == "critical"
    assert centaur.request(ticket).proposals.get().answer == "declined"


def test_CEN_6_an_unstated_level_is_low_and_marked(centaur: Stage) -> None:
    """CEN-6: the decision says that nobody named the level, and so does the notice."""
    ticket = centaur.mail(VERA, "Как обновиться?")

    assert centaur.decision(ticket)["severity"] == "low"
    effects = [cite["effect"] for cite in centaur.decision(ticket)["cites"] if cite["clause"] == "CEN-6"]
    assert effects == ["severity low (unstated)"]
    assert "CEN-6" in centaur.words_to(VERA)


def test_CEN_7_a_reaction_is_met_when_the_server_took_the_notice(centaur: Stage) -> None:
    """CEN-7: while the outgoing server takes nothing the reaction stays open; once it does, it is met."""
    centaur.outgoing.answers[b"RCPT"] = BUSY
    waits = centaur.mail(VERA, level("средний"))
    centaur.work()
    assert centaur.owed(waits, "reaction").state == "open"

    del centaur.outgoing.answers[b"RCPT"]
    goes = centaur.mail(ANNA, level("средний"))
    centaur.later(minutes=20)
    words = centaur.words_to(ANNA)

    met = centaur.owed(goes, "reaction")
    assert (met.state, met.met_at) == ("met", centaur.now)
    assert met.met_by_letter is not None
    assert f"[{goes}]" in words
    assert centaur.owed(waits, "reaction").state == "open"
    assert "CEN-7" in centaur.cites(goes)


def test_CEN_7_the_number_told_by_phone_is_a_reaction(centaur: Stage) -> None:
    """CEN-7: with the server away an agent calls, and that meets the reaction at that moment."""
    centaur.outgoing.answers[b"RCPT"] = BUSY
    ticket = centaur.mail(VERA, level("критический"))
    centaur.later(minutes=45)

    centaur.agent.tells_number(ticket)

    met = centaur.owed(ticket, "reaction")
    assert (met.state, met.met_at, met.met_by_letter) == ("met", centaur.now, None)
    call = centaur.agent.logs_call("Жалуется", of=ANNA, told_number=True)
    assert centaur.owed(call, "reaction").state == "met"


def test_CEN_7_a_notice_that_came_back_has_told_nobody(centaur: Stage) -> None:
    """CEN-7: after the bounce the reaction is owed again."""
    ticket = centaur.mail(VERA, level("критический"))
    notice = centaur.letters_to(VERA)[-1]
    assert centaur.owed(ticket, "reaction").state == "met"

    centaur.later(minutes=5)
    centaur.post(bounce(notice), "")

    assert centaur.owes(ticket) == {"reaction": "2026-03-02 14:00"}
    assert "notice_came_back" in centaur.history(ticket)


def test_CEN_8_reaction_times_go_by_level_and_package_in_working_hours(centaur: Stage) -> None:
    """CEN-8: 4, 8 and 24 working hours for Basic, 1, 4 and 8 for Extended; unmet, a reaction is breached."""
    centaur.outgoing.answers[b"RCPT"] = BUSY
    due = {}
    for sender in (ANNA, EGOR):
        for said in ("критический", "средний", "низкий"):
            ticket = centaur.mail(sender, level(said), subject=said)
            due[sender, said] = centaur.owes(ticket)["reaction"]

    assert due == {
        (ANNA, "критический"): "2026-03-02 14:00",
        (ANNA, "средний"): "2026-03-03 10:00",
        (ANNA, "низкий"): "2026-03-05 10:00",
        (EGOR, "критический"): "2026-03-02 11:00",
        (EGOR, "средний"): "2026-03-02 14:00",
        (EGOR, "низкий"): "2026-03-03 10:00",
    }
    assert [ticket.requester_address for ticket in centaur.queue()[:3]] == [EGOR, ANNA, EGOR]
    centaur.at("2026-03-02 11:01")
    centaur.work()
    first = centaur.queue()[0]
    assert centaur.owed(first, "reaction").state == "breached"
    assert {"CEN-7", "CEN-8"} <= centaur.cites(first)


def test_CEN_9_requests_come_by_mail_and_phone(centaur: Stage) -> None:
    """CEN-9: other ways lead to these two, and the reaction is owed all the same."""
    letter = centaur.agent.logs_letter("Просим помочь.", {}, of=ANNA)
    chat = centaur.agent.logs_talk("chat", "Помогите", of=ANNA)

    for ticket in (letter, chat):
        decision = centaur.decision(ticket)
        assert (decision["outcome"], decision["redirect_to"]) == ("redirect", ["email", "phone"])
        assert centaur.owes(ticket) == {"reaction": "2026-03-05 10:00"}
    assert "CEN-9" in centaur.words_to(ANNA)
    assert not centaur.signed_in(ANNA).new().leads_to("/portal/new/incident/")


def test_CEN_10_extended_counts_only_when_it_is_proven(centaur: Stage) -> None:
    """CEN-10: a proven address with a contract in force counts as naming it; forged, the letter is Basic."""
    centaur.outgoing.answers[b"RCPT"] = BUSY
    proven = centaur.mail(EGOR, level("критический"))
    forged = centaur.mail(EGOR, level("критический"), subject="Ещё", proven=False)
    claimed = centaur.mail(ANNA, f"Пакет: расширенный\n{level('критический')}")

    assert centaur.owes(proven) == {"reaction": "2026-03-02 11:00"}
    for ticket in (forged, claimed):
        assert centaur.owes(ticket) == {"reaction": "2026-03-02 14:00"}
        assert "CEN-10" in centaur.cites(ticket)


def test_CEN_10_proof_that_staff_recorded_counts(centaur: Stage) -> None:
    """CEN-10: an agent who has seen the contract records it, and the term of Extended holds from receipt."""
    centaur.outgoing.answers[b"RCPT"] = BUSY
    ticket = centaur.mail(BORIS, f"Пакет: расширенный\n{level('средний')}")
    assert centaur.owes(ticket) == {"reaction": "2026-03-03 10:00"}

    centaur.agent.corrects(ticket, {"client.package_proven": True}, "прислали скан договора")

    assert centaur.owes(ticket) == {"reaction": "2026-03-02 14:00"}
    assert centaur.audited("correct_facts").reason == "прислали скан договора"


def test_CEN_11_whether_a_version_is_current_is_not_called_as_its_number(centaur: Stage) -> None:
    """CEN-11: among the records of a client, nothing else is called as what makes a version outdated."""
    page = centaur.lead.record_page(ANNA)

    titles = [" ".join(option.text_content().split()) for option in page.document.xpath("//option")]
    assert "актуальность версии" in [title.lower() for title in titles]
    assert len(set(titles)) == len(titles)


def test_CEN_11_an_outdated_version_gets_known_solutions_and_its_cure(centaur: Stage) -> None:
    """CEN-11: known solutions for an incident, the update in full; use against the rules may be refused."""
    incident, update = (centaur.mail(ANNA, "Старая версия.", subject=what) for what in ("Сбой", "Обновление"))
    centaur.agent.names(incident, "incident")
    centaur.agent.names(update, "update_download")
    for ticket in (incident, update):
        centaur.agent.corrects(ticket, {"product.version_status": "outdated"}, "версия 3")
    assert centaur.decision(incident)["service_level"] == "known_solutions"
    assert centaur.decision(update)["service_level"] == "full"
    assert "CEN-11" in centaur.signed_in(ANNA).ticket(incident).words

    centaur.agent.corrects(incident, {"product.used_per_documentation": False}, "чужие модули")

    assert centaur.decision(incident)["outcome"] == "accept"
    assert centaur.agent.grounds(incident) == {"improper_use": "CEN-11"}
    centaur.agent.refuses(incident, "improper_use")
    assert "Приведите установку в соответствие с документацией" in centaur.words_to(ANNA)


def test_CEN_12_a_person_may_stop_where_the_tone_is_not_businesslike(centaur: Stage) -> None:
    """CEN-12: marked as rude, the request may be refused by a person; the reply cites the clause."""
    ticket = centaur.mail(ANNA, "Негодяи!")
    centaur.lead.corrects(ticket, {"product.environment": "unsupported"})
    assert centaur.lead.grounds(ticket) == {"improper_use": "CEN-11"}
    assert "CEN-12" in centaur.lead.kept_from(ticket, "stop_support")
    centaur.lead.corrects(ticket, {"product.environment": "supported"})
    centaur.agent.marks_rude(ticket)
    assert centaur.lead.offered(ticket, "stop_support")
    assert centaur.decision(ticket)["outcome"] == "accept"
    assert centaur.agent.grounds(ticket) == {"rudeness": "CEN-12"}

    centaur.agent.refuses(ticket, "rudeness")

    words = centaur.words_to(ANNA)
    assert "CEN-12" in words
    assert "Обратитесь снова в деловом тоне." in words
    assert centaur.audited("refuse_request").values == {"ground": "rudeness", "clause": "CEN-12"}
