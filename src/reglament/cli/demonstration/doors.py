"""How the people of the demonstration come in: each by the door that anybody would come by."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from reglament.cli.demonstration.casting import address_of
from reglament.cli.demonstration.planning import Course
from reglament.cli.demonstration.told import DemonstrationFault
from reglament.desk.access import guest_ticket, portal_ticket
from reglament.desk.channels.chat.actions import TALKS, log_talk
from reglament.desk.channels.email.ledger import Envelope
from reglament.desk.channels.email.receiving import receive_letter
from reglament.desk.channels.guest_form import actions as guest_form
from reglament.desk.channels.incoming import IncomingFile, Taken
from reglament.desk.channels.letter.actions import log_letter
from reglament.desk.channels.logged import Log
from reglament.desk.channels.phone.actions import log_call
from reglament.desk.channels.portal import actions as portal
from reglament.desk.channels.product_ui.actions import log_request
from reglament.desk.notices.models import OutgoingLetter
from reglament.desk.people.models import Role, StaffMember
from reglament.desk.tickets.models import Conversation, Ticket
from reglament.faces.demo.writing import File, Verdict, Written, message_of, through_border

SOURCE = "smtp"
CONFIRMED_AFTER = (2, 25)
"""Minutes after which a visitor presses the button in the letter."""


class _Request(TypedDict):
    """What a story asks for, in the words of every door but that of mail."""

    subject: str
    text: str
    kind: str | None
    service: str | None
    severity: str | None
    fields: dict[str, Any]
    facts: dict[str, Any]
    attachments: tuple[IncomingFile, ...]


def open_up(course: Course, at: datetime) -> datetime | None:
    """Let a story begin at a moment; give the moment of what must follow by itself, if anything must."""
    channel = course.story.channel
    door = _DOORS.get(channel) or (_talk if channel in TALKS else None)
    if door is None:
        raise DemonstrationFault(
            f"{course.stage.told.folder / 'stories.yaml'}: '{channel}' is not a channel of a story;"
            f" one of {', '.join((*_DOORS, *TALKS))}"
        )
    return door(course, at)


def _by_mail(course: Course, at: datetime) -> None:
    if course.story.raw:
        raw = course.tell(course.stage.told.file(course.story.raw).decode("utf-8")).encode()
        raw = raw.replace(b"\n", b"\r\n")
    else:
        raw = message_of(
            Written(
                sender=course.email,
                sender_name=course.name,
                recipient=address_of(course.stage.desk, course.story.to),
                subject=course.tell(course.opening.subject),
                text=course.tell(course.opening.text).strip() + _signature(course),
                files=tuple(_as_file(one) for one in _files(course)),
            ),
            at,
            message_id=_message_id(course, at),
        ).as_bytes()
    course.raw = raw
    post(course, raw, at)


def post(course: Course, raw: bytes, at: datetime, *, envelope_from: str | None = None) -> None:
    """Hand a raw letter through the border to the desk, as the mail intake would take it."""
    sender = course.email if envelope_from is None else envelope_from
    recipient = address_of(course.stage.desk, course.story.to)
    taken = through_border(
        raw, Verdict(course.story.proof), mail_from=sender or course.email, recipient=recipient, at=at
    )
    verdict = receive_letter(course.stage.desk, taken, Envelope(sender, recipient), SOURCE, at)
    if course.ticket is None and verdict.ticket_number is not None:
        course.ticket = Ticket.objects.get(desk=course.stage.desk, number=verdict.ticket_number).pk


def answer_by_mail(course: Course, text: str, at: datetime, files: tuple[IncomingFile, ...] = ()) -> None:
    """Answer the desk's last letter to this person, quoting it as mail programs do."""
    letters = OutgoingLetter.objects.filter(ticket=course.ticket).order_by("-created_at", "-pk")
    last = letters.filter(recipient__iexact=course.email).first() or letters.first()
    quoted = ""
    if last is not None:
        lines = "\n".join(f"> {line}" for line in last.text.strip().splitlines())
        at_last = _moment_in_words(last.created_at, course.stage.desk.zone)
        quoted = f"\n\n{at_last}, {last.sender_name} <{last.sender}>:\n{lines}"
    subject = last.subject if last is not None else course.tell(course.opening.subject)
    raw = message_of(
        Written(
            sender=course.email,
            sender_name=course.name,
            recipient=last.sender if last is not None else address_of(course.stage.desk),
            subject=f"Re: {subject}",
            text=text.strip() + _signature(course) + quoted,
            files=tuple(_as_file(one) for one in files),
            in_reply_to=last.internet_message_id if last is not None else "",
            references=last.references if last is not None else "",
        ),
        at,
        message_id=_message_id(course, at),
    ).as_bytes()
    post(course, raw, at)


