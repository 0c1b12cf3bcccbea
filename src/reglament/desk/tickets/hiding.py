"""Secrets that somebody wrote openly into a message: taken out before anything of it is kept."""

from __future__ import annotations

from dataclasses import replace

from reglament.desk.decisions.open_secrets import hide, hide_in_html
from reglament.desk.regulations.models import Edition
from reglament.desk.regulations.queries import compiled
from reglament.desk.tickets.arrival import Arrival

IN_VAULT = "vault"
"""In the proof of a message: the fields whose values were taken out of it."""


def without_open_secrets(arrival: Arrival, edition: Edition) -> Arrival:
    """Give what came with every secret that its lines name by an edition's labels as a filled-in field.

    What a form filled in itself goes before. The bytes of a letter in the ledger stay as they came.
    """
    incoming, written, language = arrival.incoming, compiled(edition).written, arrival.language
    parts = [hide(written, part, language) for part in (incoming.text, incoming.quoted, incoming.subject)]
    secrets: dict[str, str] = {}
    for part in reversed(parts):
        secrets |= part.secrets
    if not secrets:
        return arrival
    hidden = [secret for part in parts for secret in part.secrets.values()]
    text, quoted, subject = (part.text for part in parts)
    return replace(
        arrival,
        incoming=replace(
            incoming,
            text=text,
            quoted=quoted,
            subject=subject,
            html=hide_in_html(incoming.html, hidden, language),
            fields={**secrets, **{name: value for name, value in incoming.fields.items() if value}},
            proof={**incoming.proof, IN_VAULT: sorted(secrets)},
        ),
    )


def secrets_of(arrival: Arrival) -> dict[str, str]:
    """Give the secrets that were taken out of what came, by the names of their fields."""
    names = arrival.incoming.proof.get(IN_VAULT, ())
    return {name: arrival.incoming.fields[name] for name in names if name in arrival.incoming.fields}
