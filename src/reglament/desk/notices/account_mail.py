"""Letters about accounts (a password forgotten) go the way of all letters: through the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from reglament import clock
from reglament.desk.notices.actions import send_account_letter


class OutboxBackend(BaseEmailBackend):
    """Django's own letters, written into the outbox of the desk."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each letter into the outbox, once per recipient; gives how many letters there were."""
        now = clock.now()
        for message in email_messages:
            for recipient in message.recipients():
                send_account_letter(
                    to=recipient, subject=str(message.subject), text=str(message.body), at=now
                )
        return len(email_messages)
