"""Which server outgoing letters are handed to."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MailServer:
    """The outgoing server: where it is, who the desk is there, and how the way to it is encrypted."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    encryption: str = "none"
    """`none`, `starttls` or `tls`."""
