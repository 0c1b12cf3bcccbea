"""The table of rights, and the page that shows it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from reglament.desk.faults import NotAllowed
from reglament.desk.people.models import Role
from reglament.desk.people.roles import RIGHTS, Right, demand, may
from reglament.desk.tests.rows import MOMENT, make_desk, make_staff

PAGE = Path(__file__).resolve().parents[5] / "docs" / "owner" / "who-may-do-what.md"
SAID: dict[str, Right] = {
    "read every ticket": Right.READ_TICKETS,
    "work tickets of their own": Right.WORK_TICKETS,
    "read client records": Right.READ_CLIENTS,
    "reveal a secret": Right.REVEAL_OWN_SECRETS,
    "read raw letters": Right.READ_LETTERS,
    "read the regulation": Right.READ_REGULATION,
    "work tickets of other": Right.WORK_OTHER_DEPARTMENTS,
    "assign tickets": Right.ASSIGN_OTHERS,
    "change client records": Right.CHANGE_CLIENTS,
    "block senders": Right.BLOCK_SENDERS,
    "stop the support of a client": Right.STOP_SUPPORT,
    "declare the portal": Right.DECLARE_OUTAGE,
    "change the regulation": Right.CHANGE_REGULATION,
    "change the words": Right.CHANGE_TEMPLATES,
    "read the audit log": Right.READ_AUDIT,
    "change the desk": Right.CHANGE_DESK,
    "change staff": Right.CHANGE_STAFF,
}


def _page() -> dict[Right, set[Role]]:
    table = PAGE.read_text(encoding="utf-8").split("<!-- rights -->")[1].split("<!-- /rights -->")[0]
    head, _, *rows = table.strip().splitlines()
    roles = [Role(cell.strip()) for cell in head.strip("|").split("|")[1:]]
    found: dict[Right, set[Role]] = {}
    for row in rows:
        words, *cells = [cell.strip() for cell in row.strip("|").split("|")]
        right = next(right for beginning, right in SAID.items() if words.startswith(beginning))
        found[right] = {role for role, cell in zip(roles, cells, strict=True) if cell == "yes"}
    return found


def test_the_page_says_what_the_table_says() -> None:
    assert _page() == {right: {role for role in Role if right in RIGHTS[role]} for right in Right}


def test_each_role_may_do_what_the_ones_before_it_may() -> None:
    rights = [RIGHTS[role] for role in (Role.AGENT, Role.LEAD, Role.OWNER, Role.ADMIN)]
    assert all(before < after for before, after in pairwise(rights))


@pytest.mark.django_db
def test_whoever_left_or_was_switched_off_may_do_nothing() -> None:
    member = make_staff(make_desk(), Role.ADMIN)
    assert all(may(member, right) for right in Right)
    member.left_at = MOMENT
    assert not any(may(member, right) for right in Right)
    member.left_at = None
    member.account.is_active = False
    assert not any(may(member, right) for right in Right)
    with pytest.raises(NotAllowed):
        demand(member, Right.READ_TICKETS)
