"""`python -m reglament.faces.common.tests.gallery`: look at the gallery in a browser."""

import os
import tempfile
import threading
from contextlib import suppress

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reglament.site.settings")
    os.environ.setdefault("REGLAMENT_DATA", tempfile.mkdtemp(prefix="reglament-gallery-"))
    os.environ.setdefault("REGLAMENT_BASE_URL", "http://127.0.0.1:8000")
    os.environ.setdefault("REGLAMENT_SECRET_KEY", "only-for-the-gallery-" + "0" * 50)
    django.setup()

    from reglament.faces.common.tests.gallery.serving import serving
    from reglament.faces.common.tests.gallery.views import ERRORS, NAMES

    with serving() as address:
        for path in [f"gallery/{name}" for name in NAMES] + [f"error/{name}" for name in ERRORS]:
            print(f"{address}/{path}/")
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
