"""The Django app that carries the templates and translations of the demonstration's page."""

from django.apps import AppConfig


class DemoFaceConfig(AppConfig):
    """`reglament.faces.demo`; it has no tables, and no address outside of a demonstration."""

    name = "reglament.faces.demo"
    label = "faces_demo"
    verbose_name = "Faces: demonstration"
