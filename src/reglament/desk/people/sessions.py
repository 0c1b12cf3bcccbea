"""Sessions of an account, ended everywhere at once."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from reglament.desk.people.models import Account


def end_sessions(account: Account) -> int:
    """Sign an account out of every browser; gives how many sessions it had."""
    ended = 0
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(account.pk):
            session.delete()
            ended += 1
    return ended
