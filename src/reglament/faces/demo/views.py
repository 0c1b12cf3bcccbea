"""The pages of the demonstration: letters that arrived, a pen, and who is who. Not found anywhere else."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from reglament import clock
from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.sanitise import sanitised
from reglament.desk.channels.email.sink import Delivered, delivered_letter, newest
from reglament.faces.demo.forms import LetterForm
from reglament.faces.demo.world import World, current_world
from reglament.faces.demo.writing import File, Verdict, Written, send

SHOWN = 100
FRAME_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
"""Of a letter's own HTML: it runs nothing, and loads only pictures that came with it."""

ROLES = {
    "agent": _("agent"),
    "lead": _("lead of the desk"),
    "owner": _("owner of the regulation"),
    "admin": _("administrator"),
}

Arguments = ParamSpec("Arguments")


def _in_demonstration(
    view: Callable[Concatenate[HttpRequest, World, Arguments], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Arguments], HttpResponse]:
    @never_cache
    def shown(request: HttpRequest, /, *values: Arguments.args, **named: Arguments.kwargs) -> HttpResponse:
        world = current_world()
        if world is None:
            raise Http404
        zones = [ZoneInfo(desk.zone) for desk in world.desks[:1]]
        with timezone.override(zones[0] if zones else None):
            return view(request, world, *values, **named)

    return shown


@_in_demonstration
def letters(request: HttpRequest, world: World) -> HttpResponse:
    """Show the letters that the desks sent into the world, the newest first, of one receiver or of all."""
    recipient = request.GET.get("to", "").strip()
    found = newest(Path(world.letters), recipient, SHOWN)
    return _page(
        request,
        "letters",
        letters=[_line(delivered, world) for delivered in found],
        recipient=recipient,
        receivers=sorted({person.email for person in world.clients}),
        shown=SHOWN if len(found) == SHOWN else 0,
    )


@_in_demonstration
def letter(request: HttpRequest, world: World, identifier: str) -> HttpResponse:
    """Show one letter as its receiver sees it."""
    delivered, read = _letter(world, identifier)
    return _page(
        request,
        "letter",
        delivered=_line(delivered, world),
        letter=read,
        html=bool(read.html),
        files=[(place, file) for place, file in enumerate(read.attachments)],
        automatic=read.headers.text("auto-submitted"),
    )


@xframe_options_sameorigin
@_in_demonstration
def letter_html(request: HttpRequest, world: World, identifier: str) -> HttpResponse:
    """Give the HTML of a letter for its frame: made harmless, and without any rights."""
    del request
    _found, read = _letter(world, identifier)
    pictures = {
        file.content_id: reverse("demo:file", args=[identifier, place])
        for place, file in enumerate(read.attachments)
        if file.content_id
    }
    body = sanitised(read.html, pictures)
    response = HttpResponse(f'<!doctype html><meta charset="utf-8"><title></title>{body}')
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


@_in_demonstration
def file(request: HttpRequest, world: World, identifier: str, place: int) -> HttpResponse:
    """Hand out a file of a letter, to be kept and never to be opened here."""
    del request
    _found, read = _letter(world, identifier)
    if place >= len(read.attachments):
        raise Http404
    attached = read.attachments[place]
    if attached.content_id and attached.content_type in ("image/png", "image/jpeg", "image/gif"):
        return HttpResponse(attached.content, content_type=attached.content_type)
    response = HttpResponse(attached.content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, attached.name) or "attachment"
    return response


@_in_demonstration
def write(request: HttpRequest, world: World) -> HttpResponse:
    """Write a letter to a desk as a client, or as anybody, with what the mail border finds."""
    if request.method == "POST":
        form = LetterForm(world, request.POST, request.FILES)
        if form.is_valid() and _sent(form, world):
            sender, _name = form.sender
            messages.success(
                request,
                gettext("The desk has taken the letter. Its answer appears here in a second or two."),
            )
            return HttpResponseRedirect(f"{reverse('demo:letters')}?{urlencode({'to': sender})}")
    else:
        form = LetterForm(world, initial=_beginning(request, world))
    return _page(request, "write", form=form)


@_in_demonstration
def people(request: HttpRequest, world: World) -> HttpResponse:
    """Show who can sign in, and the password of everybody."""
    desks = [
        {
            "slug": desk.slug,
            "name": desk.name,
            "addresses": desk.addresses,
            "clients": desk.clients,
            "people": [
                replace(person, role=str(ROLES.get(person.role, person.role))) for person in desk.staff
            ],
        }
        for desk in world.desks
    ]
    return _page(request, "people", world=world, desks=desks)


def _page(request: HttpRequest, name: str, **values: Any) -> HttpResponse:
    return render(request, f"demo/{name}.html", values)


def _letter(world: World, identifier: str) -> tuple[Delivered, Letter]:
    folder = Path(world.letters)
    read = delivered_letter(folder, identifier)
    found = [one for one in newest(folder, most=1_000_000) if one.id == identifier]
    if read is None or not found:
        raise Http404
    return found[0], read


def _line(delivered: Delivered, world: World) -> dict[str, Any]:
    names = {person.email: person.name for person in world.clients}
    desks = {address: desk.name for desk in world.desks for address in desk.addresses}
    return {
        "id": delivered.id,
        "at": datetime.fromisoformat(delivered.at),
        "mail_from": delivered.mail_from,
        "desk": desks.get(delivered.mail_from, delivered.mail_from),
        "subject": delivered.subject or gettext("(no subject)"),
        "recipients": delivered.recipients,
        "names": ", ".join(names.get(one, one) for one in delivered.recipients),
    }


def _beginning(request: HttpRequest, world: World) -> dict[str, Any]:
    """Give what the form is filled with at first: a client who was chosen, or the answer to a letter."""
    answered = request.GET.get("answers", "")
    if not answered:
        return {"client": request.GET.get("from", ""), "recipient": request.GET.get("to", "")}
    delivered, read = _letter(world, answered)
    recipient = delivered.recipients[0] if delivered.recipients else ""
    known = recipient in {person.email for person in world.clients}
    wanted = [*read.reply_to, *([read.sender] if read.sender is not None else [])]
    to = next((one.address for one in wanted if one.address in world.addresses), "")
    quoted = "\n".join(f"> {line}" for line in read.text.strip().splitlines())
    subject = read.subject if read.subject.lower().startswith("re:") else f"Re: {read.subject}"
    return {
        "client": recipient if known else "",
        "address": "" if known else recipient,
        "recipient": to,
        "subject": subject,
        "text": f"\n\n{quoted}\n",
        "in_reply_to": read.message_id or "",
        "references": " ".join(read.references),
    }


def _sent(form: LetterForm, world: World) -> bool:
    said = form.cleaned_data
    address, name = form.sender
    attached = said.get("file")
    written = Written(
        sender=address,
        sender_name=name,
        recipient=said["recipient"],
        subject=said["subject"],
        text=said["text"],
        files=(File(attached.name, attached.content_type or "", attached.read()),) if attached else (),
        in_reply_to=said["in_reply_to"],
        references=said["references"],
    )
    try:
        send(written, Verdict(said["verdict"]), clock.now(), host=world.mail_host, port=world.mail_port)
    except (OSError, smtplib.SMTPException, ValueError) as fault:
        form.add_error(None, gettext("The desk did not take the letter: %s") % fault)
        return False
    return True
