"""What the worker does for decisions: records what fell due, and what a delivered letter has met."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from reglament import clock
from reglament.desk.decisions import actions
from reglament.desk.notices.events import letter_handed_over
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.tickets.models import Ticket


def fall_due(worker: str) -> None:
    """Record everything that fell due unmet by now."""
    del worker
    actions.fall_due(clock.now())


def recount_preliminary(worker: str) -> None:
    """Count preliminary deadlines anew where the product has come to know other days off."""
    del worker
    actions.recount_preliminary(clock.now())


@receiver(letter_handed_over, dispatch_uid="decisions")
def meet_by_letter(letter: OutgoingLetter, moment: datetime, **_others: Any) -> None:
    """Let a letter that an outgoing server took meet what it meets."""
    if letter.ticket_id is not None:
        letter.ticket = Ticket.objects.select_for_update().get(pk=letter.ticket_id)
        actions.handed_over(letter, moment)
