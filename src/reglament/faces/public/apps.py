"""The Django app of the public pages."""

from django.apps import AppConfig


class PublicFacesConfig(AppConfig):
    """`reglament.faces.public`; it has no tables."""

    name = "reglament.faces.public"
    label = "faces_public"
    verbose_name = "Faces: public"
