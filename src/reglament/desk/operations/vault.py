"""The vault: secrets of clients, sealed with AES-256-GCM (NIST SP 800-38D) and bound to their rows.

What is bound to a ciphertext without being hidden is its row's seal, desk, request and field: moved to
any other row it does not open. The key comes from the environment, never from the database. Where
`REGLAMENT_VAULT_KEYS` is set, its first key seals and all of them open, so that keys can be changed;
the key derived from `REGLAMENT_SECRET_KEY` (HKDF, RFC 5869) seals where none is set, and always opens.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.operations import audit
from reglament.desk.operations.models import Secret
from reglament.desk.people.models import StaffMember
from reglament.desk.people.roles import Right, may
from reglament.desk.regulations.models import Desk
from reglament.desk.tickets.models import Request

KEY_BYTES = 32
NONCE_BYTES = 12
_REFERENCE = "vault:"
# No longer than the number of a row: what looks like one may be what a client typed.
_REFERENCE_SHAPE = re.compile(rf"{_REFERENCE}[0-9]{{1,18}}")


class VaultFault(Exception):
    """A secret does not open: its key is not at hand, or its row is not the one it was sealed for."""


def seal(
    desk: Desk,
    field: str,
    secret: str,
    *,
    at: datetime,
    request: Request | None = None,
    expires_at: datetime | None = None,
) -> Secret:
    """Put a secret into the vault.

    Takes the field of the regulation that it fills, the request it was given for (none for a secret of
    the desk itself) and when it is to be erased. What refers to it holds `reference_of` the row.
    """
    key_id, key = _keys()[0]
    row = Secret(
        desk=desk,
        seal=uuid.uuid4(),
        request=request,
        field=field,
        key_id=key_id,
        nonce=secrets.token_bytes(NONCE_BYTES),
        created_at=at,
        expires_at=expires_at,
    )
    row.ciphertext = AESGCM(key).encrypt(row.nonce, secret.encode(), _bound_to(row))
    row.save()
    return row


def reference_of(secret: Secret) -> str:
    """Give the reference that stands in place of a secret, such as `vault:17`."""
    return f"{_REFERENCE}{secret.pk}"


def is_reference(value: object) -> bool:
    """Say whether a value is the reference of a secret."""
    return isinstance(value, str) and _REFERENCE_SHAPE.fullmatch(value) is not None


def find(desk: Desk, reference: str) -> Secret | None:
    """Give the row that a reference names, if it is of this desk."""
    if not is_reference(reference):
        return None
    return Secret.objects.filter(desk=desk, pk=int(reference.removeprefix(_REFERENCE))).first()


@transaction.atomic
def reveal(
    secret: Secret, member: StaffMember, reason: str, *, at: datetime, address: str | None = None
) -> str:
    """Show a secret to whoever works on it, and write down who saw it and why.

    Only the assignee of the ticket may, with a reason. Raises `NotAllowed` or `ActionRefused` in words
    for the person, and `VaultFault` where the key is not at hand.
    """
    ticket = secret.request.ticket if secret.request is not None else None
    if (
        ticket is None
        or secret.desk_id != member.desk_id
        or ticket.assignee_id != member.pk
        or not may(member, Right.REVEAL_OWN_SECRETS)
    ):
        raise NotAllowed(
            _("Only the person to whom the ticket is assigned may see this; take the ticket first.")
        )
    if not reason.strip():
        raise ActionRefused(_("Say why you need to see it; the client may ask."), field="reason")
    if secret.erased_at is not None or (secret.expires_at is not None and secret.expires_at <= at):
        raise ActionRefused(_("This secret was erased when its time was over; ask the client for it again."))
    text = _opened(secret)
    audit.record(
        "reveal_secret",
        secret,
        at=at,
        by=member.account,
        reason=reason.strip(),
        address=address,
        values={"ticket": ticket.pk, "field": secret.field},
    )
    return text


def open_for_machine(secret: Secret) -> str:
    """Open a secret of the desk itself, which no ticket belongs to, for the part that signs in with it."""
    if secret.request_id is not None:
        raise VaultFault(f"secret {secret.pk} is a client's: only a person may see it")
    return _opened(secret)


def erase(secret: Secret, *, at: datetime) -> None:
    """Erase a secret. That it was there, for which field, and who saw it stays on record."""
    Secret.objects.filter(pk=secret.pk, erased_at=None).update(ciphertext=b"", erased_at=at)


def erase_expired(at: datetime) -> int:
    """Erase every secret whose time is over, and give how many there were."""
    return Secret.objects.filter(expires_at__lte=at, erased_at=None).update(ciphertext=b"", erased_at=at)


@transaction.atomic
def seal_anew(secret: Secret) -> bool:
    """Seal a secret with the present first key where an older one sealed it; give whether it did."""
    key_id, key = _keys()[0]
    if secret.key_id == key_id or secret.erased_at is not None:
        return False
    text = _opened(secret)
    secret.key_id, secret.nonce = key_id, secrets.token_bytes(NONCE_BYTES)
    secret.ciphertext = AESGCM(key).encrypt(secret.nonce, text.encode(), _bound_to(secret))
    secret.save(update_fields=["key_id", "nonce", "ciphertext"])
    return True


def _opened(secret: Secret) -> str:
    key = dict(_keys()).get(secret.key_id)
    if key is None:
        raise VaultFault(
            f"secret {secret.pk} was sealed with key {secret.key_id}; add it to REGLAMENT_VAULT_KEYS"
        )
    try:
        return AESGCM(key).decrypt(bytes(secret.nonce), bytes(secret.ciphertext), _bound_to(secret)).decode()
    except InvalidTag as fault:
        raise VaultFault(f"secret {secret.pk} is not what was sealed in this row") from fault


def _bound_to(secret: Secret) -> bytes:
    request = "" if secret.request_id is None else str(secret.request_id)
    # The field comes last: it is the only part that could hold the separator.
    return "|".join(("secret", str(secret.seal), str(secret.desk_id), request, secret.field)).encode()


def _keys() -> list[tuple[str, bytes]]:
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"reglament vault").derive(
        settings.SECRET_KEY.encode()
    )
    keys: list[bytes] = [*settings.REGLAMENT_VAULT_KEYS, derived]
    return [(hashlib.sha256(b"reglament vault key " + key).hexdigest()[:16], key) for key in keys]
