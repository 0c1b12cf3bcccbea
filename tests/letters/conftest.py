"""The desk that sample letters are fed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from reglament.desk.regulations.models import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    """Give a desk in the state that `expected.json` names `setup`."""
    from tests.letters.state import make_desk_of_letters

    return make_desk_of_letters()
