"""What the tests of the desk share."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _words_in_english(request: pytest.FixtureRequest) -> Iterator[None]:
    if not request.config.pluginmanager.hasplugin("django"):
        yield
        return
    from django.utils import translation

    with translation.override("en"):
        yield
