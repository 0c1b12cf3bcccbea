"""Leads a person who has signed in to the one desk that concerns them, or to the list of desks."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from reglament.desk.access import contacts, memberships


def start(request: HttpRequest) -> HttpResponse:
    """Go to the work of the one desk of staff, to the portal of the one desk of a client, or choose."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("account_login"))
    work = [member.desk.slug for member in memberships(request.user)]
    portals = list(dict.fromkeys(contact.desk.slug for contact in contacts(request.user)))
    if len(work) == 1:
        return HttpResponseRedirect(f"/d/{work[0]}/work/")
    if not work and len(portals) == 1:
        return HttpResponseRedirect(reverse("portal:tickets", args=[portals[0]]))
    return HttpResponseRedirect("/")
