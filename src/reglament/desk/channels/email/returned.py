"""What a bounce changes: the letter of ours that it speaks of, and the ticket that must know."""

from __future__ import annotations

from datetime import datetime

from reglament.desk.channels.email.bounces import Bounce, DeliveryReport
from reglament.desk.decisions import actions as decisions
from reglament.desk.notices import deliverability
from reglament.desk.notices.models import DeliveryState, OutgoingLetter
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets import timeline

BOUNCED = "letter_bounced"
"""The event of a letter that came back."""
DELAYED = "letter_delayed"
"""The event of a letter that is still on its way."""


def original_of(desk: Desk, bounce: Bounce) -> OutgoingLetter | None:
    """Give the letter of the desk that a bounce speaks of, or None where it is none of ours."""
    found = {
        letter.internet_message_id: letter
        for letter in OutgoingLetter.objects.filter(desk=desk, internet_message_id__in=bounce.original_ids)
    }
    return next((found[one] for one in bounce.original_ids if one in found), None)


def note(original: OutgoingLetter, bounce: Bounce, at: datetime) -> None:
    """Note what became of a letter of the desk, at the letter and in its ticket's timeline.

    A failure takes back that it was delivered, and with it what its delivery had met; one for good marks
    the address as well. A delay and a success change nothing of the letter. Noted twice it is noted once.
    """
    report = _report_on(original, bounce)
    if report.action == "failed":
        if original.state == DeliveryState.BOUNCED:
            return
        original.state, original.bounced_at = DeliveryState.BOUNCED, at
        original.server_answer = report.diagnostic or report.status
        original.save(update_fields=["state", "bounced_at", "server_answer"])
        decisions.came_back(original, at)
        if report.permanent:
            deliverability.mark(original, status=report.status, diagnostic=report.diagnostic, at=at)
    if original.ticket is not None and report.action in {"failed", "delayed"}:
        timeline.write(
            original.ticket,
            BOUNCED if report.action == "failed" else DELAYED,
            at=at,
            letter=original.pk,
            recipient=original.recipient,
            status=report.status,
            diagnostic=report.diagnostic,
            permanent=report.permanent,
        )


def _report_on(original: OutgoingLetter, bounce: Bounce) -> DeliveryReport:
    """Give the report on the very recipient of a letter, else the worst that is said."""
    for report in bounce.reports:
        if report.recipient == original.recipient.lower():
            return report
    order = ("failed", "delayed")
    ranked = sorted(
        bounce.reports, key=lambda one: order.index(one.action) if one.action in order else len(order)
    )
    return ranked[0] if ranked else DeliveryReport(original.recipient, "failed", "", "")
