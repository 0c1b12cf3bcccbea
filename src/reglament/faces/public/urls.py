"""Addresses of the public pages."""

from django.urls import path, re_path

from reglament.faces.public.desk.views import desk
from reglament.faces.public.desks.views import desks
from reglament.faces.public.regulation.views import clause, edition, in_force, pdf

app_name = "public"
urlpatterns = [
    path("", desks, name="desks"),
    path("d/<slug:slug>/", desk, name="desk"),
    path("d/<slug:slug>/regulation/", in_force, name="regulation"),
    re_path(r"^d/(?P<slug>[-\w]+)/regulation/(?P<date>\d{4}-\d{2}-\d{2})/$", edition, name="edition"),
    re_path(
        r"^d/(?P<slug>[-\w]+)/regulation/(?P<date>\d{4}-\d{2}-\d{2})/(?P<language>ru|en)\.pdf$",
        pdf,
        name="regulation_pdf",
    ),
    path("d/<slug:slug>/regulation/<slug:name>/", clause, name="clause"),
]
