"""The Django application `decisions`."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """What the regulation decided, what is owed by it, and what the client is asked to agree to."""

    name = "reglament.desk.decisions"
    label = "decisions"
