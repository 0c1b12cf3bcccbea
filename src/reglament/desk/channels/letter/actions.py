"""Logging an official letter: what a named person found on it decides whether it speaks for the client."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels import intake
from reglament.desk.channels.incoming import Outcome, Taken
from reglament.desk.channels.logged import Log, incoming_of
from reglament.desk.channels.models import LetterCheck
from reglament.desk.faults import ActionRefused
from reglament.desk.people.models import StaffMember
from reglament.desk.regulations.models import Edition
from reglament.desk.regulations.queries import compiled, edition_at

CHANNEL = "letter"


def checklist(edition: Edition, language: str) -> list[tuple[str, str, str]]:
    """Give what the regulation has staff look for on a letter: word, label and clause of each thing."""
    return [
        (word, label.get(language) or label["ru"], clause.id)
        for clause, practice in compiled(edition).written.practices("letter_check")
        for word, label in practice.terms["checks"].items()
    ]


@transaction.atomic
def log_letter(
    by: StaffMember,
    log: Log,
    *,
    found: Mapping[str, bool],
    now: datetime,
    reference: str = "",
    dated: date | None = None,
) -> Taken:
    """Log an official letter with what was found on it.

    Takes each thing of the regulation's check-list and whether it is there. Where all are, the letter
    is authorised, and the person vouches for it; a regulation without a check-list authorises none.
    """
    wanted = {word for word, _label, _clause in checklist(edition_at(by.desk, log.received_at), "ru")}
    if unknown := set(found) - wanted:
        raise ActionRefused(
            _("The regulation's check-list has no '%s'.") % min(unknown), field=f"found.{min(unknown)}"
        )
    complete = bool(wanted) and all(found.get(word, False) for word in wanted)
    proof = {"checked_by": by.pk, "found": {word: bool(found.get(word)) for word in sorted(wanted)}}
    taken = intake.receive(incoming_of(by, CHANNEL, log, now, proven=complete, proof=proof), now)
    if taken.outcome != Outcome.DUPLICATE and taken.message_id is not None:
        LetterCheck.objects.create(
            desk_id=by.desk_id,
            message_id=taken.message_id,
            found=proof["found"],
            reference=reference[:100],
            dated=dated,
            checked_by=by,
            checked_at=now,
        )
    return taken
