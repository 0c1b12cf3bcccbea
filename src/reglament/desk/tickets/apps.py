"""The Django application `tickets`."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Tickets, the requests in them, messages, attachments and the timeline."""

    name = "reglament.desk.tickets"
    label = "tickets"
