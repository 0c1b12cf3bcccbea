"""What stands in a ticket's timeline, in words: rows keep what happened and ids, the words live here."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise] = {
    "received": _("The request came in"),
    "decided": _("The regulation was asked"),
    "obligation_opened": _("A deadline began"),
    "obligation_met": _("A deadline was met"),
    "obligation_met_late": _("What had fallen due was given late"),
    "obligation_breached": _("A deadline passed unmet"),
    "obligation_excused": _("A deadline passed for a reason that the regulation excuses"),
    "obligation_recounted": _("A preliminary deadline was counted anew"),
    "notice_came_back": _("The letter with the number came back"),
    "letter_bounced": _("A letter of the desk came back"),
    "letter_withheld": _("An automatic letter was withheld"),
    "letter_delayed": _("A letter of the desk is delayed on its way"),
    "client_wrote": _("The client wrote"),
    "automatic_message": _("An automatic message came"),
    "stranger_wrote": _("Somebody who takes no part wrote"),
    "stranger_let_in": _("A stranger was let take part"),
    "stranger_made_request": _("A request of its own was made of a stranger's message"),
    "participant_joined": _("Somebody in copy takes part by the client's right"),
    "participant_added": _("Somebody was added to the ticket"),
    "participant_removed": _("Somebody takes part no longer"),
    "replies_switched_on": _("Replies go to one more"),
    "replies_switched_off": _("Replies no longer go to somebody"),
    "followed": _("Somebody of the staff follows the ticket"),
    "unfollowed": _("Somebody of the staff follows the ticket no longer"),
    "staff_letter_held": _("A letter to this ticket in a staff member's name is held"),
    "begun": _("Support wrote first"),
    "asked_first": _("The client answered: from now on the regulation counts"),
    "information_supplied": _("The client gave what was missing"),
    "information_asked": _("The client was asked for more"),
    "replied": _("Support replied"),
    "noted": _("An internal note was written"),
    "kind_named": _("The kind of the request was named"),
    "facts_corrected": _("Facts were corrected"),
    "records_read": _("The client's records were read anew"),
    "requester_recognised": _("The client was recognised"),
    "department_moved": _("The ticket moved to another department"),
    "further_request": _("A further request was opened"),
    "severity_proposed": _("Another severity was proposed"),
    "severity_agreed": _("The client agreed to another severity"),
    "severity_declined": _("The client declined another severity"),
    "severity_corrected": _("The severity was corrected"),
    "proposal_withdrawn": _("A question to the client was withdrawn"),
    "permission_recorded": _("The client's permission was recorded"),
    "permission_withdrawn": _("The client took a permission back"),
    "completed": _("The work was done"),
    "refused": _("The request was refused"),
    "closed": _("The ticket was closed"),
    "reopened": _("The ticket was opened again"),
    "told_by_phone": _("The client was told the number by phone"),
    "confirmed": _("The client confirmed the request"),
    "disowned": _("The client said: “It was not me”"),
    "support_stopped": _("Support of the client was stopped"),
    "support_restored": _("Support of the client was resumed"),
    "assigned": _("The ticket was assigned"),
    "spam_marked": _("The ticket was marked as spam"),
    "spam_brought_back": _("The ticket was brought back from the spam"),
}

SHOWN_TO_CLIENTS = frozenset(
    {
        "received",
        "client_wrote",
        "information_supplied",
        "information_asked",
        "replied",
        "department_moved",
        "severity_proposed",
        "severity_agreed",
        "severity_declined",
        "severity_corrected",
        "permission_recorded",
        "permission_withdrawn",
        "completed",
        "refused",
        "closed",
        "reopened",
        "told_by_phone",
        "confirmed",
        "disowned",
        "support_stopped",
        "support_restored",
        "obligation_met",
        "obligation_met_late",
        "obligation_breached",
        "obligation_excused",
        "obligation_recounted",
    }
)
"""What a client sees of the timeline."""


def in_words(kind: str) -> str:
    """Say what happened, in the language of whoever reads."""
    return str(WORDS.get(kind, kind))
