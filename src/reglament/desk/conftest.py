"""What the tests of the desk share."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _words_in_english() -> Iterator[None]:
    from django.utils import translation

    with translation.override("en"):
        yield
