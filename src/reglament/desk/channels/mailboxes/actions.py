"""What staff change of the mailboxes that a desk reads: adding, changing, pausing, removing, trying out.

Each action takes who does it (`by`; none where a command of the machine's owner does), checks that their
role lets them change the desk, and writes the audit log, in one transaction. Nothing here speaks to a
mail server but `try_source`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.mailboxes import jobs
from reglament.desk.channels.mailboxes.addresses import may_be_asked
from reglament.desk.channels.mailboxes.checking import Finding, findings
from reglament.desk.channels.mailboxes.faults import MailboxFault
from reglament.desk.channels.mailboxes.reading import Access
from reglament.desk.channels.mailboxes.taking import access_of
from reglament.desk.channels.models import MailSource
from reglament.desk.faults import ActionRefused
from reglament.desk.operations import audit, vault
from reglament.desk.operations.models import Secret
from reglament.desk.people.actions import account_of, demand_at, save_checked
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right
from reglament.desk.regulations.models import Desk, DeskAddress

SEALED_FOR = "mailbox_password"
"""The field of the vault that passwords of mailboxes are sealed for."""
FLAG, MOVE = MailSource.After.FLAG.value, MailSource.After.MOVE.value
ENCRYPTIONS = tuple(MailSource.Encryption.values)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@transaction.atomic
def add_source(
    by: StaffMember | None,
    desk: Desk,
    *,
    name: str,
    recipient: DeskAddress,
    host: str,
    user: str,
    password: str,
    at: datetime,
    port: int = 993,
    encryption: str = "tls",
    folder: str = "INBOX",
    after: str = FLAG,
    done_folder: str = "",
) -> MailSource:
    """Let a desk read a mailbox, beginning with what comes from now on.

    Raises `NotAllowed`, or `ActionRefused` that names the field which is wrong.
    """
    demand_at(by, desk, Right.CHANGE_DESK)
    source = MailSource(desk=desk, created_at=at, takes_from=at, quiet_before=at)
    _fill(source, name, recipient, host, port, encryption, user, folder, after, done_folder)
    if not password:
        raise ActionRefused(_("Enter the password of this mailbox."), field="password")
    source.password = _sealed(desk, password, at)
    save_checked(source)
    audit.record("add_mail_source", source, by=account_of(by), at=at, values=_for_audit(source))
    return source


@transaction.atomic
def change_source(
    by: StaffMember | None,
    source: MailSource,
    *,
    name: str,
    recipient: DeskAddress,
    host: str,
    port: int,
    encryption: str,
    user: str,
    folder: str,
    after: str,
    done_folder: str,
    at: datetime,
    password: str = "",
) -> MailSource:
    """Change a mailbox; a blank password keeps the one there is.

    Another host, port, encryption or user needs the password anew, so that nobody can have the desk send a
    password that they do not know to a server of their own. Another mailbox or folder is read from now on.
    Raises as `add_source`.
    """
    demand_at(by, source.desk, Right.CHANGE_DESK)
    source = MailSource.objects.select_for_update(of=("self",)).select_related("desk").get(pk=source.pk)
    before, folder_before = _place(source), source.folder
    old = source.password
    _fill(source, name, recipient, host, port, encryption, user, folder, after, done_folder)
    if _place(source) != before and not password:
        raise ActionRefused(
            _("Enter the password again: the one that is kept was given for another place."), field="password"
        )
    if password:
        source.password = _sealed(source.desk, password, at)
    if (source.host, source.user, source.folder) != (before[0], before[3], folder_before):
        # What was noted down of the former one says nothing of this one, whose UIDs may be the same.
        source.letters.all().delete()
        source.uid_validity, source.last_uid = None, 0
        source.takes_from = source.quiet_before = at
    source.attempts, source.next_attempt_at, source.last_fault, source.remark = 0, None, "", ""
    save_checked(source)
    if password and old is not None:
        vault.erase(old, at=at)
    values = _for_audit(source) | {"password_changed": bool(password)}
    audit.record("change_mail_source", source, by=account_of(by), at=at, values=values)
    return source


@transaction.atomic
def take_since(by: StaffMember | None, source: MailSource, since: datetime, *, at: datetime) -> MailSource:
    """Take in the letters of a mailbox that came since a moment, also those from before the desk read it.

    Nothing is sent for those. What the ledger has is not taken again.
    """
    demand_at(by, source.desk, Right.CHANGE_DESK)
    if since > at:
        raise ActionRefused(_("This moment has not come yet."), field="since")
    source = MailSource.objects.select_for_update(of=("self",)).select_related("desk").get(pk=source.pk)
    if since < source.takes_from:
        source.takes_from, source.last_uid = since, 0
        source.save(update_fields=["takes_from", "last_uid"])
    audit.record("take_old_letters", source, by=account_of(by), at=at, values={"since": since.isoformat()})
    return source


@transaction.atomic
def pause_source(by: StaffMember | None, source: MailSource, *, at: datetime) -> None:
    """Stop reading a mailbox within seconds; its letters wait there."""
    demand_at(by, source.desk, Right.CHANGE_DESK)
    if MailSource.objects.filter(pk=source.pk, paused_at=None).update(paused_at=at):
        audit.record("pause_mail_source", source, by=account_of(by), at=at)


@transaction.atomic
def resume_source(by: StaffMember | None, source: MailSource, *, at: datetime) -> None:
    """Read a mailbox again, at once: what came meanwhile, and what a failed attempt left."""
    demand_at(by, source.desk, Right.CHANGE_DESK)
    MailSource.objects.filter(pk=source.pk).update(paused_at=None, attempts=0, next_attempt_at=None)
    audit.record("resume_mail_source", source, by=account_of(by), at=at)


@transaction.atomic
def remove_source(by: StaffMember | None, source: MailSource, *, at: datetime) -> None:
    """Read a mailbox no more, and erase its password. Its letters stay, in the ledger as on the server."""
    demand_at(by, source.desk, Right.CHANGE_DESK)
    source = MailSource.objects.select_for_update(of=("self",)).select_related("desk").get(pk=source.pk)
    password = source.password
    audit.record("remove_mail_source", source, by=account_of(by), at=at, values=_for_audit(source))
    source.delete()
    if password is not None:
        vault.erase(password, at=at)


def try_source(
    by: StaffMember | None,
    desk: Desk,
    *,
    host: str,
    port: int,
    encryption: str,
    user: str,
    at: datetime,
    password: str = "",
    source: MailSource | None = None,
    folder: str = "INBOX",
    after: str = FLAG,
    done_folder: str = "",
) -> list[Finding]:
    """Try a mailbox out with the given values, and say what was found; within 15 seconds.

    A blank password is that of `source`, where the mailbox lies where it did. Raises as `add_source`.
    """
    demand_at(by, desk, Right.CHANGE_DESK)
    asked = MailSource(desk=desk, host=host.strip(), port=port, encryption=encryption, user=user.strip())
    _demand_place(asked)
    if not password:
        if source is None or source.desk_id != desk.pk or _place(source) != _place(asked):
            raise ActionRefused(_("Enter the password of this mailbox."), field="password")
        try:
            password = access_of(source).password
        except MailboxFault as fault:
            return [Finding(fault.kind, False, str(fault))]
    _demand_plain(password, "password")
    access = Access(asked.host, asked.port, asked.encryption, asked.user, password)
    return findings(access, folder.strip() or "INBOX", done_folder.strip() if after == MOVE else "", at)


def reconcile_now(
    by: StaffMember | None, desk: Desk, *, at: datetime, source: MailSource | None = None
) -> None:
    """Have a worker compare one mailbox with the ledger, or all of a desk and its files; soon, not here."""
    demand_at(by, desk, Right.CHANGE_DESK)
    with transaction.atomic():
        audit.record("reconcile_mail", source or desk, desk=desk, by=account_of(by), at=at)
        if source is None:
            jobs.reconcile_desk.enqueue(desk.pk)
        else:
            jobs.reconcile_source.enqueue(source.pk)


def _fill(
    source: MailSource,
    name: str,
    recipient: DeskAddress,
    host: str,
    port: int,
    encryption: str,
    user: str,
    folder: str,
    after: str,
    done_folder: str,
) -> None:
    if recipient.desk_id != source.desk_id:
        raise ActionRefused(_("This is no address of this desk."), field="recipient")
    source.name, source.recipient = name.strip(), recipient
    source.host, source.port, source.encryption = host.strip().rstrip(".").lower(), port, encryption
    source.user, source.folder = user.strip(), folder.strip() or "INBOX"
    source.after, source.done_folder = after, done_folder.strip() if after == MOVE else ""
    _demand_place(source)
    for field in ("folder", "done_folder"):
        _demand_plain(getattr(source, field), field)
    same = MailSource.objects.filter(
        desk=source.desk, host=source.host, user=source.user, folder=source.folder
    ).exclude(pk=source.pk)
    if same.exists():
        raise ActionRefused(_("This desk reads this folder of this mailbox already."), field="folder")
    if after == MOVE and source.done_folder in {"", source.folder}:
        raise ActionRefused(_("Name another folder into which letters are moved."), field="done_folder")


def _demand_place(source: MailSource) -> None:
    if not source.user:
        raise ActionRefused(_("Enter the user of this mailbox."), field="user")
    _demand_plain(source.user, "user")
    if source.encryption not in ENCRYPTIONS:
        raise ActionRefused(_("Choose how the connection is encrypted."), field="encryption")
    if not may_be_asked(source.host, 993):
        raise ActionRefused(_("Enter the name of the server, such as imap.example.com."), field="host")
    if not may_be_asked(source.host, source.port):
        raise ActionRefused(_("Mailboxes are read on port 993, 143, or one from 1024 on."), field="port")
    if source.encryption == "starttls" and source.port == 993:
        raise ActionRefused(_("Port 993 is encrypted from the beginning: choose TLS."), field="encryption")


def _demand_plain(text: str, field: str) -> None:
    if _CONTROL.search(text):
        raise ActionRefused(_("There is a character in it that cannot be typed."), field=field)


def _place(source: MailSource) -> tuple[str, int, str, str]:
    return source.host, source.port, source.encryption, source.user


def _sealed(desk: Desk, password: str, at: datetime) -> Secret:
    _demand_plain(password, "password")
    return vault.seal(desk, SEALED_FOR, password, at=at)


def _for_audit(source: MailSource) -> dict[str, Any]:
    return {
        "host": source.host,
        "port": source.port,
        "encryption": source.encryption,
        "user": source.user,
        "folder": source.folder,
        "after": source.after,
    }
