"""How far a letter got, in words for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.notices.actions import UNDELIVERABLE
from reglament.desk.notices.jobs import CUT_OFF

if TYPE_CHECKING:
    from reglament.desk.notices.models import OutgoingLetter

DELIVERY: dict[str, Promise] = {
    "held": _("kept in the outbox"),
    "queued": _("waits to be sent"),
    "sending": _("is being sent"),
    "handed_over": _("taken by the mail server"),
    "refused": _("refused by the mail server"),
    "unknown": _("whether it was sent is not known"),
    "bounced": _("came back"),
    "given_up": _("not sent: given up"),
}
TONES = {
    "held": "soon",
    "queued": "info",
    "sending": "info",
    "handed_over": "ok",
    "refused": "late",
    "unknown": "late",
    "bounced": "late",
}
OWN_WORDS: dict[str, Promise] = {
    UNDELIVERABLE: _("letters to this address come back"),
    CUT_OFF: _("the desk stopped while it handed the letter over"),
}


def answer_in_words(letter: OutgoingLetter) -> str:
    """Give why a letter is where it is: the server's own words, or the desk's."""
    if letter.state == "held" and not letter.server_answer:
        return gettext("there is no outgoing server")
    return str(OWN_WORDS.get(letter.server_answer, letter.server_answer))


def delivery_in_words(letter: OutgoingLetter) -> str:
    """Say how far a letter got, and why no farther."""
    said = str(DELIVERY.get(letter.state, letter.state))
    if letter.state in ("handed_over", "given_up"):
        return said
    answer = answer_in_words(letter)
    return f"{said}: {answer}" if answer else said
