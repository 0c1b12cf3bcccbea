"""A desk, a mailbox of its own on a real server, and what reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from reglament.desk.regulations.models import Desk
    from tests.dovecot import Dovecot
    from tests.mailboxes.post import Post


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    """Give a desk with addresses and clients."""
    from tests.letters.state import make_desk_of_letters

    return make_desk_of_letters()


@pytest.fixture
def post(desk: Desk, imap_server: Dovecot) -> Iterator[Post]:
    """Give a mailbox of the desk on the usual server."""
    from tests.mailboxes.post import Post

    with ExitStack() as stack:
        yield Post(desk, imap_server, stack)
