"""Logging a conversation with an online operator."""

from __future__ import annotations

from datetime import datetime

from reglament.desk.channels import intake
from reglament.desk.channels.incoming import Taken
from reglament.desk.channels.logged import Log, incoming_of
from reglament.desk.people.models import StaffMember

CHANNEL = "chat"
TALKS = (CHANNEL, "personal_contact", "messenger", "forum", "social")
"""Channels on which people talk to people, and of which a person writes down what was said."""


def log_talk(by: StaffMember, log: Log, *, now: datetime, channel: str = CHANNEL) -> Taken:
    """Log a conversation: it becomes a ticket, joins one, or stays a note, as the regulation counts it."""
    if channel not in TALKS:
        raise ValueError(f"{channel!r} is not a channel on which people talk; one of {', '.join(TALKS)}")
    return intake.receive(incoming_of(by, channel, log, now), now)
