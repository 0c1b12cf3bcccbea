"""The sweep that erases secrets when their time is over."""

from __future__ import annotations

from reglament import clock
from reglament.desk.operations import vault


def erase_expired(worker: str) -> None:
    """Erase every secret whose time is over."""
    del worker
    vault.erase_expired(clock.now())
