"""The audit log: newest first, what is looked for, what each event leads to, few queries."""

from __future__ import annotations

import ast
from http import HTTPStatus
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import reglament
from reglament.desk.operations import audit, vault
from reglament.desk.operations.audit_words import EVENTS
from reglament.desk.people.actions import create_organisation
from reglament.desk.tests.tram import HOUR, MINUTE, NOW, arrive
from reglament.desk.tickets import actions
from reglament.faces.workspace.tests.house import House, sit, text

MOST = 20


@pytest.mark.django_db
def test_who_saw_a_secret_and_why_stands_there_with_the_way_to_the_ticket(house: House) -> None:
    ticket, request = arrive(house.desk, kind="question")
    secret = vault.seal(house.desk, "pass_code", "4711", at=NOW, request=request)
    actions.take(house.agent, ticket, at=NOW)
    ticket.refresh_from_db()
    secret.refresh_from_db()
    vault.reveal(secret, house.agent, "to open the gate", at=NOW, address="192.0.2.7")

    shown = text(sit(house.owner).get(house.url("audit")))

    row = shown[shown.index('<td data-label="What was done">A secret was seen') - 400 :]
    for words in (
        house.agent.account.name,
        "192.0.2.7",
        "to open the gate",
        f"/work/tickets/{ticket.number}/",
    ):
        assert words in row
    assert "4711" not in shown


@pytest.mark.django_db
def test_the_log_is_looked_through_by_act_person_ticket_and_day(house: House) -> None:
    ticket, _ = arrive(house.desk, kind="question")
    actions.move_department(house.lead, ticket, "office", at=NOW)
    create_organisation(house.admin, house.desk, name="Depot Ltd", at=NOW + 48 * HOUR)
    browser = sit(house.owner)

    def rows(**asked: str | int) -> list[str]:
        page = text(browser.get(house.url("audit"), asked))
        told = ("A ticket moved to another department", "A client was added")
        return [words for words in told if f'"What was done">{words}' in page]

    assert rows() == ["A ticket moved to another department", "A client was added"]
    assert rows(what="move_ticket") == ["A ticket moved to another department"]
    assert rows(by=house.admin.account_id) == ["A client was added"]
    assert rows(ticket=ticket.number) == ["A ticket moved to another department"]
    assert rows(since="2026-03-03") == ["A client was added"]
    assert rows(through="2026-03-02") == ["A ticket moved to another department"]
    assert rows(before="9" * 30) == rows()


@pytest.mark.django_db
def test_pages_go_on_by_key_and_ask_few_times(house: House) -> None:
    ticket, request = arrive(house.desk, kind="question")
    secret = vault.seal(house.desk, "pass_code", "4711", at=NOW, request=request)
    about = (ticket, request, secret, house.client, house.client.organisation, house.agent)
    for number in range(120):
        audit.record("change_staff", about[number % 6], at=NOW + number * MINUTE, desk=house.desk)
    browser = sit(house.owner)
    browser.get(house.url("audit"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        first = text(browser.get(house.url("audit")))
    assert len(asked) <= MOST
    assert first.count('data-label="When"') == 50
    older = first[first.index('href="?before=') + 6 :].partition('"')[0]
    second = text(browser.get(house.url("audit") + older))
    assert second.count('data-label="When"') == 50
    assert "Newest" in second


@pytest.mark.parametrize("who", ["agent", "lead"])
@pytest.mark.django_db
def test_who_may_not_read_it_is_told_so_and_finds_no_way_to_it(house: House, who: str) -> None:
    browser = sit(getattr(house, who))
    assert browser.get(house.url("audit")).status_code == HTTPStatus.FORBIDDEN
    assert house.url("audit") not in text(browser.get(house.url("desk")))
    assert house.url("audit") in text(sit(house.owner).get(house.url("desk")))


def test_every_act_that_is_recorded_has_its_words() -> None:
    source = Path(reglament.__file__).parent
    recorded = {
        part.value
        for file in source.rglob("*.py")
        if "tests" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
        for part in ast.walk(node.args[0])
        if isinstance(part, ast.Constant)
    }
    assert recorded - EVENTS.keys() == set()
