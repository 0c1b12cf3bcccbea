"""Whole-system tests: stories, letters, browser, speed and faults. Unit tests lie beside their modules."""
