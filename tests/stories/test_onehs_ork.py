"""The clauses of 1HS on its client relations, its hours and its editions."""

from __future__ import annotations

import re

from reglament import packs
from reglament.desk.regulations.actions import add_editions
from tests.stories.cast import ANNA, VERA
from tests.stories.stage import Stage, local

DOMAIN = {"account_name": "romashka.example"}


def test_HS_14_client_relations_work_in_order_and_within_two_working_days(onehs: Stage) -> None:
    """HS-14: only the work itself meets the term; a significant change needs proof, and counts from then."""
    anna = onehs.signed_in(ANNA)
    ork = onehs.agent_of("ork")
    first = anna.asks("domain_contact_change")
    onehs.later(minutes=5)
    second = anna.asks("payment_posting")
    assert onehs.queue("ork") == [first, second]
    assert onehs.owes(first) == {"processing": "2026-03-04 18:00"}
    ork.replies(second, "Ищем платёж.")
    assert onehs.owed(second, "processing").state == "open"
    ork.completes(second)
    assert onehs.owed(second, "processing").state == "met"

    ork.corrects(first, {"circumstances.significant_change": True}, "смена владельца")
    assert onehs.decision(first)["missing"] == ["authorisation"]
    assert onehs.owes(first) == {}
    onehs.at("2026-03-03 12:00")
    anna.supplies(first, authorisation="кодовое слово")

    assert onehs.decision(first)["outcome"] == "accept"
    assert onehs.owes(first) == {"processing": "2026-03-05 18:00"}


def test_HS_14_whoever_is_moved_to_client_relations_reads_the_term_there(onehs: Stage) -> None:
    """HS-14: the answer that support owed today is no longer owed; one letter says what is, and by when."""
    ticket = onehs.signed_in(ANNA).asks("consultation", "Смените мне тариф.", fields=DOMAIN)
    before = len(onehs.letters_to(ANNA))

    onehs.agent_of("stp").moves(ticket, "ork")

    letters = onehs.letters_to(ANNA)
    assert len(letters) == before + 1
    told = onehs.words_to(ANNA)
    assert "Выполнение — не позднее: среда, 4 марта 2026, 18:00, Москва, UTC+3 (HS-14)" in told
    assert "Ответ —" not in told


def test_HS_14_the_page_of_terms_names_both_departments(onehs: Stage) -> None:
    """HS-14: (and HS-7) the client reads what support promises, and what client relations do."""
    shown = onehs.signed_in(ANNA).entitlements().words

    assert re.search(r"Ответ .{0,20}HS-7 12 часов", shown)
    assert re.search(r"ОРК: выполнение .{0,20}HS-14 2 рабочих дня", shown)


def test_HS_15_operations_on_a_domain_that_is_not_bound_may_be_refused(onehs: Stage) -> None:
    """HS-15: the ground is offered for a renewal of such a domain, and not for a payment."""
    anna = onehs.signed_in(ANNA)
    ork = onehs.agent_of("ork")
    renewal, payment = anna.asks("domain_renewal"), anna.asks("payment_posting")
    for ticket in (renewal, payment):
        ork.corrects(ticket, {"circumstances.domain_bound": False}, "чужой домен")

    assert ork.grounds(renewal) == {"domain_not_bound": "HS-15"}
    assert ork.grounds(payment) == {}
    ork.refuses(renewal, "domain_not_bound")
    assert "HS-15" in onehs.words_to(ANNA)
    assert "Обратитесь с аккаунта, к которому привязан домен" in onehs.words_to(ANNA)


def test_HS_16_a_working_saturday_does_not_count_for_client_relations(onehs: Stage) -> None:
    """HS-16: from Thursday the 30th of October two working days end on Wednesday after the holidays."""
    onehs.at("2025-10-30 12:00")
    ticket = onehs.signed_in(ANNA).asks("payment_posting")

    assert onehs.owes(ticket) == {"processing": "2025-11-05 18:00"}
    assert "HS-16" in onehs.cites(ticket)


def test_HS_16_the_site_tells_guaranteed_hours_from_possible_ones(onehs: Stage) -> None:
    """HS-16: by night STP may work and promises nothing; ORK in the evening likewise; the page says so."""
    words = onehs.visitor(VERA).reads("public:desk").words

    assert "ночью" in words
    assert "в выходные и праздничные дни" in words


def test_HS_17_a_ticket_is_judged_by_the_edition_in_force_when_it_came(onehs: Stage) -> None:
    """HS-17: a new edition halves the time to an answer; what came before it keeps its own."""
    anna = onehs.signed_in(ANNA)
    before = anna.asks("faq", fields=DOMAIN)
    source = packs.source("onehs").replace("edition: 2009-05-01", "edition: 2026-03-03")
    source = source.replace("within: 12 hours", "within: 6 hours")
    add_editions(None, onehs.desk, source, at=onehs.now)

    onehs.at("2026-03-03 00:00")
    after = anna.asks("faq", fields=DOMAIN)
    onehs.agent_of("stp").names(before, "service_problem")

    assert local(onehs.owed(before, "first_response").due_at) == "2026-03-02 22:00"
    assert onehs.owes(after) == {"first_response": "2026-03-03 06:00"}
    editions = [onehs.request(ticket).edition.in_force_from.isoformat() for ticket in (before, after)]
    assert editions == ["2009-05-01", "2026-03-03"]
