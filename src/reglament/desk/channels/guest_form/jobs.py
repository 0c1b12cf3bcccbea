"""The sweep that forgets what visitors sent and never confirmed."""

from __future__ import annotations

from reglament import clock
from reglament.desk.channels.guest_form import actions


def forget_expired(worker: str) -> None:
    """Forget the drafts whose time is over."""
    del worker
    actions.forget_expired(clock.now())
