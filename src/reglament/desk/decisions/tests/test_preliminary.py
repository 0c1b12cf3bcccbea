"""Deadlines that reach a year without a decree, and what the decree makes of them (Labour Code, art. 112)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reglament.desk.decisions.actions import recount_preliminary
from reglament.desk.decisions.models import Obligation
from reglament.desk.decisions.queries import replay
from reglament.desk.regulations import compiled as editions
from reglament.desk.regulations.actions import create_desk
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.tram import HOUR, TRAM, arrive, staff_at
from reglament.desk.tickets import actions
from reglament.desk.tickets.models import Request
from reglament.regulation.calendar import days_off_of, regulation_calendar
from reglament.regulation.calendar.data.russia import YEARS

pytestmark = pytest.mark.django_db

DEPOT = ZoneInfo("Asia/Vladivostok")
WITH_DAYS_OFF = (
    TRAM.replace('hours: "08:00-20:00"', 'days: working, days_off: RU, hours: "08:00-20:00"')
    .replace("        clock: always\n", "        clock: depot\n")
    .replace("halt: {plain: 2 hours", "halt: {plain: 12 working hours")
    .replace("delay: {plain: 8 hours", "delay: {plain: 20 working hours")
)
Decree = Callable[[], None]


def at(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=DEPOT).astimezone(UTC)


def local(moment: datetime | None) -> str:
    assert moment is not None
    return moment.astimezone(DEPOT).strftime("%m-%d %H:%M")


def forget() -> None:
    """Let this process know no more of days off than one that has just begun."""
    days_off_of.cache_clear()
    regulation_calendar.cache_clear()
    editions._read.clear()


@pytest.fixture
def decree(monkeypatch: pytest.MonkeyPatch) -> Iterator[Decree]:
    """Begin before 2027 is decreed; the value is its decree, which moves the 3rd of January to 5 November."""
    year = YEARS[2027]
    monkeypatch.delitem(YEARS, 2027)
    forget()

    def come() -> None:
        monkeypatch.setitem(YEARS, 2027, year)
        forget()

    yield come
    monkeypatch.undo()
    forget()


def depot() -> Desk:
    return create_desk(WITH_DAYS_OFF, slug="tram", name="Tram", at=at("2027-01-20T08:00"))


def repair(received: str) -> Request:
    _, request = arrive(depot(), at(received), kind="repair", channel="portal", fields={"route": "7"})
    return request


def rows(request: Request, metric: str = "repair") -> list[tuple[str, str, bool]]:
    found: list[Obligation] = list(request.obligations.filter(metric=metric).order_by("id"))
    return [(row.state, local(row.due_at), row.preliminary) for row in found]


def test_a_decree_counts_what_is_open_and_preliminary_anew_and_both_values_stay(decree: Decree) -> None:
    request = repair("2027-11-03T12:00")
    assert rows(request) == [("open", "11-05 10:00", True)]

    decree()
    assert recount_preliminary(at("2027-11-03T13:00")) == 1

    assert rows(request) == [("superseded", "11-05 10:00", True), ("open", "11-08 10:00", False)]
    first, second = request.decisions.order_by("made_at")
    assert (second.cause, second.supersedes, second.caused_by) == ("days_off_decreed", first, None)
    assert (replay(first).same_calendar, replay(second).same_calendar) == (False, True)
    event = request.ticket.timeline.get(kind="obligation_recounted", values__metric="repair")
    assert local(datetime.fromisoformat(event.values["before"])) == "11-05 10:00"
    assert local(datetime.fromisoformat(event.values["due_at"])) == "11-08 10:00"
    request.ticket.refresh_from_db()
    assert request.ticket.next_due_at == request.obligations.get(metric="registration").due_at


def test_where_the_decree_changes_nothing_the_promise_is_only_no_longer_preliminary(decree: Decree) -> None:
    request = repair("2027-06-02T12:00")
    decree()

    recount_preliminary(at("2027-06-02T13:00"))

    assert rows(request) == [("open", "06-03 10:00", False)]
    assert request.ticket.timeline.filter(kind="obligation_recounted").exists()


def test_done_twice_it_is_done_once_and_without_other_days_off_not_at_all(decree: Decree) -> None:
    request = repair("2027-11-03T12:00")
    assert recount_preliminary(at("2027-11-03T12:30")) == 0
    decree()

    done = [recount_preliminary(at("2027-11-03T13:00") + hours * HOUR) for hours in (0, 24)]

    assert done == [1, 0]
    assert request.decisions.count() == 2


def test_what_was_met_or_fell_due_before_is_not_touched(decree: Decree) -> None:
    request = repair("2027-11-03T12:00")
    actions.reply(staff_at(request.desk), request.ticket, "We come.", at=at("2027-11-03T13:00"))
    decree()

    recount_preliminary(at("2027-11-07T12:00"))

    assert rows(request) == [("breached", "11-05 10:00", True)]
    assert rows(request, "answer") == [("met", "11-05 20:00", True)]


def test_a_term_that_counts_from_an_agreement_is_counted_from_there(decree: Decree) -> None:
    request = repair("2027-11-03T12:00")
    _agree(request, "halt", at("2027-11-03T16:00"))
    assert rows(request, "answer")[-1] == ("open", "11-05 16:00", True)
    decree()

    recount_preliminary(at("2027-11-03T17:00"))

    assert rows(request, "answer")[-1] == ("open", "11-08 16:00", False)


def test_a_term_that_outlived_an_agreement_is_counted_by_its_own_budget(decree: Decree) -> None:
    request = repair("2027-11-03T12:00")
    _agree(request, "halt", at("2027-11-05T09:00"))
    assert rows(request, "answer")[-1] == ("open", "11-05 20:00", True)
    decree()

    recount_preliminary(at("2027-11-05T09:30"))

    assert rows(request, "answer")[-1] == ("open", "11-08 20:00", False)


def test_a_decree_that_shortens_a_term_lets_nothing_begin_overdue(decree: Decree) -> None:
    request = repair("2027-02-19T12:00")
    assert rows(request) == [("open", "02-22 10:00", True)]
    decree()

    recount_preliminary(at("2027-02-21T12:00"))

    assert rows(request) == [("open", "02-22 10:00", False)]


def test_it_lets_the_earlier_term_hold_while_that_is_still_ahead(decree: Decree) -> None:
    request = repair("2027-02-19T12:00")
    decree()

    recount_preliminary(at("2027-02-19T13:00"))

    assert rows(request)[-1] == ("open", "02-20 10:00", False)


def _agree(request: Request, severity: str, moment: datetime) -> None:
    request.refresh_from_db()
    agent = staff_at(request.desk)
    proposal = actions.propose_severity(agent, request, severity, reason="", at=moment - timedelta(minutes=1))
    actions.answer_proposal(proposal, agreed=True, through="portal", at=moment)
