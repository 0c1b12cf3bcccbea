"""How letters reach the desk: the mailboxes that it reads, and what may be delivered to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament import clock
from reglament.desk.access import access_mailbox, membership
from reglament.desk.channels.mailboxes import actions
from reglament.desk.channels.mailboxes.queries import SourceState, reconciliations_of, seen, sources_of
from reglament.desk.faults import ActionRefused
from reglament.desk.people.roles import Right
from reglament.faces.common.numbers import number_in
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.mailboxes.forms import MailboxForm, SinceForm
from reglament.faces.workspace.pages import part, show

if TYPE_CHECKING:
    from django.http import QueryDict

    from reglament.desk.channels.mailboxes.queries import Compared, SourceSeen
    from reglament.desk.channels.models import MailSource

COMPARISONS = 30
STATES: dict[SourceState, tuple[Promise, str]] = {
    SourceState.READ: (_("connected"), "ok"),
    SourceState.WAITING: (_("waits for the mail process"), "info"),
    SourceState.FAILING: (_("cannot be read"), "late"),
    SourceState.PAUSED: (_("paused"), "soon"),
}
DIFFERENCES: dict[str, Promise] = {
    "missing": _("was not in the ledger"),
    "file_absent": _("its file is gone"),
    "size_differs": _("its file is longer or shorter than what was stored"),
    "content_differs": _("its file is not what was stored"),
    "file_without_row": _("a file that no letter of the ledger names"),
}
_FIELDS = ("name", "host", "port", "encryption", "user", "folder", "after", "done_folder")


@staff_page
def list_mailboxes(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show every way by which letters reach the desk, and what comparisons with the ledger found."""
    membership(request.user, seat.desk.slug, Right.CHANGE_DESK)
    compared = reconciliations_of(seat.desk, most=COMPARISONS)
    content = {
        "sources": [_shown(one) for one in sources_of(seat.desk, clock.unmoved())],
        "addresses_of_desk": _recipients(seat).values(),
        "compared": [_compared(one) for one in compared],
        "border": seat.desk.trusted_border,
        "spam_field": seat.desk.spam_field,
        "checks_senders": seat.desk.checks_senders,
    }
    return show(request, seat, "workspace/mailboxes/list.html", content)


