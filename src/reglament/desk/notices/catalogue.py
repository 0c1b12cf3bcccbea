"""What letters to clients there are: what each is for, and which values its words may use.

The samples are what the editor's preview shows, and their shape is what the words are checked against: a
value that no sample has is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sample = Mapping[str, Any]
SITE = "https://desk.example.org"


@dataclass(frozen=True)
class Known:
    """One letter that the desk writes."""

    purpose: Promise
    """When it is sent, and to whom."""
    values: tuple[str, ...]
    """What its words may use."""
    must: tuple[str, ...]
    """What its words must use, or it would be no such letter."""
    numbered: bool = True
    """True where its subject must carry the ticket's number in brackets, by which answers are joined."""


MEANINGS: dict[str, Promise] = {
    "desk_name": _("the name of the desk"),
    "number": _("the number of the ticket"),
    "name": _("the client's name, where it is known"),
    "subject": _("the ticket's subject, where it has one"),
    "ticket_url": _("the page of the ticket, where the client can open it"),
    "owed": _("what the desk owes and by when, each with `text` and `clause`"),
    "missing": _("what the desk lacks to go on, each with `label` and `clause`"),
    "asked": _("what would help, each with `label` and `clause`"),
    "secret_url": _("the page with the protected field, where a password is needed"),
    "secrets_url": _("the page with the protected field, where a password is needed"),
    "guide_url": _("the article on how to write, where the regulation has one"),
    "redirect": _(
        "where the request must be sent instead: `channels`, `clauses` (each with `id` and `text`), "
        "`confirm_url`, and `unproven` where only the proof is lacking"
    ),
    "notes": _("clauses that must be told, each with `clause` and `text`"),
    "stopped": _("where support of the client is stopped: `clause` (`id`, `text`) and `cure`"),
    "parts": _(
        "the requests of the ticket that were judged again, each with `asked_for`, `outcome` and the values "
        "of a decision: `owed`, `missing`, `secret_url`, `guide_url`, `asked`, `redirect`, `notes`"
    ),
    "to_confirm": _("set where the client must confirm something"),
    "lacking": _("set where something is missing"),
    "text": _("what the person wrote"),
    "staff_name": _("who wrote it"),
    "from_label": _("the severity now"),
    "to_label": _("the severity that is proposed"),
    "reason": _("the reason that the person gave"),
    "due": _("what would then be owed, and by when"),
    "clause": _("the clause that it rests on, with `id` and `text`"),
    "answer_url": _("the page on which the client agrees or declines"),
    "ground": _("the ground of the refusal"),
    "cure": _("what the client can do about it"),
    "why": _("`wrote` where the client did, `assigned` where the ticket was assigned"),
    "files": _("the names of the files of the message"),
    "answerable": _("set where the letter can be answered by mail"),
    "client": _("the name of the client organisation, where there is one"),
    "confirm_url": _("the page on which the address is confirmed"),
}
_TICKET = ("desk_name", "number", "name", "subject", "ticket_url")
_DECISION = ("owed", "missing", "secret_url", "guide_url", "asked", "redirect", "notes")
CATALOGUE: dict[str, Known] = {
    "registration_notice": Known(
        _("A request came in: its number, what is owed, and what is lacking. Sent by itself."),
        (*_TICKET, *_DECISION, "stopped"),
        ("number",),
    ),
    "judged_again": Known(
        _("A request is judged otherwise than the client was told. Sent by itself."),
        (*_TICKET, "parts", "to_confirm", "lacking"),
        ("number", "parts"),
    ),
    "staff_reply": Known(
        _("A person's reply to the client."), (*_TICKET, "text", "notes", "staff_name"), ("number", "text")
    ),
    "missing_information": Known(
        _("A person asks the client for what is missing."),
        (*_TICKET, "text", "missing", "notes", "secrets_url", "guide_url", "staff_name"),
        ("number", "missing"),
    ),
    "refusal": Known(
        _("A request is refused, with its clause and with what the client can do."),
        (*_TICKET, "ground", "cure", "clause", "text", "staff_name"),
        ("number", "ground", "clause"),
    ),
    "severity_proposal": Known(
        _("The client is asked whether they agree to another severity."),
        (*_TICKET, "from_label", "to_label", "reason", "due", "clause", "answer_url", "staff_name"),
        ("number", "answer_url"),
    ),
    "support_stopped": Known(
        _("Support of a client is stopped, with its clause and with what they can do."),
        (*_TICKET, "client", "clause", "cure", "reason", "staff_name"),
        ("number", "clause"),
    ),
    "support_restored": Known(
        _("A client is supported again."),
        (*_TICKET, "client", "clause", "cure", "staff_name"),
        ("number",),
    ),
    "staff_notification": Known(
        _("To staff: the client wrote, or a ticket is theirs now. Sent by itself."),
        (
            *("desk_name", "number", "name", "subject", "ticket_url"),
            *("why", "client", "staff_name", "text", "files", "answerable"),
        ),
        ("number", "ticket_url"),
    ),
    "guest_confirmation": Known(
        _("A visitor left a request on the site and is to confirm the address. Sent by itself."),
        # Nobody knows yet whose address it is: no word of the visitor may be sent to it.
        ("desk_name", "confirm_url"),
        ("confirm_url",),
        numbered=False,
    ),
}


