"""The form on the site: kept until the visitor confirms their address, then a request with a private link.

One link does both: before it is confirmed it leads to a page with a button, afterwards to the ticket.
A page that is only looked at confirms nothing, so that no program that follows links in mail can.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk import links
from reglament.desk.access import TicketAccess
from reglament.desk.channels import intake
from reglament.desk.channels.guest_form.limits import FILE_BYTES, demand_room
from reglament.desk.channels.incoming import IncomingFile, Outcome, Taken
from reglament.desk.channels.models import GuestDraft
from reglament.desk.channels.written import Writer, answer_from, incoming_from
from reglament.desk.decisions.queries import preview
from reglament.desk.faults import ActionRefused, NotAllowed, NotThere
from reglament.desk.notices.actions import AUTOMATIC, send_letter
from reglament.desk.operations import vault
from reglament.desk.people.queries import ANONYMOUS
from reglament.desk.regulations.models import Desk
from reglament.desk.regulations.queries import compiled, edition_at
from reglament.desk.tickets.files import store, taken_back_on_failure
from reglament.desk.tickets.guests import digest_of, new_secret
from reglament.regulation.model.words import UNCLASSIFIED

CHANNEL = "guest_form"
KEPT = timedelta(days=3)
AT_ONCE = 200
"""How many one sweep forgets."""
SECRET = "secret"  # noqa: S105  a type of field


def keep_draft(
    desk: Desk,
    *,
    address: str,
    now: datetime,
    subject: str,
    text: str,
    name: str = "",
    kind: str | None = None,
    service: str | None = None,
    severity: str | None = None,
    fields: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    attachments: tuple[IncomingFile, ...] = (),
    language: str = "",
) -> GuestDraft:
    """Keep what a visitor sent, and mail the link by which they confirm their address.

    Nothing of who an address belongs to is shown or looked up before. Raises `ActionRefused` that
    names what was filled in wrongly, or of what too much waits already (`limits`).
    """
    address = _address(address)
    if not text.strip():
        raise ActionRefused(_("Say what you need."), field="text")
    edition = edition_at(desk, now)
    # What the regulation does not know is said now, while the visitor can still mend it.
    preview(
        edition,
        kind or UNCLASSIFIED,
        channel=CHANNEL,
        authentication=ANONYMOUS,
        at=now,
        language="en",
        service=service or "",
        severity=severity or "",
        facts=dict(facts or {}),
    )
    spoken = language if language in ("ru", "en") else desk.language
    content: dict[str, Any] = {
        "sender_name": name.strip(),
        "subject": subject.strip(),
        "text": text.strip(),
        "kind": kind or None,
        "service": service or None,
        "severity": severity or None,
        "facts": dict(facts or {}),
        "language": spoken,
    }
    with taken_back_on_failure(), transaction.atomic():
        desk = Desk.objects.select_for_update(no_key=True).get(pk=desk.pk)
        demand_room(desk, address, sum(len(file.content) for file in attachments), now)
        plain, secrets = _parted(compiled(edition).written.fields, fields or {})
        content |= {
            "fields": plain,
            "secrets": _sealed(desk, secrets, now),
            "files": [_stored(desk, file) for file in attachments],
            FILE_BYTES: sum(len(file.content) for file in attachments),
        }
        return _keep(desk, address, content, now)


def _keep(desk: Desk, address: str, content: dict[str, Any], now: datetime) -> GuestDraft:
    secret = new_secret()
    draft = GuestDraft.objects.create(
        desk=desk,
        access_digest=digest_of(secret),
        address=address,
        content=content,
        created_at=now,
        expires_at=now + KEPT,
    )
    send_letter(
        desk,
        "guest_confirmation",
        # No word of the visitor: until it is confirmed, the address may be that of somebody else.
        {"confirm_url": links.guest_page(desk, secret)},
        to=address,
        key=f"guest:{draft.pk}",
        at=now,
        language=content["language"],
        mark=AUTOMATIC,
    )
    return draft


def draft_of(slug: str, secret: str, now: datetime) -> GuestDraft:
    """Give the draft that a link leads to, confirmed or not. Raises `NotThere` once it is forgotten."""
    draft = (
        GuestDraft.objects.select_related("desk", "ticket")
        .filter(desk__slug=slug, desk__closed_at=None, access_digest=digest_of(secret))
        .first()
    )
    if draft is None or (draft.ticket_id is None and draft.expires_at <= now):
        raise NotThere
    return draft


@transaction.atomic
def confirm_draft(slug: str, secret: str, now: datetime) -> Taken:
    """Make a request of a draft, because its visitor pressed the button: it is received at this moment.

    Pressed again, it gives the same ticket. A known address names its client, and proves nothing.
    """
    found = draft_of(slug, secret, now)
    draft = GuestDraft.objects.select_for_update().filter(pk=found.pk).first()
    if draft is None:
        raise NotThere
    if draft.ticket is not None:
        return Taken(Outcome.DUPLICATE, ticket_id=draft.ticket.pk, ticket_number=draft.ticket.number)
    content = dict(draft.content)
    files = content.pop("files")
    fields = content.pop("fields") | _opened(draft.desk, content.pop("secrets", {}), now)
    content.pop(FILE_BYTES, None)
    writer = Writer(
        desk_id=draft.desk_id,
        channel=CHANNEL,
        address=draft.address,
        name=content.pop("sender_name"),
        proof={"confirmed_at": now.isoformat()},
    )
    taken = intake.receive(
        incoming_from(
            writer,
            now,
            confirmed_at=now,
            access_secret=secret,
            fields=fields,
            attachments=tuple(_read(file) for file in files),
            key=f"guest:{draft.pk}",
            **content,
        ),
        now,
    )
    draft.ticket_id = taken.ticket_id
    draft.content = {}
    draft.save(update_fields=["ticket", "content"])
    if taken.ticket_id is None:
        draft.delete()
    transaction.on_commit(lambda: _remove(files))
    return taken


def answer(
    access: TicketAccess,
    *,
    now: datetime,
    text: str = "",
    service: str | None = None,
    fields: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    attachments: tuple[IncomingFile, ...] = (),
) -> Taken:
    """Take in what a guest writes in the ticket of their private link, and gives of what was asked for."""
    if not access.guest:
        raise NotAllowed(_("Only the private link of the ticket lets answer here."))
    ticket = access.ticket
    writer = Writer(
        desk_id=ticket.desk_id,
        channel=CHANNEL,
        address=ticket.requester_address,
        name=ticket.requester_name,
    )
    written = answer_from(
        writer, ticket, now, text=text, service=service, fields=fields, facts=facts, attachments=attachments
    )
    return intake.receive(written, now)


def forget_expired(now: datetime) -> int:
    """Forget drafts that nobody confirmed in time, with their files and secrets, and give how many."""
    over = GuestDraft.objects.filter(ticket=None, expires_at__lte=now).order_by("expires_at", "id")
    return sum(_forget(pk, now) for pk in list(over.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _forget(pk: int, now: datetime) -> bool:
    # Locked, and looked at again: its visitor may be pressing the button at this very moment.
    draft = GuestDraft.objects.select_for_update().filter(pk=pk, ticket=None).first()
    if draft is None:
        return False
    for reference in draft.content.get("secrets", {}).values():
        if (secret := vault.find(draft.desk, reference)) is not None:
            vault.erase(secret, at=now)
    files = draft.content.get("files", [])
    draft.delete()
    transaction.on_commit(lambda: _remove(files))
    return True


def _address(said: str) -> str:
    address = said.strip().lower()
    try:
        validate_email(address)
    except ValidationError as fault:
        raise ActionRefused(
            _("'%s' is not a mail address, like name@example.org.") % said.strip(), field="address"
        ) from fault
    return address


def _parted(declared: Mapping[str, Any], fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part what was filled in into plain fields and secret ones, by what the regulation says they are."""
    filled = {name: value for name, value in fields.items() if value}
    secret = {name for name in filled if name in declared and declared[name].type == SECRET}
    return (
        {name: value for name, value in filled.items() if name not in secret},
        {name: value for name, value in filled.items() if name in secret},
    )


def _sealed(desk: Desk, secrets: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """Put secrets into the vault and give their references: a draft may be forgotten, a secret must be."""
    return {
        name: vault.reference_of(vault.seal(desk, name, str(value), at=now, expires_at=now + KEPT))
        for name, value in secrets.items()
    }


def _opened(desk: Desk, references: Mapping[str, str], now: datetime) -> dict[str, str]:
    opened = {}
    for name, reference in references.items():
        if (secret := vault.find(desk, reference)) is not None:
            opened[name] = vault.open_for_machine(secret)
            vault.erase(secret, at=now)
    return opened


def _stored(desk: Desk, file: IncomingFile) -> dict[str, str]:
    path = store(f"drafts/{desk.pk}/{uuid.uuid4().hex}", file.content)
    return {"name": file.name, "content_type": file.content_type, "path": path}


def _read(file: Mapping[str, str]) -> IncomingFile:
    with default_storage.open(file["path"]) as stored:
        return IncomingFile(file["name"], file["content_type"], stored.read())


def _remove(files: list[dict[str, str]]) -> None:
    for file in files:
        default_storage.delete(file["path"])
