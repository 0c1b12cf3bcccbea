"""Calendars: opening hours, days off and the arithmetic of working time."""

from reglament.regulation.calendar.calendar import SHORT_DAYS, Calendar, regulation_calendar
from reglament.regulation.calendar.days_off import (
    SOURCES,
    YearOfDaysOff,
    days_off_of,
    decreed_years,
    digest,
    statutory_days_off,
)
from reglament.regulation.calendar.faults import CalendarFault, YearNotDecreed
from reglament.regulation.calendar.hours import WEEKDAYS, read_clock, read_interval, write_clock
from reglament.regulation.calendar.moments import read_date, read_moment

__all__ = [
    "SHORT_DAYS",
    "SOURCES",
    "WEEKDAYS",
    "Calendar",
    "CalendarFault",
    "YearNotDecreed",
    "YearOfDaysOff",
    "days_off_of",
    "decreed_years",
    "digest",
    "read_clock",
    "read_date",
    "read_interval",
    "read_moment",
    "regulation_calendar",
    "statutory_days_off",
    "write_clock",
]
