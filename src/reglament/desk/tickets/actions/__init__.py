"""What is done with tickets: each verb owns its permission, its change and its log, in one transaction.

Takes who does it first (`by`, or the client's `access`), then what it is done to, and the moment as `at`.
"""

from reglament.desk.tickets.actions.assigning import assign, take
from reglament.desk.tickets.actions.client import close_by_client, confirm, disown
from reglament.desk.tickets.actions.ending import (
    close,
    complete,
    record_permission,
    record_told_by_phone,
    refusal_words,
    refuse,
    reopen,
    withdraw_permission,
)
from reglament.desk.tickets.actions.judging import (
    correct_facts,
    mark_rude,
    move_department,
    name_kind,
    open_further_request,
    read_records_anew,
    recognise_requester,
)
from reglament.desk.tickets.actions.severity import (
    answer_proposal,
    correct_severity,
    proposal_of,
    propose_severity,
    withdraw_proposal,
)
from reglament.desk.tickets.actions.spam import mark_not_spam, mark_spam
from reglament.desk.tickets.actions.supporting import restore_support, stop_support
from reglament.desk.tickets.actions.taking_part import (
    add_participant,
    follow,
    let_take_part,
    remove_participant,
    send_replies,
    unfollow,
)
from reglament.desk.tickets.actions.talking import WroteMeanwhile, ask_for_information, note, reply

__all__ = [
    "WroteMeanwhile",
    "add_participant",
    "answer_proposal",
    "ask_for_information",
    "assign",
    "close",
    "close_by_client",
    "complete",
    "confirm",
    "correct_facts",
    "correct_severity",
    "disown",
    "follow",
    "let_take_part",
    "mark_not_spam",
    "mark_rude",
    "mark_spam",
    "move_department",
    "name_kind",
    "note",
    "open_further_request",
    "proposal_of",
    "propose_severity",
    "read_records_anew",
    "recognise_requester",
    "record_permission",
    "record_told_by_phone",
    "refusal_words",
    "refuse",
    "remove_participant",
    "reopen",
    "reply",
    "restore_support",
    "send_replies",
    "stop_support",
    "take",
    "unfollow",
    "withdraw_permission",
    "withdraw_proposal",
]
