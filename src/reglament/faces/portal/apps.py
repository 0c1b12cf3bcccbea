"""The Django app of the clients' portal."""

from django.apps import AppConfig


class PortalFacesConfig(AppConfig):
    """`reglament.faces.portal`; it has no tables."""

    name = "reglament.faces.portal"
    label = "faces_portal"
    verbose_name = "Faces: portal"
