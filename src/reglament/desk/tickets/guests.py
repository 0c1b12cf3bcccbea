"""The private link by which a guest follows a ticket: only a digest of its secret is kept."""

from __future__ import annotations

import hashlib
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """Make the secret of a private link: 256 random bits as text that an address may hold."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> str:
    """Give what is kept of a link's secret: its SHA-256, in hexadecimal.

    The secret is random and long, so that nothing is gained by a slower digest.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
