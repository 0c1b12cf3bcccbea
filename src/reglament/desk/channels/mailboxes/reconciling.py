"""Comparing a mailbox, and the ledger's own files, with the ledger: seen, stored, and what differs.

What a mailbox has and the ledger lacks is fetched again at once, and stands in the comparison all the same.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from reglament.desk.channels.email import ledger
from reglament.desk.channels.email.headers import Headers, split_headers
from reglament.desk.channels.email.receiving import KEPT_OF_OVERSIZE, read_stored
from reglament.desk.channels.mailboxes.faults import MailboxFault
from reglament.desk.channels.mailboxes.reading import AT_ONCE, Head, MailboxSession, session
from reglament.desk.channels.mailboxes.taking import Round, SourceChanged, access_of
from reglament.desk.channels.models import MailboxLetter, MailSource, RawLetter, Reconciliation
from reglament.desk.regulations.models import Desk

MOST_SHOWN = 200
"""Differing letters that one comparison lists."""
MOST_FETCHED = 1000
"""Letters that one comparison fetches again; the next one goes on."""
ON_ITS_WAY = timedelta(minutes=5)
"""How young a letter may be that is in the mailbox and rightly not in the ledger yet."""
NIGHTS = 7
"""In how many nights the content of every file is read; each night all are looked at for their size."""
READING_FOR = 60.0
"""Seconds that are spent on reading the content of files, for one desk."""
FIELDS = "MESSAGE-ID DATE SUBJECT"

_log = logging.getLogger(__name__)


def reconcile_desk(desk: Desk, at: datetime) -> list[Reconciliation]:
    """Compare each mailbox of a desk that is not paused, and the files of its letters, with the ledger."""
    sources = list(desk.mail_sources.filter(paused_at=None).order_by("pk"))
    return [*(reconcile_source(source, at) for source in sources), reconcile_files(desk, at)]


def reconcile_source(source: MailSource, at: datetime) -> Reconciliation:
    """Compare a mailbox with the ledger, fetch what is missing there, and write down what was found.

    Never raises for what is wrong with the mailbox: the row says it.
    """
    source = MailSource.objects.select_related("desk", "recipient", "password").get(pk=source.pk)
    found = _Found()
    new: list[int] = []
    try:
        with session(access_of(source)) as box:
            _compare_folder(Round(source, box, box.open_folder(source.folder), new.append), at, found)
            if source.after == MailSource.After.MOVE and box.moves:
                _compare_done_folder(source, box, new, at, found)
    except MailboxFault as fault:
        found.fault = fault.kept
    except SourceChanged:
        _log.info("mailbox %s was changed while it was compared", source.pk)
    for raw_letter_id in new:
        read_stored(raw_letter_id, at)
    return found.written(source.desk, at, source)


def reconcile_files(desk: Desk, at: datetime) -> Reconciliation:
    """Compare the files of a desk's letters with their rows, and write down what was found.

    All sizes each time; the content of each file once in `NIGHTS` nights, as far as the time reaches.
    """
    found = _Found()
    until = time.monotonic() + READING_FOR
    turn = at.toordinal() % NIGHTS
    for number in range(256):
        shard, end = f"{number:02x}", f"{number + 1:02x}" if number < 255 else "g"
        rows = list(desk.raw_letters.filter(digest__gte=shard, digest__lt=end))
        # After the rows, for a file is there before its row.
        files = ledger.files_in(desk, shard)
        for row in rows:
            reads = int(row.digest[-2:], 16) % NIGHTS == turn and time.monotonic() < until
            found.count(_fault_of_file(row, files.get(row.storage_path), reads=reads), file=row.storage_path)
        for path in sorted(files.keys() - {row.storage_path for row in rows}):
            if not desk.raw_letters.filter(storage_path=path).exists():
                found.count("file_without_row", file=path)
    return found.written(desk, at, None)


@dataclass
class _Found:
    seen: int = 0
    stored: int = 0
    differing: list[dict[str, Any]] = field(default_factory=list)
    fault: str = ""

    def count(self, what: str, **about: Any) -> None:
        """Count one letter; `what` says how it differs, and is empty where it does not."""
        self.seen += 1
        if not what:
            self.stored += 1
        elif len(self.differing) < MOST_SHOWN:
            self.differing.append({"what": what, **about})

    def written(self, desk: Desk, at: datetime, source: MailSource | None) -> Reconciliation:
        if source is not None and not MailSource.objects.filter(pk=source.pk).exists():
            source = None
        return Reconciliation.objects.create(
            desk=desk,
            mail_source=source,
            at=at,
            seen=self.seen,
            stored=self.stored,
            differing=self.differing,
            fault=self.fault,
        )


def _compare_folder(look: Round, at: datetime, found: _Found) -> None:
    fetched = 0
    for batch in _batches(look):
        uids = [head.uid for head in batch]
        noted = set(
            MailboxLetter.objects.filter(
                mail_source=look.source, uid_validity=look.folder.uid_validity, uid__in=uids
            ).values_list("uid", flat=True)
        )
        for head in batch:
            if head.uid in noted:
                found.count("")
            elif _is_on_its_way(head, at):
                continue
            elif fetched < MOST_FETCHED:
                fetched += 1
                _fetch_again(look, head, found, note=True)
            else:
                found.count("missing", **_about(head))


def _compare_done_folder(
    source: MailSource, box: MailboxSession, new: list[int], at: datetime, found: _Found
) -> None:
    """Compare what was moved: its UIDs are new ones, so by Message-ID and size, else by its octets."""
    try:
        folder = box.open_folder(source.done_folder, only_read=True)
    except MailboxFault as fault:
        if fault.kind == "folder_absent":
            return  # it is made when the first letter is moved
        raise
    look = Round(source, box, folder, new.append)
    fetched = 0
    for batch in _batches(look):
        ids = {head.uid: _field(head, "message-id") for head in batch}
        known = set(
            RawLetter.objects.filter(
                desk=source.desk, internet_message_id__in=[one for one in ids.values() if one]
            ).values_list("internet_message_id", "size")
        )
        for head in batch:
            if (ids[head.uid], head.size) in known:
                found.count("")
            elif _is_on_its_way(head, at):
                continue
            elif fetched < MOST_FETCHED:
                fetched += 1
                _fetch_again(look, head, found, note=False)
            else:
                found.count("missing", **_about(head))


def _fetch_again(look: Round, head: Head, found: _Found, *, note: bool) -> None:
    """Take a letter that nobody noted down. It differs only where the ledger did not have its octets."""
    before = look.new
    if note:
        given = look.take(head)
    else:
        raw = look.fetched(head)
        given = raw is not None
        if raw is not None:
            look.stored(raw, head)
    if given and look.new == before:
        found.count("")
    else:
        found.count("missing", taken=given, **_about(head))


def _batches(look: Round) -> Iterator[list[Head]]:
    """Give the heads of the letters in the open folder that the ledger should have."""
    uids = look.box.uids(after=0, since=(look.source.takes_from - timedelta(days=1)).date())
    for start in range(0, len(uids), AT_ONCE):
        heads = look.box.heads(uids[start : start + AT_ONCE], fields=FIELDS)
        yield [head for head in heads if not look.is_older(head)]


def _is_on_its_way(head: Head, at: datetime) -> bool:
    return head.came_at is not None and head.came_at > at - ON_ITS_WAY


def _about(head: Head) -> dict[str, Any]:
    return {
        "uid": head.uid,
        "message_id": _field(head, "message-id"),
        "date": head.came_at.isoformat() if head.came_at is not None else "",
        "subject": _field(head, "subject")[:200],
    }


def _field(head: Head, name: str) -> str:
    headers: Headers = split_headers(head.fields)[0]
    return headers.text(name).strip()


def _fault_of_file(row: RawLetter, size: int | None, *, reads: bool) -> str:
    """Say what is wrong with the file of a row; empty where nothing is."""
    if size is None:
        return "file_absent"
    if size != row.size and not (row.size > size == KEPT_OF_OVERSIZE):
        return "size_differs"
    try:
        if reads and hashlib.sha256(ledger.raw_of(row)).hexdigest() != row.digest:
            return "content_differs"
    except OSError:
        return "file_absent"
    return ""
