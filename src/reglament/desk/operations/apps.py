"""The Django application `operations`."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """The vault, the audit log and the permissions of clients."""

    name = "reglament.desk.operations"
    label = "operations"
