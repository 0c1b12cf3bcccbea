"""Keys of other programs: shown once when they are made, kept only as a digest."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from reglament.desk.operations import audit
from reglament.desk.operations.models import ApiKey
from reglament.desk.people.models import Account

PREFIX = "rgl_"


def make_key(name: str, *, at: datetime, by: Account | None = None) -> str:
    """Make a key for a program called `name`; gives the key, which cannot be shown again."""
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey.objects.create(name=name, digest=_digest(key), created_at=at, created_by=by)
    audit.record("make_api_key", row, at=at, by=by)
    return key


def revoke_keys(name: str, *, at: datetime, by: Account | None = None) -> int:
    """End every key of that name; gives how many there were."""
    rows = list(ApiKey.objects.filter(name=name, revoked_at=None))
    for row in rows:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        audit.record("revoke_api_key", row, at=at, by=by)
    return len(rows)


def is_known(key: str) -> bool:
    """Whether the key was made here and is still in force."""
    return ApiKey.objects.filter(digest=_digest(key), revoked_at=None).exists()


def _digest(key: str) -> str:
    # A key is 256 random bits, so a plain digest is enough: there is nothing to guess.
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
