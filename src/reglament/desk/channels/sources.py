"""The source of a raw letter, which holds what was taken out of its message: shown with a reason then."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.models import RawLetter
from reglament.desk.channels.queries import raw_of
from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit
from reglament.desk.people.actions import demand_at
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right
from reglament.desk.tickets.hiding import IN_VAULT


def holds_secret(letter: RawLetter) -> bool:
    """Say whether something was taken out of the message of a letter: its source has it still."""
    return letter.message is not None and bool(letter.message.proof.get(IN_VAULT))


def open_source(
    by: StaffMember, letter: RawLetter, reason: str, *, at: datetime, address: str | None = None
) -> bytes:
    """Give the bytes of a letter that holds a secret, and write down who saw them and why.

    Takes the network address from which it is asked. Raises `ActionRefused` without a reason, `OSError`
    where the file is not where it was stored.
    """
    demand_at(by, letter.desk, Right.READ_LETTERS)
    if not reason.strip():
        raise ActionRefused(_("Say why you need to see it; the client may ask."), field="reason")
    source = raw_of(letter)
    audit.record(
        "read_letter_source",
        letter,
        at=at,
        by=by.account,
        reason=reason.strip(),
        address=address,
        values={"ticket": letter.ticket_id},
    )
    return source
