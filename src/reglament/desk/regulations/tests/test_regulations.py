"""Desks and the editions that they run by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.people.models import Role
from reglament.desk.regulations import actions
from reglament.desk.regulations.queries import (
    compiled,
    edition_at,
    edition_dated,
    editions_of,
    in_force_since,
    next_edition,
    outage_at,
)
from reglament.desk.tests.tram import HOUR, NOW, TRAM, arrive, staff_at, tram_desk
from reglament.regulation.reading.faults import RegulationUnreadable

pytestmark = pytest.mark.django_db

LATER = TRAM.replace("edition: 2020-01-01", "edition: 2026-03-03").replace(
    "halt: {plain: 2 hours", "halt: {plain: 3 hours"
)
BOTH = TRAM + "\n---\n" + LATER


def test_a_desk_is_made_of_a_regulation_as_it_says_itself() -> None:
    desk = actions.create_desk(TRAM, slug="tram", at=NOW)

    assert (desk.name, desk.number_prefix, desk.zone) == ("Трамвайное депо", "TR", "Asia/Vladivostok")
    assert {row.name for row in desk.departments.all()} == {"depot", "office"}
    assert editions_of(desk).get().source == TRAM


def test_a_file_that_is_no_regulation_makes_nothing() -> None:
    with pytest.raises(RegulationUnreadable):
        actions.create_desk("regulation: x", slug="x", at=NOW)


def test_an_edition_begins_at_midnight_of_its_date_in_its_own_zone() -> None:
    desk = actions.create_desk(BOTH, slug="tram", at=NOW)
    midnight = datetime(2026, 3, 2, 14, tzinfo=UTC)
    old, new = editions_of(desk)

    assert in_force_since(new) == midnight
    assert edition_at(desk, midnight - timedelta(microseconds=1)) == old
    assert edition_at(desk, midnight) == new
    assert next_edition(desk, NOW) == new
    assert next_edition(desk, midnight) is None


def test_what_came_before_an_edition_stays_judged_by_the_former_one() -> None:
    desk = actions.create_desk(BOTH, slug="tram", at=NOW)
    before, after = NOW, NOW + 2 * timedelta(days=1)

    _, old = arrive(desk, before, severity="halt", channel="portal")
    _, new = arrive(desk, after, severity="halt", channel="portal")

    assert old.obligations.get(metric="answer").due_at == before + 2 * HOUR
    assert new.obligations.get(metric="answer").due_at == after + 3 * HOUR


def test_a_newer_edition_is_added_and_installed_ones_are_never_touched() -> None:
    desk = tram_desk()
    owner = staff_at(desk, Role.OWNER)

    added = actions.add_editions(owner, desk, BOTH, at=NOW)

    assert [row.in_force_from.isoformat() for row in added] == ["2026-03-03"]
    assert edition_dated(desk, "2020-01-01").source == TRAM
    with pytest.raises(ActionRefused):
        actions.add_editions(owner, desk, BOTH, at=NOW)


def test_another_regulation_is_no_edition_of_this_one() -> None:
    desk = tram_desk()

    with pytest.raises(ActionRefused, match="runs by tram"):
        actions.add_editions(None, desk, TRAM.replace("regulation: tram", "regulation: bus"), at=NOW)


def test_an_agent_changes_no_regulation() -> None:
    desk = tram_desk()

    with pytest.raises(NotAllowed):
        actions.add_editions(staff_at(desk), desk, BOTH, at=NOW)


def test_an_edition_is_read_once_by_a_process() -> None:
    edition = editions_of(tram_desk()).get()

    assert compiled(edition) is compiled(edition)


def test_what_comes_while_the_portal_is_down_is_judged_so() -> None:
    desk = tram_desk()
    lead = staff_at(desk, Role.LEAD)
    actions.declare_outage(lead, desk, reason="The server burns", at=NOW)
    actions.end_outage(lead, desk, at=NOW + 2 * HOUR)

    _, during = arrive(desk, NOW + HOUR)
    _, after = arrive(desk, NOW + 2 * HOUR)

    assert during.facts["circumstances.portal_down"]["source"] == "switch"
    assert "circumstances.portal_down" not in after.facts
    assert outage_at(desk, NOW + HOUR) is not None


def test_a_lead_declares_the_outage_with_a_reason_and_once() -> None:
    desk = tram_desk()
    lead = staff_at(desk, Role.LEAD)

    with pytest.raises(NotAllowed):
        actions.declare_outage(staff_at(desk), desk, reason="so", at=NOW)
    with pytest.raises(ActionRefused):
        actions.declare_outage(lead, desk, reason=" ", at=NOW)
    actions.declare_outage(lead, desk, reason="fire", at=NOW)
    with pytest.raises(ActionRefused):
        actions.declare_outage(lead, desk, reason="fire", at=NOW)
