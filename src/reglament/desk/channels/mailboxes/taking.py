"""From a mailbox into the ledger: each letter is stored for good first, then marked on the server.

Between any two steps the process may die. A letter that is stored and not noted down is fetched again and
found in the ledger by its digest; one that is noted down and not marked is marked in the next round.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from reglament import clock
from reglament.desk.channels.email import ledger
from reglament.desk.channels.email.addresses import addresses
from reglament.desk.channels.email.headers import split_headers
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.lookups import envelope_of
from reglament.desk.channels.email.receiving import KEPT_OF_OVERSIZE, MAX_LETTER, moment_of_receipt
from reglament.desk.channels.email.threads import base_address
from reglament.desk.channels.mailboxes.faults import MailboxFault
from reglament.desk.channels.mailboxes.reading import AT_ONCE, Access, Folder, Head, MailboxSession
from reglament.desk.channels.models import LetterState, MailboxLetter, MailSource, RawLetter
from reglament.desk.operations import vault

_RECIPIENTS = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_log = logging.getLogger(__name__)


class SourceChanged(Exception):
    """The mailbox was removed, or another one took its place, while it was read."""


@dataclass
class Round:
    """One look through an open folder of a mailbox.

    `unread` is told the row of each letter that is new in the ledger; the reading is done elsewhere.
    """

    source: MailSource
    box: MailboxSession
    folder: Folder
    unread: Callable[[int], None]
    stopping: threading.Event = field(default_factory=threading.Event)
    most: int = MAX_LETTER
    """Octets of the largest letter that is taken whole."""
    remark: str = ""
    """What the server did not let be done, as it is kept."""
    new: int = 0
    """How many letters the ledger did not have."""

    def take_new(self) -> None:
        """Take what is new, and mark what a former round left unmarked.

        Raises `MailboxFault`, and `SourceChanged`. A letter that the server does not give out keeps no
        other one waiting, and is asked for again each time.
        """
        if self.source.uid_validity != self.folder.uid_validity:
            self._begin_anew()
        if self._is_moved and not self.box.moves:
            self.remark = MailboxFault("cannot_move").kept
        self._mark_left()
        contiguous = True
        since = (self.source.takes_from - timedelta(days=1)).date()
        uids = self.box.uids(after=self.source.last_uid, since=since)
        for start in range(0, len(uids), AT_ONCE):
            batch = uids[start : start + AT_ONCE]
            known = set(self._noted().filter(uid__in=batch).values_list("uid", flat=True))
            for head in self.box.heads(batch):
                if self.stopping.is_set():
                    return
                if head.uid not in known and not self.is_older(head):
                    contiguous = self.take(head, advance=contiguous) and contiguous
        if contiguous and uids:
            self._advance(uids[-1])
        self._keep_remark()

    def take(self, head: Head, *, advance: bool = False) -> bool:
        """Take one letter; False where the server does not give it out. Raises as `take_new`."""
        raw = self.fetched(head)
        if raw is None:
            self.remark = MailboxFault("not_fetched", str(head.uid)).kept
            return False
        self._note(self.stored(raw, head), head, advance=advance)
        self._mark(head.uid)
        return True

    def fetched(self, head: Head) -> bytes | None:
        """Fetch a letter, or its beginning where it is too large; None where the server does not give it."""
        too_large = head.size > self.most
        return self.box.letter(head.uid, most=KEPT_OF_OVERSIZE if too_large else None) or None

    def stored(self, raw: bytes, head: Head) -> RawLetter:
        """Put a letter into the ledger, or find it there. Raises `MailboxFault` where that fails."""
        now = clock.now()
        came_at = min(head.came_at, now) if head.came_at is not None else now
        size, desk = max(head.size, len(raw)), self.source.desk
        if size > self.most:
            raw = raw[:KEPT_OF_OVERSIZE]
        # Where no border stands before the desk, whoever names one in a letter made it up.
        border = "" if desk.checks_senders else desk.trusted_border
        try:
            letter, is_new = ledger.store(
                desk,
                raw,
                self._envelope(raw),
                "imap",
                received_at=moment_of_receipt(split_headers(raw)[0], border, came_at),
                recorded_at=now,
                size=size if size > self.most else None,
                mail_source=self.source,
                quiet=self._is_quiet(head),
            )
            if is_new and size > self.most:
                ledger.settle(letter, LetterState.OVERSIZE, "too_large", now)
        except Exception as fault:
            _log.exception("a letter of mailbox %s could not be stored", self.source.pk)
            raise MailboxFault("not_stored") from fault
        self.new += is_new
        if is_new and letter.state == LetterState.STORED:
            self.unread(letter.pk)
        return letter

    def is_older(self, head: Head) -> bool:
        """Say whether a letter came before the moment from which on letters are taken."""
        return head.came_at is not None and head.came_at < self.source.takes_from

    def _is_quiet(self, head: Head) -> bool:
        before = self.source.quiet_before
        return before is not None and head.came_at is not None and head.came_at < before

    def _envelope(self, raw: bytes) -> Envelope:
        """Give the envelope: to the owner of the mailbox, with the sub-address that the letter names."""
        own = self.source.recipient.address
        headers, _start = split_headers(raw)
        named = (one.address for name in _RECIPIENTS for one in addresses(headers, name))
        recipient = next((one for one in named if base_address(one) == own), own)
        return envelope_of(self.source.desk, raw, None, recipient)

    @property
    def _is_moved(self) -> bool:
        return self.source.after == MailSource.After.MOVE

    def _noted(self) -> QuerySet[MailboxLetter]:
        return MailboxLetter.objects.filter(mail_source=self.source, uid_validity=self.folder.uid_validity)

    def _note(self, letter: RawLetter, head: Head, *, advance: bool) -> None:
        with transaction.atomic():
            self._demand_unchanged()
            MailboxLetter.objects.get_or_create(
                mail_source=self.source,
                uid_validity=self.folder.uid_validity,
                uid=head.uid,
                defaults={"raw_letter": letter, "seen_at": clock.now()},
            )
            if advance:
                self._advance(head.uid)

    def _demand_unchanged(self) -> None:
        """Lock the source's row; raise `SourceChanged` where it no longer is the mailbox that is read."""
        row = MailSource.objects.select_for_update().filter(pk=self.source.pk).first()
        if row is None or any(
            getattr(row, name) != getattr(self.source, name)
            for name in ("takes_from", "host", "user", "folder")
        ):
            raise SourceChanged

    def _advance(self, uid: int) -> None:
        if uid > self.source.last_uid:
            # By the moment it takes letters from, for whoever asks for older ones has all looked at again.
            MailSource.objects.filter(
                pk=self.source.pk,
                takes_from=self.source.takes_from,
                uid_validity=self.folder.uid_validity,
                last_uid__lt=uid,
            ).update(last_uid=uid)
            self.source.last_uid = uid

    def _begin_anew(self) -> None:
        """Look at every letter again: the folder was made anew, and its UIDs mean nothing any more."""
        with transaction.atomic():
            self._demand_unchanged()
            MailSource.objects.filter(pk=self.source.pk).update(
                uid_validity=self.folder.uid_validity, last_uid=0
            )
            self.source.letters.filter(marked_at=None).exclude(uid_validity=self.folder.uid_validity).update(
                marked_at=clock.now()
            )
        self.source.uid_validity, self.source.last_uid = self.folder.uid_validity, 0

    def _mark_left(self) -> None:
        left = set(self._noted().filter(marked_at=None).values_list("uid", flat=True))
        if not left:
            return
        there = {head.uid for head in self.box.heads(left)}
        self._noted().filter(uid__in=left - there).update(marked_at=clock.now())
        for uid in sorted(there):
            if self.stopping.is_set():
                return
            self._mark(uid)

    def _mark(self, uid: int) -> None:
        """Flag or move a letter that is noted down. What the server forbids is a remark, and tried again."""
        if self._is_moved and self.box.moves:
            if self.remark.startswith("done_folder_absent"):
                return
            try:
                self.box.move(uid, self.source.done_folder)
            except MailboxFault as fault:
                if fault.kind != "done_folder_absent":
                    raise
                self.remark = fault.kept
                return
        else:
            self.box.flag(uid, keywords=self.folder.keywords)
        self._noted().filter(uid=uid).update(marked_at=clock.now())

    def _keep_remark(self) -> None:
        if self.remark != self.source.remark:
            MailSource.objects.filter(pk=self.source.pk).update(remark=self.remark)
            self.source.remark = self.remark


def access_of(source: MailSource) -> Access:
    """Give how to come into a mailbox, its password opened. Raises `MailboxFault`."""
    if source.password is None or source.password.erased_at is not None:
        raise MailboxFault("no_password")
    try:
        password = vault.open_for_machine(source.password)
    except vault.VaultFault as closed:
        raise MailboxFault("vault_closed") from closed
    return Access(source.host, source.port, source.encryption, source.user, password)
