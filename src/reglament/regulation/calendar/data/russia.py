"""The production calendar of the Russian Federation, 2020 to 2027, for a five-day week.

Per year: the Government's decree that moves days off (Labour Code art. 112, part 5), the pairs of days
it names (from, to), the weekly days off that moved by the law itself because they fell on a holiday
(art. 112, part 2), the weekend days that became working days, the working days that are an hour
shorter (art. 95), and two checksums: the working days, and the hours of a 40-hour week.

A pair (Saturday, weekday) swaps the two, unless the Saturday is a holiday itself, which stays off.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    class DecreedYear(TypedDict):
        decree: str
        decreed_on: str
        moved_by_decree: tuple[tuple[str, str], ...]
        moved_by_law: tuple[tuple[str, str], ...]
        working_weekends: tuple[str, ...]
        shortened: tuple[str, ...]
        working_days: int
        hours_of_40: int


HOLIDAYS = (
    ("01-01", "New Year"),
    ("01-02", "New Year"),
    ("01-03", "New Year"),
    ("01-04", "New Year"),
    ("01-05", "New Year"),
    ("01-06", "New Year"),
    ("01-07", "Christmas"),
    ("01-08", "New Year"),
    ("02-23", "Defender of the Fatherland Day"),
    ("03-08", "International Women's Day"),
    ("05-01", "Spring and Labour Day"),
    ("05-09", "Victory Day"),
    ("06-12", "Russia Day"),
    ("11-04", "National Unity Day"),
)
"""Labour Code art. 112, part 1: month and day, the same every year since 2013."""

NEW_YEAR = ("01-01", "01-08")
"""Weekly days off that fall on these days do not move by law: two of them move by decree (art. 112)."""

YEARS: dict[int, DecreedYear] = {
    2020: {
        "decree": "875",
        "decreed_on": "2019-07-10",
        "moved_by_decree": (("2020-01-04", "2020-05-04"), ("2020-01-05", "2020-05-05")),
        "moved_by_law": (
            ("2020-02-23", "2020-02-24"),
            ("2020-03-08", "2020-03-09"),
            ("2020-05-09", "2020-05-11"),
        ),
        "working_weekends": (),
        "shortened": ("2020-04-30", "2020-05-08", "2020-06-11", "2020-11-03", "2020-12-31"),
        "working_days": 248,
        "hours_of_40": 1979,
    },
    2021: {
        "decree": "1648",
        "decreed_on": "2020-10-10",
        "moved_by_decree": (
            ("2021-01-02", "2021-11-05"),
            ("2021-01-03", "2021-12-31"),
            ("2021-02-20", "2021-02-22"),
        ),
        "moved_by_law": (
            ("2021-05-01", "2021-05-03"),
            ("2021-05-09", "2021-05-10"),
            ("2021-06-12", "2021-06-14"),
        ),
        "working_weekends": ("2021-02-20",),
        "shortened": ("2021-02-20", "2021-04-30", "2021-06-11", "2021-11-03"),
        "working_days": 247,
        "hours_of_40": 1972,
    },
    2022: {
        "decree": "1564",
        "decreed_on": "2021-09-16",
        "moved_by_decree": (
            ("2022-01-01", "2022-05-03"),
            ("2022-01-02", "2022-05-10"),
            ("2022-03-05", "2022-03-07"),
        ),
        "moved_by_law": (("2022-05-01", "2022-05-02"), ("2022-06-12", "2022-06-13")),
        "working_weekends": ("2022-03-05",),
        "shortened": ("2022-02-22", "2022-03-05", "2022-11-03"),
        "working_days": 247,
        "hours_of_40": 1973,
    },
    2023: {
        "decree": "1505",
        "decreed_on": "2022-08-29",
        "moved_by_decree": (("2023-01-01", "2023-02-24"), ("2023-01-08", "2023-05-08")),
        "moved_by_law": (("2023-11-04", "2023-11-06"),),
        "working_weekends": (),
        "shortened": ("2023-02-22", "2023-03-07", "2023-11-03"),
        "working_days": 247,
        "hours_of_40": 1973,
    },
    2024: {
        "decree": "1314",
        "decreed_on": "2023-08-10",
        "moved_by_decree": (
            ("2024-01-06", "2024-05-10"),
            ("2024-01-07", "2024-12-31"),
            ("2024-04-27", "2024-04-29"),
            ("2024-11-02", "2024-04-30"),
            ("2024-12-28", "2024-12-30"),
        ),
        "moved_by_law": (),
        "working_weekends": ("2024-04-27", "2024-11-02", "2024-12-28"),
        "shortened": ("2024-02-22", "2024-03-07", "2024-05-08", "2024-06-11", "2024-11-02"),
        "working_days": 248,
        "hours_of_40": 1979,
    },
    2025: {
        "decree": "1335",
        "decreed_on": "2024-10-04",
        "moved_by_decree": (
            ("2025-01-04", "2025-05-02"),
            ("2025-01-05", "2025-12-31"),
            ("2025-02-23", "2025-05-08"),
            ("2025-03-08", "2025-06-13"),
            ("2025-11-01", "2025-11-03"),
        ),
        "moved_by_law": (),
        "working_weekends": ("2025-11-01",),
        "shortened": ("2025-03-07", "2025-04-30", "2025-06-11", "2025-11-01"),
        "working_days": 247,
        "hours_of_40": 1972,
    },
    2026: {
        "decree": "1466",
        "decreed_on": "2025-09-24",
        "moved_by_decree": (("2026-01-03", "2026-01-09"), ("2026-01-04", "2026-12-31")),
        "moved_by_law": (("2026-03-08", "2026-03-09"), ("2026-05-09", "2026-05-11")),
        "working_weekends": (),
        "shortened": ("2026-04-30", "2026-05-08", "2026-06-11", "2026-11-03"),
        "working_days": 247,
        "hours_of_40": 1972,
    },
    2027: {
        "decree": "1187",
        "decreed_on": "2026-09-17",
        "moved_by_decree": (
            ("2027-01-02", "2027-11-05"),
            ("2027-01-03", "2027-12-31"),
            ("2027-02-20", "2027-02-22"),
        ),
        "moved_by_law": (
            ("2027-05-01", "2027-05-03"),
            ("2027-05-09", "2027-05-10"),
            ("2027-06-12", "2027-06-14"),
        ),
        "working_weekends": ("2027-02-20",),
        "shortened": ("2027-02-20", "2027-04-30", "2027-06-11", "2027-11-03"),
        "working_days": 247,
        "hours_of_40": 1972,
    },
}
"""By year; the decree is one of the Government of the Russian Federation, by its number and date."""