@staff_page
def add_mailbox(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Let the desk read a further mailbox."""
    membership(request.user, seat.desk.slug, Right.CHANGE_DESK)
    form = MailboxForm(typed(request), recipients=_recipients(seat), has_password=False)
    if request.method == "POST":
        row = form.attempt(
            lambda _said: actions.add_source(seat.member, seat.desk, at=clock.unmoved(), **form.said())
        )
        if row is not None:
            messages.success(request, gettext("The mailbox is read from now on: what comes next is taken."))
            return HttpResponseRedirect(seat.address("mailboxes"))
    return _form(request, seat, form, None)


@staff_page
def change_mailbox(request: HttpRequest, seat: Seat, mailbox: int) -> HttpResponse:
    """Show a mailbox with its state, and change it."""
    _member, row = access_mailbox(request.user, seat.desk.slug, mailbox)
    form = _form_of(seat, row, typed(request))
    if request.method == "POST":
        done = form.attempt(
            lambda _said: actions.change_source(seat.member, row, at=clock.unmoved(), **form.said())
        )
        if done is not None:
            messages.success(request, gettext("Saved."))
            return HttpResponseRedirect(seat.address("mailbox", row.pk))
    return _form(request, seat, form, row)


@staff_page
def test_mailbox(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Try out what stands in the form, and say what was found; for htmx, and as a page without scripts."""
    membership(request.user, seat.desk.slug, Right.CHANGE_DESK)
    row = None
    number = number_in(request.GET.get("mailbox", ""))
    if number is not None:
        _member, row = access_mailbox(request.user, seat.desk.slug, number)
    if request.method != "POST":
        return HttpResponseRedirect(seat.address("mailboxes"))
    form = MailboxForm(request.POST, recipients=_recipients(seat), has_password=row is not None)
    # A name and an address of the desk are not needed to see whether a mailbox opens.
    form.fields["name"].required = form.fields["recipient"].required = False
    findings = form.attempt(
        lambda _said: actions.try_source(
            seat.member, seat.desk, at=clock.unmoved(), source=row, **form.place()
        )
    )
    faults = [str(one) for errors in form.errors.values() for one in errors]
    if form.refusal is not None:
        faults.append(str(form.refusal))
    content = {"findings": findings or [], "faults": faults}
    if request.headers.get("HX-Request"):
        return part(request, seat, "workspace/mailboxes/findings.html", content)
    return _form(request, seat, form, row, **content)


@staff_page
def pause(request: HttpRequest, seat: Seat, mailbox: int) -> HttpResponse:
    """Stop reading a mailbox."""
    _member, row = access_mailbox(request.user, seat.desk.slug, mailbox)
    if request.method == "POST":
        actions.pause_source(seat.member, row, at=clock.unmoved())
    return HttpResponseRedirect(seat.address("mailbox", row.pk))


@staff_page
def resume(request: HttpRequest, seat: Seat, mailbox: int) -> HttpResponse:
    """Read a mailbox again, at once."""
    _member, row = access_mailbox(request.user, seat.desk.slug, mailbox)
    if request.method == "POST":
        actions.resume_source(seat.member, row, at=clock.unmoved())
    return HttpResponseRedirect(seat.address("mailbox", row.pk))


@staff_page
def remove(request: HttpRequest, seat: Seat, mailbox: int) -> HttpResponse:
    """Read a mailbox no more; asked before it is done."""
    _member, row = access_mailbox(request.user, seat.desk.slug, mailbox)
    if request.method == "POST":
        name = row.name
        actions.remove_source(seat.member, row, at=clock.unmoved())
        messages.success(request, gettext("“%(name)s” is read no more. Its letters stay.") % {"name": name})
        return HttpResponseRedirect(seat.address("mailboxes"))
    content = {
        "row": row,
        "trail": _trail(seat, row),
        "back": seat.address("mailbox", row.pk),
    }
    return show(request, seat, "workspace/mailboxes/remove.html", content)


@staff_page
def take_old(request: HttpRequest, seat: Seat, mailbox: int) -> HttpResponse:
    """Take in the letters of a mailbox that came since a day; nothing is sent for them."""
    _member, row = access_mailbox(request.user, seat.desk.slug, mailbox)
    if request.method != "POST":
        return HttpResponseRedirect(seat.address("mailbox", row.pk))
    form = SinceForm(request.POST)
    done = form.attempt(lambda _said: actions.take_since(seat.member, row, form.moment(), at=clock.unmoved()))
    if done is None:
        return _mailbox_with(request, seat, row, form)
    messages.success(request, gettext("Letters since that day are taken in, and nothing is sent for them."))
    return HttpResponseRedirect(seat.address("mailbox", row.pk))


@staff_page
def compare(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Have a worker compare a mailbox with the ledger, or all of them and the files."""
    row = None
    number = number_in(request.POST.get("mailbox", ""))
    if number is not None:
        _member, row = access_mailbox(request.user, seat.desk.slug, number)
    if request.method == "POST":
        actions.reconcile_now(seat.member, seat.desk, at=clock.unmoved(), source=row)
        messages.success(request, gettext("A worker compares now; the result stands below in a moment."))
    return HttpResponseRedirect(seat.address("mailboxes"))


def _mailbox_with(request: HttpRequest, seat: Seat, row: MailSource, since: SinceForm) -> HttpResponse:
    return _form(request, seat, _form_of(seat, row, None), row, since=since)


def _form_of(seat: Seat, row: MailSource, data: QueryDict | None) -> MailboxForm:
    initial: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    initial["recipient"] = str(row.recipient_id)
    has_password = row.password_id is not None
    return MailboxForm(data, initial=initial, recipients=_recipients(seat), has_password=has_password)


def _form(
    request: HttpRequest, seat: Seat, form: MailboxForm, row: MailSource | None, **more: Any
) -> HttpResponse:
    if not form.recipients:
        raise ActionRefused(
            _("The desk has no address of its own yet. Give it one in the desk file and import it again.")
        )
    content = {
        "form": form,
        "row": row,
        "source": _shown(seen(row, clock.unmoved())) if row is not None else None,
        "since": SinceForm(),
        "test_url": seat.address("test_mailbox") + (f"?mailbox={row.pk}" if row is not None else ""),
        "back": seat.address("mailboxes"),
        "trail": _trail(seat),
    }
    return show(request, seat, "workspace/mailboxes/mailbox.html", content | more)


def _trail(seat: Seat, row: MailSource | None = None) -> list[tuple[str, str]]:
    steps = [
        (gettext("Letters"), seat.address("letters")),
        (gettext("How letters come"), seat.address("mailboxes")),
    ]
    return steps if row is None else [*steps, (row.name, seat.address("mailbox", row.pk))]


def _recipients(seat: Seat) -> dict[str, Any]:
    return {str(row.pk): row for row in seat.desk.addresses.order_by("position", "pk")}


def _shown(one: SourceSeen) -> dict[str, Any]:
    state, tone = STATES[one.state]
    return {
        "row": one.row,
        "state": state,
        "tone": tone,
        "failing": one.state is SourceState.FAILING,
        "paused": one.state is SourceState.PAUSED,
        "waiting": one.state is SourceState.WAITING,
        "fault": one.fault,
        "remark": one.remark,
    }


def _compared(one: Compared) -> dict[str, Any]:
    return {
        "row": one.row,
        "name": one.name,
        "fault": one.fault,
        "differing": [
            {**each, "words": DIFFERENCES.get(str(each.get("what")), each.get("what"))}
            for each in one.differing
        ],
        "count": one.row.seen - one.row.stored,
    }
