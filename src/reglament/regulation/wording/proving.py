"""How whoever asks proves that it is they, channel by channel, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reglament.regulation.wording.spans import listed

if TYPE_CHECKING:
    from reglament.regulation.wording.facts import Labels

_BY_CHANNEL = {
    "portal": (
        "войдите с паролем: одна ссылка из письма не говорит, кто её открыл",
        "sign in with your password: a link from a letter does not tell who opened it",
    ),
    "email": (
        "с адреса из списка вашей организации, с подписью DKIM её почты",
        "from an address on your organisation's list, with the DKIM signature of its mail",
    ),
}
"""Where a session or a mail server proves it; a letter is proven by what the regulation has staff check."""


def proof_in_words(labels: Labels, channel: str) -> str:
    """Give how a request through a channel is proven to be the client's; empty where nothing is known of it.

    Of an official letter, what the regulation has staff check on it.
    """
    if channel in _BY_CHANNEL:
        return labels.pick(*_BY_CHANNEL[channel])
    if channel == "letter":
        checks = [
            str(title.get(labels.language) or title["ru"])
            for _, practice in labels.edition.practices("letter_check")
            for title in practice.terms["checks"].values()
        ]
        if checks:
            return labels.pick("проверяем: ", "we check: ") + listed(checks, labels.language)
    return ""


def proven_channels(labels: Labels, channels: tuple[str, ...]) -> list[str]:
    """Give channels in words, each with how a request through it is proven."""
    said = [(labels.channel(name), proof_in_words(labels, name)) for name in channels]
    return [f"{title} ({proof})" if proof else title for title, proof in said]
