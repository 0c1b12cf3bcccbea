"""The states of letters and what people did with them, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.channels.queries import reason_in_words

if TYPE_CHECKING:
    from reglament.desk.channels.models import RawLetter
    from reglament.desk.operations.models import AuditEvent

STATES: dict[str, Promise] = {
    "hold": _("Held"),
    "stored": _("To be read"),
    "create": _("Made a ticket"),
    "append": _("Joined a ticket"),
    "record_only": _("Noted on a ticket"),
    "ignore": _("Ignored"),
    "bounce": _("Came back"),
    "complaint": _("Complaint"),
    "loop": _("Loop"),
    "spam": _("Spam"),
    "duplicate": _("Duplicate"),
    "oversize": _("Too large"),
    "reject": _("Refused"),
}
"""In the order in which they are offered."""
TONES = {
    "hold": "soon",
    "stored": "info",
    "create": "ok",
    "append": "ok",
    "reject": "late",
    "oversize": "soon",
}
DONE: dict[str, Promise] = {
    "run_letter_again": _("ran it again"),
    "make_letter_ticket": _("made it a ticket"),
    "make_letter_message": _("made it a message of a ticket"),
    "mark_letter_spam": _("marked it as spam"),
    "bring_letter_back": _("brought it back: no spam"),
}
NATURES: dict[str, Promise] = {
    "ordinary": _("an ordinary letter"),
    "generated": _("written by a machine"),
    "replied": _("an automatic answer"),
    "bounce": _("a report that a letter came back"),
    "complaint": _("a report of abuse"),
    "loop": _("a letter of the desk that came back to it"),
}


def state_of(letter: RawLetter) -> dict[str, Any]:
    """Give the state of a letter with its reason, for a badge and a line."""
    return {
        "state": pgettext("one letter", "Held") if letter.state == "hold" else STATES[letter.state],
        "tone": TONES.get(letter.state, ""),
        "reason": reason_in_words(letter.reason or "to_be_read"),
    }


def done_in_words(event: AuditEvent) -> dict[str, Any]:
    """Say what somebody did with a letter, and what it was before."""
    was = STATES.get(str(event.values.get("was", "")), "")
    because = str(event.values.get("because") or "")
    return {
        "at": event.at,
        "who": event.account.name if event.account is not None else pgettext("who did it", "the desk"),
        "what": DONE.get(event.what, event.what),
        "was": gettext("It was: %(state)s. %(reason)s")
        % {"state": was, "reason": reason_in_words(because) if because else ""},
        "reason": event.reason,
    }
