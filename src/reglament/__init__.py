"""Reglament: a support desk that runs by its written regulation."""

__version__ = "0.1.0"
