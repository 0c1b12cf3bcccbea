"""Queues and views: the regulation's order, why each place, who waits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from reglament.desk.tests.tram import HOUR, MINUTE, NOW, arrive
from reglament.desk.tickets import actions
from reglament.faces.workspace.tests.house import House, sit, text

pytestmark = pytest.mark.django_db


def rows(page: str) -> list[str]:
    return re.findall(r'id="ticket-(\d+)"', page)


def test_the_first_page_is_the_queue_of_the_own_department(house: House) -> None:
    answer = sit(house.clerk).get(house.url("home"))
    assert answer.headers["Location"] == house.url("queue", "office")


def test_a_queue_stands_in_the_order_of_the_regulation_and_says_why(house: House) -> None:
    late, _ = arrive(house.desk, kind="question", severity="delay")
    soon, _ = arrive(house.desk, NOW + MINUTE, kind="question", severity="halt")
    house.at(NOW + HOUR)
    page = text(sit(house.agent).get(house.url("queue", "depot")))
    assert rows(page) == [str(soon.number), str(late.number)]
    assert "halts first" in page
    assert page.index("Rank 0") < page.index(str(soon)) < page.index("Rank 1") < page.index(str(late))
    assert page.count("TR-4") >= 3
    assert "1 h 1 min" in page


def test_a_view_of_several_departments_sorts_by_due_time_and_says_so(house: House) -> None:
    slow, _ = arrive(house.desk, kind="refund")
    actions.record_told_by_phone(house.lead, slow, at=NOW)
    quick, _ = arrive(house.desk, NOW + MINUTE, kind="question", severity="delay")
    page = text(sit(house.lead).get(house.url("view", "all")))
    assert rows(page) == [str(quick.number), str(slow.number)]
    assert "not the regulation" in page
    assert "Depot" in page
    assert "Office" in page


def test_each_view_holds_what_it_is_called_after(house: House) -> None:
    ticket, request = arrive(house.desk, kind="question", severity="halt")
    desk = sit(house.agent)

    def held(view: str) -> list[str]:
        return rows(text(desk.get(house.url("view", view))))

    number = str(ticket.number)
    assert held("unassigned") == [number]
    assert held("mine") == held("waiting") == held("breached") == []
    actions.take(house.agent, ticket, at=NOW + MINUTE)
    assert held("mine") == [number]
    assert held("unassigned") == []
    house.at(NOW + 2 * HOUR + MINUTE)
    assert held("breached") == [number]
    actions.ask_for_information(house.agent, request, ["route"], at=NOW + 3 * HOUR)
    house.at(NOW + 3 * HOUR)
    assert held("waiting") == [number]
    assert held("breached") == [number], "the notice that nobody sent is still owed"


def test_an_empty_view_says_so_and_leads_on(house: House) -> None:
    page = text(sit(house.agent).get(house.url("view", "mine")))
    assert "Nothing is assigned to you" in page
    assert f'href="{house.url("home")}"' in page


def test_a_settled_ticket_leaves_the_queue(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    actions.close(house.agent, ticket, at=NOW + MINUTE, reason="asked twice")
    assert rows(text(sit(house.agent).get(house.url("queue", "depot")))) == []


def test_a_number_goes_to_its_ticket_and_words_find_some(house: House) -> None:
    ticket, _ = arrive(house.desk, subject="Brakes squeal")
    desk = sit(house.agent)
    answer = desk.get(house.url("search"), {"q": str(ticket)})
    assert answer.headers["Location"] == house.url("ticket", ticket.number)
    assert rows(text(desk.get(house.url("search"), {"q": "squeal"}))) == [str(ticket.number)]
    assert "No ticket answers to this" in text(desk.get(house.url("search"), {"q": "nothing such"}))


def test_a_long_queue_has_pages_that_go_on_counting_places(house: House) -> None:
    tickets = [arrive(house.desk, NOW + n * MINUTE, kind="question")[0] for n in range(51)]
    house.at(NOW + HOUR)
    page = text(sit(house.agent).get(house.url("queue", "depot"), {"page": "2"}))
    assert rows(page) == [str(tickets[-1].number)]
    assert re.search(r"place </span>51<", page)


def test_the_rows_come_alone_for_a_page_that_follows_the_queue(house: House) -> None:
    arrive(house.desk, kind="question")
    answer = sit(house.agent).get(house.url("queue", "depot"), headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert rows(text(answer))


def test_the_queue_is_russian_for_who_reads_russian(house: House) -> None:
    arrive(house.desk, kind="question", severity="halt")
    house.at(NOW + timedelta(minutes=30))
    page = text(sit(house.agent, "ru").get(house.url("queue", "depot")))
    assert "Очередь: сначала остановки" in page
    assert "1 ч 30 мин" in page
