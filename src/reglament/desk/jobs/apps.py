"""The Django application `jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Work done apart from a page: durable, retried, at set times."""

    name = "reglament.desk.jobs"
    label = "jobs"
