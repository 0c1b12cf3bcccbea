"""What is done with tickets: each verb owns its permission, its change and its log, in one transaction."""

from reglament.desk.tickets.actions.talking import ask_for_information, note, reply

__all__ = ["ask_for_information", "note", "reply"]
