"""Tickets, the requests in them, messages, attachments and the timeline."""
