"""The Django app that carries the shared templates, static files, tags and translations."""

from django.apps import AppConfig


class CommonFacesConfig(AppConfig):
    """`reglament.faces.common`; it has no tables."""

    name = "reglament.faces.common"
    label = "faces_common"
    verbose_name = "Faces: common"
