"""What every process of the desk does first: look at its settings, make its folder, wake Django."""

from __future__ import annotations

import os

from reglament.site import environment


def prepare() -> environment.Environment:
    """Make this process ready to use the desk, and give its settings.

    Raises `EnvironmentFault`, one line a fault, where a setting is missing or wrong, or the folder of
    data cannot be written.
    """
    settings = environment.current()
    environment.refuse_if_faulty(settings)
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise environment.EnvironmentFault(
            f"REGLAMENT_DATA: {settings.data} cannot be made ({fault.strerror});"
            " name a folder that this user may write"
        ) from fault
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reglament.site.settings")
    import django

    django.setup()
    return settings
