"""Layers over a country's days off, each with its legal basis. None counts unless an owner names it.

Per layer: the country's days off that it lies on, the years for which it is complete (None: it changes
nothing outside the days it lists), whether the day before one of its days is an hour shorter (Labour
Code art. 95), and its days: first, last, the act that sets them.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypedDict

    class Overlay(TypedDict):
        source: str
        years: tuple[int, int] | None
        shortens_day_before: bool
        basis: str
        days: tuple[tuple[str, str, str], ...]


_REPUBLIC_DAY = "Republic Day, the republic's law on holidays"
_CONSTITUTION_DAY = "Constitution Day of the republic, the republic's law on holidays"

OVERLAYS: dict[str, Overlay] = {
    "russia_paid_days_off_2020_2021": {
        "source": "RU",
        "years": None,
        "shortens_day_before": False,
        "basis": (
            "Days without work but with pay, by decrees of the President. They are no days off in the sense"
            " of Civil Code art. 193 (Supreme Court, reviews No. 1 of 21.04.2020 and No. 2 of 30.04.2020), so"
            " terms of law do not move over them."
        ),
        "days": (
            ("2020-03-30", "2020-04-03", "decree of the President No. 206 of 25.03.2020"),
            ("2020-04-04", "2020-04-30", "decree of the President No. 239 of 02.04.2020"),
            ("2020-05-06", "2020-05-08", "decree of the President No. 294 of 28.04.2020"),
            ("2020-06-24", "2020-06-24", "decree of the President No. 345 of 29.05.2020"),
            ("2020-07-01", "2020-07-01", "decree of the President No. 354 of 01.06.2020"),
            ("2021-05-04", "2021-05-07", "decree of the President No. 242 of 23.04.2021"),
            ("2021-10-30", "2021-11-07", "decree of the President No. 595 of 20.10.2021"),
        ),
    },
    "tatarstan": {
        "source": "RU",
        "years": (2023, 2026),
        "shortens_day_before": True,
        "basis": (
            "Law of the Republic of Tatarstan No. 1448-XII of 19.02.1992 on holidays and memorable "
            "days, art. 1; Labour Code art. 6 and federal law No. 125-FZ of 26.09.1997 art. 4(7) let a "
            "republic add them. Uraza Bayram and Kurban Bayram are set each year by a decree of the "
            "republic's head. A holiday that falls on a weekend gives no further day off. The republic "
            "counts 245 working days in 2025."
        ),
        "days": (
            ("2023-04-21", "2023-04-21", "Uraza Bayram, decree of the republic's head for 2023"),
            ("2023-06-28", "2023-06-28", "Kurban Bayram, decree of the republic's head for 2023"),
            ("2023-08-30", "2023-08-30", _REPUBLIC_DAY),
            ("2023-11-06", "2023-11-06", _CONSTITUTION_DAY),
            ("2024-04-10", "2024-04-10", "Uraza Bayram, decree of the republic's head for 2024"),
            ("2024-06-16", "2024-06-16", "Kurban Bayram, decree of the republic's head for 2024"),
            ("2024-08-30", "2024-08-30", _REPUBLIC_DAY),
            ("2024-11-06", "2024-11-06", _CONSTITUTION_DAY),
            ("2025-03-30", "2025-03-30", "Uraza Bayram, decree of the republic's head for 2025"),
            ("2025-06-06", "2025-06-06", "Kurban Bayram, decree of the republic's head for 2025"),
            ("2025-08-30", "2025-08-30", _REPUBLIC_DAY),
            ("2025-11-06", "2025-11-06", _CONSTITUTION_DAY),
            ("2026-03-20", "2026-03-20", "Uraza Bayram, decree of the republic's head for 2026"),
            ("2026-05-27", "2026-05-27", "Kurban Bayram, decree of the republic's head for 2026"),
            ("2026-08-30", "2026-08-30", _REPUBLIC_DAY),
            ("2026-11-06", "2026-11-06", _CONSTITUTION_DAY),
        ),
    },
}