def answer(course: Course, text: str, fields: dict[str, str], at: datetime, by: str) -> None:
    """Let the client write in the ticket: in the portal, by the private link, or by mail."""
    ticket = Ticket.objects.select_related("desk").get(pk=course.ticket_row)
    if by == guest_form.CHANNEL and course.secret:
        access = guest_ticket(ticket.desk.slug, course.secret)
        guest_form.answer(access, now=at, text=text, fields=fields)
    elif by == portal.CHANNEL and course.party is not None and course.party.contact.account is not None:
        access = portal_ticket(course.party.contact.account, ticket.desk.slug, ticket.number)
        portal.answer(access, proven=True, now=at, text=text, fields=fields)
    else:
        answer_by_mail(course, text, at)


def confirm_draft(course: Course, at: datetime) -> None:
    """Press the button behind the link in the letter that the visitor got."""
    letter = OutgoingLetter.objects.get(key=f"guest:{course.draft}")
    course.secret = str(letter.values["confirm_url"]).rstrip("/").rpartition("/")[2]
    _taken(course, guest_form.confirm_draft(course.stage.desk.slug, course.secret, at))


def _by_portal(course: Course, at: datetime) -> None:
    assert course.party is not None
    _taken(
        course,
        portal.send_request(
            course.party.contact,
            proven=Verdict(course.story.proof) is Verdict.PASS,
            now=at,
            **_request(course),
        ),
    )


def _by_guest_form(course: Course, at: datetime) -> datetime | None:
    draft = guest_form.keep_draft(
        course.stage.desk,
        address=course.email,
        name=course.name,
        now=at,
        **_request(course),
        language=course.story.who.language,
    )
    course.draft = draft.pk
    if course.story.unconfirmed:
        return None
    return at + timedelta(minutes=course.chance.randint(*CONFIRMED_AFTER))


def _by_phone(course: Course, at: datetime) -> None:
    _taken(
        course,
        log_call(
            _writer(course), _log(course, at), now=at, line=course.story.line, told_number=course.story.told
        ),
    )


def _by_letter(course: Course, at: datetime) -> None:
    _taken(
        course,
        log_letter(
            _writer(course),
            _log(course, at - timedelta(minutes=20)),
            found=course.story.found,
            reference=f"{course.chance.randrange(10, 900)}-{course.chance.choice('АБВ')}",
            dated=(at - timedelta(days=course.chance.randrange(1, 5))).date(),
            now=at,
        ),
    )


def _by_product(course: Course, at: datetime) -> None:
    _taken(course, log_request(_writer(course), _log(course, at), now=at))


def _talk(course: Course, at: datetime) -> None:
    _taken(course, log_talk(_writer(course), _log(course, at), now=at, channel=course.story.channel))


_DOORS: dict[str, Callable[[Course, datetime], datetime | None]] = {
    "email": _by_mail,
    "portal": _by_portal,
    "guest_form": _by_guest_form,
    "phone": _by_phone,
    "letter": _by_letter,
    "product_ui": _by_product,
}


def _request(course: Course) -> _Request:
    story = course.story
    return {
        "subject": course.tell(course.opening.subject),
        "text": course.tell(course.opening.text).strip(),
        "kind": story.kind,
        "service": story.service,
        "severity": story.severity,
        "fields": {
            name: course.tell(value) if isinstance(value, str) else value
            for name, value in story.fields.items()
        },
        "facts": story.facts,
        "attachments": _files(course),
    }


def _log(course: Course, at: datetime) -> Log:
    party = course.party
    return Log(
        received_at=at,
        contact=party.contact if party is not None else None,
        name=course.name,
        address="" if party is not None else course.email,
        phone=party.contact.phone if party is not None else "",
        **_request(course),
    )


def _writer(course: Course) -> StaffMember:
    first = course.stage.desk.departments.order_by("pk").first()
    assert first is not None
    able = course.stage.able(first.pk)
    return course.chance.choice([one for one in able if one.role == Role.AGENT] or able)


def _taken(course: Course, taken: Taken) -> None:
    course.ticket, course.conversation = taken.ticket_id, taken.conversation_id


def conversation_of(course: Course) -> Conversation:
    """Give the note of the talk that a story began with."""
    if course.conversation is None:
        raise DemonstrationFault(f"{course.story.channel}: {course.name}: the story began with no talk")
    return Conversation.objects.get(pk=course.conversation)


def _files(course: Course) -> tuple[IncomingFile, ...]:
    return tuple(
        IncomingFile(
            name, mimetypes.guess_type(name)[0] or "application/octet-stream", course.stage.told.file(name)
        )
        for name in course.story.files
    )


def _as_file(file: IncomingFile) -> File:
    return File(file.name, file.content_type, file.content)


def _signature(course: Course) -> str:
    party = course.party
    if party is None:
        return f"\n\n-- \n{course.name}"
    return f"\n\n-- \n{course.name}\n{party.organisation.name}\n{party.contact.phone}".rstrip()


def _message_id(course: Course, at: datetime) -> str:
    token = f"{course.chance.getrandbits(64):016x}"
    return f"<{at:%Y%m%d%H%M%S}.{token}@{course.email.rpartition('@')[2]}>"


def _moment_in_words(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%d.%m.%Y %H:%M}"
