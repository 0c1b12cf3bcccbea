"""The style sheets: contrast in both themes, the same values in both places, no unknown value."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[1] / "static" / "reglament"
TOKENS = (STYLES / "tokens.css").read_text(encoding="utf-8")
VALUE = re.compile(r"--([\w-]+):\s*([^;]+);")

# WCAG 2.2, 1.4.3: text. The inks in the first list stand on each of the surfaces in the second.
TEXT = [
    (("ink", "ink-soft", "link"), ("page", "surface", "sunken", "hover", "chosen")),
    (("ink-off",), ("surface", "sunken", "page")),
    (("ink", "ink-soft", "link"), ("note-surface", "staff-surface")),
    (("ink",), ("mark",)),
    (("on-primary",), ("primary", "primary-hover")),
    (("on-danger",), ("danger", "danger-hover")),
    (("ok-ink",), ("ok-surface", "surface", "page")),
    (("soon-ink",), ("soon-surface", "surface", "page")),
    (("late-ink",), ("late-surface", "surface", "page")),
    (("info-ink",), ("info-surface",)),
    (("mute-ink",), ("mute-surface",)),
    (("clause-ink",), ("clause-surface", "page", "surface", "chosen")),
    (("nav-ink", "nav-soft"), ("nav", "nav-line")),
    (("on-nav-chosen",), ("nav-chosen", "nav")),
    (("on-ruler-counted",), ("ruler-counted",)),
    (("on-ruler-left",), ("ruler-left",)),
    (("on-ruler-late",), ("ruler-late",)),
]
# WCAG 2.2, 1.4.11: edges of controls, focus, and the parts of a drawing that carry its meaning.
SHAPES = [
    (("line-strong", "focus", "primary", "danger", "late-ink"), ("page", "surface")),
    (("nav-focus",), ("nav", "nav-chosen")),
    (("ruler-counted", "ruler-late"), ("surface", "ruler-open", "ruler-shut")),
    (("ruler-now",), ("surface",)),
    (("soon-line",), ("surface",)),
]


def block(opening: str) -> dict[str, str]:
    start = TOKENS.index(opening) + len(opening)
    return dict(VALUE.findall(TOKENS[start : TOKENS.index("}", start)]))


LIGHT = block(":root {")
DARK = block(':root:not([data-theme="light"]) {')
THEMES = {"light": LIGHT, "dark": LIGHT | DARK}


def luminance(colour: str) -> float:
    """The relative luminance of `#rgb` or `#rrggbb`, as WCAG defines it."""
    digits = colour.strip().removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs(groups: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> list[tuple[str, str]]:
    return [(ink, ground) for inks, grounds in groups for ink in inks for ground in grounds]


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read(theme: str) -> None:
    values = THEMES[theme]
    faint = {pair: round(contrast(values[pair[0]], values[pair[1]]), 2) for pair in pairs(TEXT)}
    assert not {pair: ratio for pair, ratio in faint.items() if ratio < 4.5}


@pytest.mark.parametrize("theme", THEMES)
def test_every_edge_and_shape_can_be_seen(theme: str) -> None:
    values = THEMES[theme]
    faint = {pair: round(contrast(values[pair[0]], values[pair[1]]), 2) for pair in pairs(SHAPES)}
    assert not {pair: ratio for pair, ratio in faint.items() if ratio < 3}


def test_chosen_dark_is_the_same_as_dark_by_the_system() -> None:
    assert block(':root[data-theme="dark"] {') == DARK
    assert len(DARK) > 40


def test_dark_is_for_screens_and_never_for_paper() -> None:
    dark = [rule for rule in re.findall(r"@media ([^{]+)\{\s*:root[:\[]", TOKENS) if "contrast" not in rule]
    assert len(dark) == 2
    assert all(rule.startswith("screen") for rule in dark)


@pytest.mark.parametrize("name", sorted(file.name for file in STYLES.glob("*.css")))
def test_a_style_sheet_uses_only_values_that_are_defined(name: str) -> None:
    text = (STYLES / name).read_text(encoding="utf-8")
    used = set(re.findall(r"var\(--([\w-]+)", text))
    assert used <= set(LIGHT), "not in tokens.css"


@pytest.mark.parametrize(
    "name", sorted(file.name for file in STYLES.glob("*.css") if file.name != "tokens.css")
)
def test_colours_are_named_once_in_the_tokens(name: str) -> None:
    text = (STYLES / name).read_text(encoding="utf-8").split("@media print")[0]
    loose = set(re.findall(r"#[0-9a-f]{3,8}\b", text)) - {"#fff"}
    assert not loose
    assert "@layer" in text


@pytest.mark.parametrize("token", sorted(LIGHT))
def test_a_value_that_nothing_uses_is_not_kept(token: str) -> None:
    everything = "".join(file.read_text(encoding="utf-8") for file in STYLES.glob("*.css"))
    assert f"var(--{token}" in everything


def test_pages_carry_no_style_of_their_own() -> None:
    faces = STYLES.parents[2]
    for file in faces.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle\s*=|\son\w+\s*=\s*[\"']|<script(?![^>]*\ssrc=)", text), file
