"""Logging a request that was sent from inside the product."""

from __future__ import annotations

from datetime import datetime

from reglament.desk.channels import intake
from reglament.desk.channels.incoming import Taken
from reglament.desk.channels.logged import Log, incoming_of
from reglament.desk.people.models import StaffMember

CHANNEL = "product_ui"


def log_request(by: StaffMember, log: Log, *, now: datetime) -> Taken:
    """Log a request that somebody sent from inside the product."""
    return intake.receive(incoming_of(by, CHANNEL, log, now), now)
