"""The Django application `channels`."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """How letters, calls and forms come in, each kept as it came."""

    name = "reglament.desk.channels"
    label = "channels"
