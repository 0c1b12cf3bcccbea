"""The intake of django-helpdesk, measured in an environment of its own.

Takes a folder of its data, a database (`sqlite` or the address of a PostgreSQL), how many tickets lie
there before, and how many letters to take in; writes one line of JSON. A letter is read from its file
and handed to what its own `get_email` calls for each; what it would send goes nowhere, at no cost.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings

sys.path.insert(0, str(Path(__file__).parent))


def main(folder: str, database: str, before: int, count: int) -> None:
    """Set the peer up, fill it, take the letters in, and say how long that took."""
    _configure(Path(folder), database)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    logging.disable(logging.CRITICAL)
    from helpdesk.email import extract_email_metadata
    from helpdesk.models import Queue, Ticket
    from mail_corpus import letters

    queue = Queue.objects.create(title="Bench", slug="bench", email_address="bench@desk.example.org")
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    _fill(queue, before)
    last = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    files = []
    for number, (raw, _) in enumerate(
        letters(count, 7, queue.email_address, lambda matter: f"bench-{last + 1 + matter}")
    ):
        files.append(Path(folder) / f"{number}.eml")
        files[-1].write_bytes(raw)
    logger = logging.getLogger("bench")
    start = time.perf_counter()
    for file in files:
        with file.open() as opened:
            extract_email_metadata(opened.read(), queue, logger)
    seconds = time.perf_counter() - start
    tickets = Ticket.objects.filter(pk__gt=last).count()
    print(json.dumps({"seconds": seconds, "letters": count, "tickets": tickets}))


def _configure(folder: Path, database: str) -> None:
    address = urlsplit(database)
    engine = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "peer.sqlite3")}
    if database != "sqlite":
        engine = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": address.path.lstrip("/"),
            "USER": address.username or "",
            "HOST": parse_qs(address.query)["host"][0],
        }
    settings.configure(
        SECRET_KEY="only-for-the-benchmark",  # noqa: S106
        DATABASES={"default": engine},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.humanize",
            "django.contrib.messages",
            "django.contrib.sessions",
            "django.contrib.sites",
            "django.contrib.staticfiles",
            "rest_framework",
            "django_cleanup.apps.CleanupConfig",
            "helpdesk",
        ],
        LANGUAGE_CODE="en",
        MEDIA_ROOT=str(folder / "media"),
        ROOT_URLCONF=__name__,
        SITE_ID=1,
        STATIC_URL="/static/",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        USE_TZ=True,
        HELPDESK_TEAMS_MODE_ENABLED=False,
    )
    django.setup()
    from django.urls import include, path

    # Django reads the addresses from this very module.
    globals()["urlpatterns"] = [path("", include("helpdesk.urls", namespace="helpdesk"))]


def _fill(queue: object, before: int) -> None:
    """Put tickets there, with the messages that two letters would have left at each."""
    from django.utils import timezone
    from helpdesk.models import FollowUp, Ticket

    now = timezone.now()  # noqa: TID251 - the peer has no clock of ours
    for begin in range(0, before, 5_000):
        numbers = range(begin, min(begin + 5_000, before))
        tickets = Ticket.objects.bulk_create(
            Ticket(
                title=f"Заявка {number}",
                queue=queue,
                submitter_email=f"client{number % 5_000}@example.org",
                created=now,
                modified=now,
                description="сайт не работает после настройки",
                priority=3,
            )
            for number in numbers
        )
        FollowUp.objects.bulk_create(
            FollowUp(
                ticket=ticket,
                date=now,
                title="E-Mail Received",
                comment="сайт не работает после настройки",
                public=True,
                message_id=f"<before.{ticket.pk}.{part}@mail.example.org>",
            )
            for ticket in tickets
            for part in range(2)
        )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
