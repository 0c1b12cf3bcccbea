"""Addresses of the visitors' pages."""

from django.urls import path

from reglament.faces.guest.follow import views as follow
from reglament.faces.guest.form.views import form, sent
from reglament.faces.guest.proposal.views import proposal
from reglament.faces.guest.start.views import start

app_name = "guest"
_LINK = "d/<slug:slug>/guest/<str:secret>/"

urlpatterns = [
    path("d/<slug:slug>/guest/", start, name="start"),
    path("d/<slug:slug>/guest/about/<slug:kind>/", form, name="form"),
    path("d/<slug:slug>/guest/sent/", sent, name="sent"),
    path(_LINK, follow.follow, name="follow"),
    path(f"{_LINK}why/<int:position>/", follow.why, name="why"),
    path(f"{_LINK}supply/<int:position>/", follow.supply, name="supply"),
    path(f"{_LINK}close/", follow.close, name="close"),
    path(f"{_LINK}proposals/<int:number>/", follow.answer_proposal, name="proposal"),
    path(f"{_LINK}messages/<int:message>/", follow.frame, name="frame"),
    path(f"{_LINK}files/<uuid:attachment>/", follow.file, name="file"),
    path("d/<slug:slug>/proposals/<str:token>/", proposal, name="answer_proposal"),
]
