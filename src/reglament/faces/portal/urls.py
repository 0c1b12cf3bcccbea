"""Addresses of the portal."""

from django.urls import path

from reglament.faces.portal.entitlements.views import entitlements
from reglament.faces.portal.new.views import form, new
from reglament.faces.portal.ticket import views as ticket
from reglament.faces.portal.tickets.views import make_request, tickets

app_name = "portal"
_PORTAL = "d/<slug:slug>/portal/"
_TICKET = f"{_PORTAL}tickets/<int:number>/"

urlpatterns = [
    path(_PORTAL, tickets, name="tickets"),
    path(f"{_PORTAL}new/", new, name="new"),
    path(f"{_PORTAL}new/<slug:kind>/", form, name="form"),
    path(f"{_PORTAL}entitlements/", entitlements, name="entitlements"),
    path(f"{_PORTAL}talks/<int:conversation>/", make_request, name="make_request"),
    path(_TICKET, ticket.ticket, name="ticket"),
    path(f"{_TICKET}why/<int:position>/", ticket.why, name="why"),
    path(f"{_TICKET}confirm/<int:position>/", ticket.confirm_request, name="confirm"),
    path(f"{_TICKET}not-mine/", ticket.disown_ticket, name="disown"),
    path(f"{_TICKET}supply/<int:position>/", ticket.supply, name="supply"),
    path(f"{_TICKET}proposals/<int:number_of_proposal>/", ticket.answer_proposal, name="proposal"),
    path(f"{_TICKET}close/", ticket.close, name="close"),
    path(f"{_TICKET}messages/<int:message>/", ticket.frame, name="frame"),
    path(f"{_TICKET}files/<uuid:attachment>/", ticket.file, name="file"),
]
