"""The days that a person may name in a form."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
DAYS = (MinValueValidator(EARLIEST), MaxValueValidator(LATEST))
"""Validators of a date: nearer to the ends of time, no day can be added to it and no zone applied."""
