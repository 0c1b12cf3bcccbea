"""What goes wrong with a mailbox: an id that is kept, and words for whoever set the mailbox up."""

from __future__ import annotations

import re
import socket
import ssl

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_OF_SERVER = 200
"""Characters of a server's own words that are kept."""

WORDS: dict[str, str | Promise] = {
    "host_unknown": _("There is no server of this name: check how it is spelt."),
    "host_forbidden": _("No mailbox can be read at this address."),
    "must_encrypt": _("Without encryption the password could be read on its way; choose TLS or STARTTLS."),
    "refused": _("The server takes no connections on this port: check the port and the kind of encryption."),
    "unreachable": _("The server cannot be reached from here."),
    "silent": _("The server did not answer in time."),
    "no_imap": _("What answers there is no IMAP server, or it speaks with another kind of encryption."),
    "certificate_untrusted": _(
        "The server's certificate is not trusted: %(detail)s. Nothing was sent to it."
    ),
    "no_encryption": _("No encryption could be agreed upon with the server: check the kind of encryption."),
    "sign_in_refused": _("The server does not accept the user or the password. It says: %(detail)s"),
    "no_password": _("There is no password for this mailbox: enter it again."),
    "vault_closed": _("The password cannot be opened: the key it was sealed with is not among the keys set."),
    "folder_absent": _("There is no folder “%(detail)s” in this mailbox."),
    "read_only": _("The folder “%(detail)s” may only be read by this user; letters could not be flagged."),
    "done_folder_absent": _("Letters cannot be moved: the server takes none into the folder “%(detail)s”."),
    "cannot_move": _("This server cannot move letters safely. They stay in their folder and are flagged."),
    "not_fetched": _("The server does not give out the letter with UID %(detail)s; it is asked for again."),
    "not_stored": _("A letter could not be stored here; it stays in the mailbox and is taken later."),
    "broken": _("The connection to the server broke off."),
}


class MailboxFault(Exception):
    """A mailbox cannot be read, or not in full. `kept` is what the row keeps of it, `str()` its words."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail

    @property
    def kept(self) -> str:
        """The fault as it is kept: its id, and behind a colon what belongs to it."""
        return f"{self.kind}:{self.detail}" if self.detail else self.kind

    def __str__(self) -> str:
        return fault_in_words(self.kept)


def fault_in_words(kept: str) -> str:
    """Say a kept fault in the language of the moment; an unknown one as it stands, none as nothing."""
    kind, _colon, detail = kept.partition(":")
    words = WORDS.get(kind)
    return kept if words is None else str(words) % {"detail": detail}


def fault_of(error: BaseException) -> MailboxFault:
    """Name what an error of the network or of the connection means."""
    if isinstance(error, MailboxFault):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailboxFault("certificate_untrusted", in_one_line(error.verify_message))
    if isinstance(error, socket.gaierror | UnicodeError):
        return MailboxFault("host_unknown")
    if isinstance(error, TimeoutError):
        return MailboxFault("silent")
    if isinstance(error, ConnectionRefusedError):
        return MailboxFault("refused")
    if isinstance(error, ssl.SSLError):
        return MailboxFault("no_encryption")
    return MailboxFault("broken")


def in_one_line(said: object) -> str:
    """Give a server's words without control characters, on one line, and not too long."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+", " ", text).strip()[
        :MOST_OF_SERVER
    ]
