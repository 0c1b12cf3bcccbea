"""The Django app of the visitors' pages."""

from django.apps import AppConfig


class GuestFacesConfig(AppConfig):
    """`reglament.faces.guest`; it has no tables."""

    name = "reglament.faces.guest"
    label = "faces_guest"
    verbose_name = "Faces: guest"
