"""Which addresses `next` may lead back to."""

import pytest

from reglament.faces.common.way_back import LONGEST, may_lead_back


@pytest.mark.parametrize(
    "address", ["/", "/d/tram/work/?page=2", "/d/tram/work/search/?q=%2F%2Fx", "/" + "a" * (LONGEST - 1)]
)
def test_a_path_of_this_site_may(address: str) -> None:
    assert may_lead_back(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "d/tram/work/",
        "//elsewhere.example/d/tram/",
        "/\\elsewhere.example/",
        "/\t/elsewhere.example/",
        "https://elsewhere.example/",
        "http:/d/tram/",
        "javascript:alert(1)",
        " /d/tram/work/",
        "/" + "a" * LONGEST,
    ],
)
def test_nothing_else_may(address: str) -> None:
    assert not may_lead_back(address)
