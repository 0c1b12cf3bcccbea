"""Why a letter ended in its state, in words for people. The ledger keeps the ids."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "accepted": _("A letter to the desk."),
    "abuse_report": _("A report of abuse in a machine's form; its fields were read."),
    "answers_letter": _("It answers a letter of the desk."),
    "answers_address": _("It was sent to the address of a ticket."),
    "names_ticket": _("Its subject names the ticket, and its sender takes part in it."),
    "stranger": _("It answers a letter of the desk, but its sender takes no part in the ticket."),
    "staff_reply": _("A member of staff answered the letter about a ticket; it went to the client."),
    "staff_note": _("A member of staff answered the letter about a ticket by an internal note."),
    "automatic_of_staff": _("An automatic answer to a letter to staff."),
    "staff_no_ticket": _("It answers a letter about a ticket that does not exist."),
    "staff_gone": _("It answers a letter to somebody who works at this desk no longer."),
    "staff_other_address": _("It answers a letter to a member of staff, but is not from their address."),
    "staff_unproven": _("It is in the name of a member of staff, and nothing proves that they wrote it."),
    "staff_not_allowed": _("A member of staff answered a ticket that they may not work on."),
    "staff_refused": _("A member of staff answered a ticket that takes no answer; it is closed."),
    "staff_nothing_written": _("A member of staff answered without a word of their own."),
    "already_taken": _("The same letter was taken before."),
    "automatic_to_ticket": _("An automatic answer to a letter of the desk."),
    "automatic": _("An automatic answer that belongs to no ticket."),
    "returned": _("It says what became of a letter of the desk."),
    "returned_unknown": _("It speaks of a letter that this desk did not send."),
    "loop_mark": _("A letter of this desk that came back to it."),
    "own_address": _("Its sender is an address of this desk."),
    "too_many_hops": _("It has gone through too many servers, in a circle as it seems."),
    "from_absent": _("It names no sender."),
    "from_repeated": _("It has several From fields."),
    "from_several": _("It names several senders."),
    "from_unreadable": _("Its sender's address cannot be read."),
    "too_deep": _("Its parts lie too deep inside one another."),
    "too_many_parts": _("It has too many parts."),
    "failed": _("It could not be read."),
    "infected": _("The virus scanner found something in it; its files are not shown."),
    "unscanned": _("The virus scanner could not look at it, and such letters are to be held."),
    "too_large": _("It is larger than the desk takes."),
    "talk": _("The regulation takes no requests by mail; it was kept as a conversation."),
    "not_judged": _("The desk could not take it in; the reason is in the server's log."),
    "file_gone": _("It was stored, but its file is no longer there."),
    "border_spam": _("The desk's border calls it spam."),
    "blocked_sender": _("Its sender is blocked by the desk's staff."),
    "spam_ticket": _("It belongs to a ticket that was marked as spam."),
    "marked_spam": _("A person marked it as spam."),
    "by_hand": _("A person made of it what it is."),
    "by_hand_note": _("A person kept it as a note of the ticket; its sender takes no part."),
    "to_be_read": _("It is stored and will be read soon."),
}


def reason_in_words(reason: str) -> str:
    """Give a reason in the language of the moment; an unknown one as it stands."""
    return str(WORDS.get(reason, reason))
