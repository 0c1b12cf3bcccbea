"""The list of clients, a client's page, and the forms for its name and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reglament.desk.access import access_organisation
from reglament.desk.notices.deliverability import undeliverable
from reglament.desk.people import actions
from reglament.desk.people.clients import holding_of, organisations_at, people_of
from reglament.desk.people.queries import history_of
from reglament.desk.people.roles import Right
from reglament.desk.people.support import stops_of
from reglament.desk.tickets.lists import rows_of, tickets_of_organisation
from reglament.faces.workspace.clients.holdings import declared, held_in_words, stories_of
from reglament.faces.workspace.door import Seat, demanding, staff_page
from reglament.faces.workspace.forms import WorkForm
from reglament.faces.workspace.kept import typed
from reglament.faces.workspace.pages import show

if TYPE_CHECKING:
    from reglament.desk.people.models import Organisation

ROWS = 50
TICKETS = 10


class OrganisationForm(WorkForm):
    """How a client is called, and its numbers."""

    name = forms.CharField(label=_("Name of the client"), max_length=300)
    inn = forms.CharField(label=_("Tax number (INN)"), max_length=12, required=False)
    kpp = forms.CharField(label=_("KPP"), max_length=9, required=False)

    inn.widget.attrs |= {"inputmode": "numeric", "class": "is-short", "autocomplete": "off"}
    kpp.widget.attrs |= {"class": "is-short", "autocomplete": "off"}


@staff_page
def list_clients(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Show the clients of the desk, or those that a search finds."""
    words = request.GET.get("q", "").strip()
    page = Paginator(organisations_at(seat.desk, words), ROWS).get_page(request.GET.get("page"))
    facts = declared(seat)
    held = holding_of(list(page.object_list), seat.now, list(facts))
    rows = [
        (organisation, held_in_words(seat, held.get(organisation.pk, [])))
        for organisation in page.object_list
    ]
    content = {"words": words, "page": page, "rows": rows, "may_change": seat.may(Right.CHANGE_CLIENTS)}
    return show(request, seat, "workspace/clients/list.html", content)


@staff_page
def show_client(request: HttpRequest, seat: Seat, organisation: int) -> HttpResponse:
    """Show a client: what it holds today, its people and their addresses, its tickets, its history."""
    _member, client = access_organisation(request.user, seat.desk.slug, organisation)
    tickets = list(tickets_of_organisation(client)[:TICKETS])
    people = list(people_of(client))
    # `people_of` reads the addresses with the people; the attribute has no declaration.
    addresses = [one.address for person in people for one in vars(person)["known_addresses"]]
    content = {
        "client": client,
        "held": held_in_words(seat, holding_of([client], seat.now, list(declared(seat))).get(client.pk, [])),
        "stories": stories_of(seat, list(history_of(client))),
        "stops": stops_of(client),
        "people": people,
        "unreachable": undeliverable(seat.desk, addresses),
        "rows": rows_of(tickets, seat.now, seat.language),
        "may_change": seat.may(Right.CHANGE_CLIENTS),
    }
    return show(request, seat, "workspace/clients/client.html", content)


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def add_client(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Make a client."""
    form = OrganisationForm(typed(request))
    if request.method == "POST":
        made = form.attempt(
            lambda said: actions.create_organisation(seat.member, seat.desk, at=seat.now, **said)
        )
        if made is not None:
            messages.success(request, gettext("The client was added. Add its people next."))
            return HttpResponseRedirect(seat.address("client", made.pk))
    content = {
        "form": form,
        "title": _("New client"),
        "verb": _("Add the client"),
        "back": seat.address("clients"),
    }
    return show(request, seat, "workspace/form.html", content | {"trail": trail(seat)})


@staff_page
@demanding(Right.CHANGE_CLIENTS)
def change_client(request: HttpRequest, seat: Seat, organisation: int) -> HttpResponse:
    """Change how a client is called, and its numbers."""
    _member, client = access_organisation(request.user, seat.desk.slug, organisation)
    form = OrganisationForm(
        typed(request), initial={"name": client.name, "inn": client.inn, "kpp": client.kpp}
    )
    if request.method == "POST":
        done = form.attempt(
            lambda said: actions.change_organisation(seat.member, client, at=seat.now, **said)
        )
        if done is not None:
            return HttpResponseRedirect(seat.address("client", client.pk))
    return show(
        request,
        seat,
        "workspace/form.html",
        {"form": form, "title": _("Change the client"), "verb": _("Save"), **way_back(seat, client)},
    )


def trail(seat: Seat, client: Organisation | None = None) -> list[tuple[str, str]]:
    """Give the way that leads to a page about clients."""
    steps = [(gettext("Clients"), seat.address("clients"))]
    return steps if client is None else [*steps, (client.name, seat.address("client", client.pk))]


def way_back(seat: Seat, client: Organisation) -> dict[str, Any]:
    """Give a form about a client its way back."""
    return {"back": seat.address("client", client.pk), "trail": trail(seat, client)}
