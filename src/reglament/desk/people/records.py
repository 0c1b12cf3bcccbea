"""Dated records of what a client holds: added, ended, corrected and taken back, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit
from reglament.desk.people.actions import account_of, demand_at, save_checked
from reglament.desk.people.models import Organisation, Record, StaffMember
from reglament.desk.people.roles import Right
from reglament.regulation.model.program import Fact

OWN_FACTS = ("service", "domain", "contract", "product_version", "personal_specialist")
"""What a desk notes of a client whatever its regulation says; of the first two, several can hold at once."""


@transaction.atomic
def add_record(
    by: StaffMember | None,
    organisation: Organisation,
    fact: str,
    value: Any,
    *,
    declared: Mapping[str, Fact],
    valid_from: datetime,
    at: datetime,
    valid_until: datetime | None = None,
    reason: str = "",
) -> Record:
    """Record what a client holds from a moment on, or until another (exclusive).

    Takes the facts that the desk's regulation declares, so that a fact or a value that it does not
    know is refused with the nearest one that it does. What held before is not touched: of records of
    one fact that hold at the same moment, the one that began last counts.
    """
    demand_at(by, organisation.desk, Right.CHANGE_CLIENTS)
    return _written(
        by,
        Record(
            desk=organisation.desk,
            organisation=organisation,
            fact=_fact(fact, declared),
            value=_value(fact, value, declared),
            valid_from=valid_from,
            valid_until=valid_until,
            recorded_at=at,
            recorded_by=account_of(by),
            reason=reason,
        ),
        "add_record",
    )


@transaction.atomic
def correct_record(
    by: StaffMember | None,
    record: Record,
    *,
    value: Any,
    valid_from: datetime,
    valid_until: datetime | None,
    declared: Mapping[str, Fact],
    reason: str,
    at: datetime,
) -> Record:
    """Say what a record should have said. The wrong one stays on record, and counts no more."""
    demand_at(by, record.desk, Right.CHANGE_CLIENTS)
    return _written(
        by,
        _following(
            by, record, at, reason, value=_value(record.fact, value, declared), valid_from=valid_from,
            valid_until=valid_until,
        ),
        "correct_record",
    )  # fmt: skip


@transaction.atomic
def end_record(
    by: StaffMember | None, record: Record, *, until: datetime, at: datetime, reason: str = ""
) -> Record:
    """Say until when (exclusive) something holds."""
    demand_at(by, record.desk, Right.CHANGE_CLIENTS)
    if until <= record.valid_from:
        raise ActionRefused(
            _("It began later than that; take the record back if it never held."), field="valid_until"
        )
    return _written(by, _following(by, record, at, reason, valid_until=until), "end_record")


@transaction.atomic
def withdraw_record(by: StaffMember | None, record: Record, *, reason: str, at: datetime) -> Record:
    """Take a record back that never held."""
    demand_at(by, record.desk, Right.CHANGE_CLIENTS)
    return _written(by, _following(by, record, at, reason, withdrawn=True), "withdraw_record")


def _following(by: StaffMember | None, record: Record, at: datetime, reason: str, **changes: Any) -> Record:
    if Record.objects.filter(corrects=record).exists():
        raise ActionRefused(_("This record was changed since; look at the newer one."))
    if record.withdrawn:
        raise ActionRefused(_("This record was taken back; add a new one."))
    values = {"value": record.value, "valid_from": record.valid_from, "valid_until": record.valid_until}
    return Record(
        desk=record.desk,
        organisation=record.organisation,
        fact=record.fact,
        recorded_at=at,
        recorded_by=account_of(by),
        reason=reason.strip(),
        corrects=record,
        **{**values, **changes},
    )


def _written(by: StaffMember | None, record: Record, what: str) -> Record:
    if record.valid_until is not None and record.valid_until <= record.valid_from:
        raise ActionRefused(_("It would end before it begins."), field="valid_until")
    save_checked(record)
    audit.record(what, record, by=account_of(by), at=record.recorded_at, values={"fact": record.fact})
    return record


def _fact(name: str, declared: Mapping[str, Fact]) -> str:
    known = [*declared, *OWN_FACTS]
    if name not in known:
        nearest = get_close_matches(name, known, n=1)
        advice = nearest[0] if nearest else ", ".join(known)
        raise ActionRefused(
            _("The regulation knows no '%(name)s'; perhaps %(advice)s.") % {"name": name, "advice": advice},
            field="fact",
        )
    return name


def _value(name: str, value: Any, declared: Mapping[str, Fact]) -> Any:
    fact = declared.get(name)
    if fact is None:
        fits = (isinstance(value, str) and bool(value.strip())) or (
            isinstance(value, int) and value is not True
        )
    elif fact.type == "flag":
        fits = isinstance(value, bool)
    elif fact.type == "number":
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    elif fact.type == "date":
        fits = _is_date(value)
    else:
        fits = value in fact.values
    if not fits:
        raise ActionRefused(
            _("'%(value)s' is not a value of %(name)s: %(expected)s.")
            % {"value": value, "name": name, "expected": _expected(fact)},
            field="value",
        )
    return value.strip() if isinstance(value, str) else value


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _expected(fact: Fact | None) -> str:
    if fact is None:
        return str(_("a text or a number"))
    if fact.type == "choice":
        return str(_("one of %s") % ", ".join(fact.values))
    return str(
        {"flag": _("yes or no"), "number": _("a whole number from 0")}.get(fact.type, _("a date, YYYY-MM-DD"))
    )
