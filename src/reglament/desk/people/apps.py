"""The Django application `people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Accounts, staff, client organisations, their contacts and what they hold."""

    name = "reglament.desk.people"
    label = "people"
