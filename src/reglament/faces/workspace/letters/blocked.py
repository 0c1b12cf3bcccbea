"""The senders of whom the desk takes no letters."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from reglament.desk.access import access_blocked_sender
from reglament.desk.channels.email.blocking import block_sender, blocked_at, unblock_sender
from reglament.desk.people.roles import Right
from reglament.faces.workspace.door import Seat, staff_page
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.letters.forms import BlockForm
from reglament.faces.workspace.pages import show

MOST = 500


@staff_page
def list_blocked(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show whose letters are taken for spam, and block a further one."""
    form = BlockForm(typed(request))
    if request.method == "POST":
        row = form.attempt(lambda said: block_sender(seat.member, seat.desk, at=seat.now, **said))
        if row is not None:
            messages.success(request, gettext("%(sender)s is blocked from now on.") % {"sender": row.sender})
            return HttpResponseRedirect(seat.address("blocked_senders"))
    content = {
        "form": form,
        "rows": blocked_at(seat.desk)[:MOST],
        "may_block": seat.may(Right.BLOCK_SENDERS),
    }
    return show(request, seat, "workspace/letters/blocked.html", content)


@staff_page
def unblock(request: HttpRequest, seat: Seat, sender: int) -> HttpResponse:
    """Take the letters of a sender again."""
    _member, row = access_blocked_sender(request.user, seat.desk.slug, sender)
    if request.method == "POST":
        unblock_sender(seat.member, row, at=seat.now)
        messages.success(request, gettext("%(sender)s is no longer blocked.") % {"sender": row.sender})
    return HttpResponseRedirect(seat.address("blocked_senders"))
