"""The Django application `decisions`."""

from importlib import import_module

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """What the regulation decided, what is owed by it, and what the client is asked to agree to."""

    name = "reglament.desk.decisions"
    label = "decisions"

    def ready(self) -> None:
        """Listen for letters that an outgoing server took."""
        import_module("reglament.desk.decisions.jobs")
