"""Finds the Chromium that browser tests use: the machine's own, nothing is downloaded."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Give the path of a Chromium: REGLAMENT_CHROMIUM where set, else the first known one on the PATH."""
    return os.environ.get("REGLAMENT_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def required() -> bool:
    """Say whether a missing Chromium is a failure (REGLAMENT_REQUIRE_BROWSER=1) and not a reason to skip."""
    return os.environ.get("REGLAMENT_REQUIRE_BROWSER") == "1"
