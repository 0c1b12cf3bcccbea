"""The Django application `regulations`."""

from django.apps import AppConfig


class DesksConfig(AppConfig):
    """Desks and the editions of the regulation that they run by."""

    name = "reglament.desk.regulations"
    label = "regulations"
