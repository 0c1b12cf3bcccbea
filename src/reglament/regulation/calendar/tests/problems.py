"""Generated calendar problems: hard zones and dates, odd hours, special days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

# A zone, and a day near which its clocks did something.
HARD_DAYS = (
    ("Europe/Moscow", date(2010, 3, 28)),
    ("Europe/Moscow", date(2010, 10, 31)),
    ("Europe/Moscow", date(2011, 3, 27)),
    ("Europe/Moscow", date(2014, 10, 26)),
    ("Europe/Moscow", date(2026, 1, 1)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("America/Sao_Paulo", date(2017, 10, 15)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/St_Johns", date(2010, 3, 14)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("America/Caracas", date(2007, 12, 9)),
    ("Africa/Cairo", date(2024, 4, 26)),
    ("Africa/Cairo", date(2024, 11, 1)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Pacific/Kiritimati", date(1994, 12, 31)),
    ("Australia/Lord_Howe", date(2024, 4, 7)),
    ("Australia/Lord_Howe", date(2024, 10, 6)),
    ("Asia/Kolkata", date(2026, 8, 15)),
    ("Asia/Kathmandu", date(1986, 1, 1)),
    ("Asia/Kamchatka", date(2027, 2, 20)),
)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def written(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@st.composite
def intervals(draw: st.DrawFn) -> list[str]:
    """One interval, mostly on quarters of an hour, now and then over midnight or a whole day and more."""
    step = draw(st.sampled_from((1, 15, 15, 60)))
    opening = draw(st.integers(0, 1600 // step)) * step
    length = draw(st.sampled_from((step, 60, 120, 300, 480, 600, 1440)))
    return [written(opening), written(min(2880, opening + max(length, 1)))]


HOURS = st.one_of(
    st.just([["09:00", "18:00"]]),
    st.just([["09:00", "13:00"], ["14:00", "18:00"]]),
    st.just([["00:00", "24:00"]]),
    st.just([["22:00", "30:00"]]),
    st.just([["22:00", "26:00"], ["27:00", "31:00"]]),
    st.lists(intervals(), min_size=0, max_size=3),
)


@st.composite
def definitions(draw: st.DrawFn) -> tuple[dict[str, Any], datetime]:
    """A calendar that opens at least weekly or soon, and a moment near what its zone's clocks did."""
    tz, day = draw(st.sampled_from(HARD_DAYS))
    near = st.integers(-6, 6).map(lambda days: (day + timedelta(days=days)).isoformat())
    weekly = draw(st.dictionaries(st.sampled_from(NAMES), HOURS, min_size=0, max_size=7))
    if draw(st.booleans()):
        usual = draw(HOURS)
        weekly = {**dict.fromkeys(NAMES[:5], usual), **weekly}
    working_days = draw(st.dictionaries(near, HOURS, max_size=3))
    if not any(weekly.values()) and not any(working_days.values()):
        weekly["wed"] = [["10:00", "11:00"]]
    definition = {
        "tz": tz,
        "weekly": weekly,
        "holidays": draw(st.lists(near, max_size=4)),
        "working_days": working_days,
    }
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    seconds = draw(st.sampled_from((60, 60, 1))) * draw(st.integers(-5 * 1440, 3 * 1440))
    return definition, noon + timedelta(seconds=seconds)


AMOUNTS = st.one_of(
    st.integers(0, 3), st.integers(0, 600), st.sampled_from((60, 480, 1440)), st.integers(0, 6000)
)
