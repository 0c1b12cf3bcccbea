"""Trying a mailbox out before it is read: what is found there, in words, within seconds."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import formats, translation
from django.utils.translation import gettext as _

from reglament.desk.channels.mailboxes.faults import MailboxFault, fault_of
from reglament.desk.channels.mailboxes.reading import Access, Folder, MailboxSession, connect

LONGEST = 15.0
"""Seconds after which a test gives up."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a test found, in the language of the moment.

    `what` is its id: `greeted`, `encrypted`, `signed_in`, `folder`, `newest`, `idle`, `marks`, or that of
    a fault. `good` is False where it keeps letters from being read, None where it is worth knowing.
    """

    what: str
    good: bool | None
    words: str


class _Test:
    """What one test has found so far. It may be left alone while its server is still silent."""

    def __init__(self, access: Access, folder: str, done_folder: str, at: datetime, longest: float) -> None:
        self._access, self._folder, self._done_folder, self._at = access, folder, done_folder, at
        self._longest = longest
        self._language = translation.get_language() or "ru"
        self.found: list[Finding] = []

    def run(self) -> None:
        """Look, and note the first thing that is wrong instead of raising it."""
        with translation.override(self._language):
            try:
                self._look()
            except Exception as fault:
                named = fault_of(fault)
                self._note(named.kind, False, str(named))

    def _look(self) -> None:
        box = connect(self._access, timeout=self._longest)
        try:
            self._note("greeted", True, _("The server answers."))
            if box.encrypted:
                self._note("encrypted", True, _("The connection is encrypted: %s.") % box.encrypted)
            else:
                self._note("encrypted", None, _("The connection is not encrypted."))
            box.sign_in(self._access.user, self._access.password)
            self._note("signed_in", True, _("The user and the password are right."))
            self._look_into(box, box.open_folder(self._folder, only_read=True))
        finally:
            box.close()

    def _look_into(self, box: MailboxSession, folder: Folder) -> None:
        self._note(
            "folder",
            True,
            _("The folder “%(folder)s” is there. Letters in it: %(count)d.")
            % {"folder": folder.name, "count": folder.count},
        )
        # Of a mailbox of many years only the last weeks are asked about.
        recent = box.uids(after=0, since=(self._at - timedelta(days=60)).date())
        newest = max((head.came_at for head in box.heads(recent[-20:]) if head.came_at), default=None)
        if newest is not None:
            day = formats.date_format(newest, "DATE_FORMAT")
            self._note("newest", None, _("The newest letter came on %s.") % day)
        if box.has_idle:
            self._note("idle", True, _("The server tells of new letters at once (IDLE)."))
        else:
            self._note(
                "idle", None, _("The server does not tell of new letters; it is asked every half minute.")
            )
        if self._done_folder and not box.moves:
            self._note("marks", None, str(MailboxFault("cannot_move")))
        elif self._done_folder:
            self._note("marks", True, _("Letters can be moved."))

    def _note(self, what: str, good: bool | None, words: str) -> None:
        self.found = [*self.found, Finding(what, good, words)]


def findings(
    access: Access, folder: str, done_folder: str, at: datetime, *, longest: float = LONGEST
) -> list[Finding]:
    """Connect with the given values and say what was found, up to the first thing that is wrong.

    Changes nothing in the mailbox. `done_folder` is blank where letters are to be flagged only. Ends after
    `longest` seconds, whatever the server does.
    """
    test = _Test(access, folder, done_folder, at, longest)
    # A server that sends a drop now and then never runs into a time limit of the connection.
    thread = threading.Thread(target=test.run, name="mailbox test", daemon=True)
    thread.start()
    thread.join(longest)
    found = test.found
    if thread.is_alive():
        found = [*found, Finding("silent", False, str(MailboxFault("silent")))]
    return found
