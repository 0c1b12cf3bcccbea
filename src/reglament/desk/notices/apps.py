"""The Django application `notices`."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Letters that the desk sends."""

    name = "reglament.desk.notices"
    label = "notices"