def sample_of(template: str, language: str) -> dict[str, Any]:
    """Give the values of a letter as they might be, in a language."""
    every = _samples(language)
    return {name: every[name] for name in CATALOGUE[template].values}


def _samples(language: str) -> dict[str, Any]:
    ru = language == "ru"
    clause = {
        "id": "АБВ-3",
        "text": "Заменить файл просят через личный кабинет."
        if ru
        else "Replacing a file is asked for in the portal.",
    }
    decision: dict[str, Any] = {
        "owed": [
            {
                "text": "Ответим до 2 марта 2026 г., 14:15 (Москва)"
                if ru
                else "We answer by 2 March 2026, 14:15 (Moscow)",
                "clause": "АБВ-8",
            }
        ],
        "missing": [{"label": "адрес сайта" if ru else "the address of the site", "clause": "АБВ-2"}],
        "secret_url": f"{SITE}/d/abv/tickets/1042/",
        "guide_url": f"{SITE}/help/how-to-write/",
        "asked": [{"label": "когда это началось" if ru else "when it began", "clause": "АБВ-4"}],
        "redirect": {
            "unproven": False,
            "channels": ["личный кабинет", "телефон"] if ru else ["the portal", "phone"],
            "clauses": [clause],
            "confirm_url": f"{SITE}/d/abv/tickets/1042/",
        },
        "notes": [
            {"clause": "АБВ-9", "text": "Почту обслуживаем не мы." if ru else "Mail is not served by us."}
        ],
    }
    return {
        **decision,
        "desk_name": "Поддержка «АБВ»" if ru else "ABV support",
        "number": "ABV-1042",
        "name": "Анна Петрова" if ru else "Anna Petrova",
        "subject": "Не открывается сайт" if ru else "The site does not open",
        "ticket_url": f"{SITE}/d/abv/tickets/1042/",
        "secrets_url": f"{SITE}/d/abv/tickets/1042/",
        "stopped": {
            "clause": clause,
            "cure": "Оплатите счёт, и поддержка возобновится." if ru else "Pay the invoice.",
        },
        "parts": [
            {
                "asked_for": "Замена файла" if ru else "Replacing a file",
                "outcome": "Мы это сделаем." if ru else "We shall do this.",
                **decision,
            }
        ],
        "to_confirm": True,
        "lacking": True,
        "text": "Мы перезапустили сайт, он снова открывается."
        if ru
        else "We restarted the site; it opens again.",
        "staff_name": "Борис" if ru else "Boris",
        "from_label": "критичная" if ru else "pressing",
        "to_label": "средняя" if ru else "usual",
        "reason": "Основные функции работают." if ru else "The main functions work.",
        "due": "ответ до 18:00 (Москва)" if ru else "an answer by 18:00 (Moscow)",
        "clause": clause,
        "why": "wrote",
        "files": ["screen.png"],
        "answerable": True,
        "answer_url": f"{SITE}/d/abv/proposal/s3cr3t/",
        "ground": "услуга не оплачена" if ru else "the service is not paid for",
        "cure": "Оплатите счёт и напишите нам." if ru else "Pay the invoice and write to us.",
        "client": "ООО «Ромашка»" if ru else "Romashka Ltd",
        "confirm_url": f"{SITE}/d/abv/confirm/s3cr3t/",
    }
