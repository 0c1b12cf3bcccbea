"""What every test run needs: which database, which browser, which tests are which.

`--database sqlite` (the default) or `--database postgres` says what the tests that touch a database
run on. The choice is made before Django reads its settings, in the environment, which the workers of
pytest-xdist and the processes that a story starts inherit. With `-p no:django` the pure tests run
without Django.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.chromium import chromium, required
from tests.databases import database_of_its_own, empty_tables_quickly, keep_prepared
from tests.dovecot import Dovecot, imap_program, imap_required
from tests.postgres import Postgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django import DjangoDbBlocker

SETTINGS = "reglament.site.settings"
USES_DATABASE = {"db", "transactional_db", "live_server", "database_url", "django_db_setup"}
USES_BROWSER = {"browser", "page"}

OURS = {
    "REGLAMENT_CHROMIUM", "REGLAMENT_REQUIRE_BROWSER", "REGLAMENT_REQUIRE_IMAP", "REGLAMENT_FAULTS_SEED"
}  # fmt: skip

DATA = pytest.StashKey[str]()
SERVER = pytest.StashKey[Postgres]()

hypothesis.settings.register_profile("usual", deadline=None)
hypothesis.settings.register_profile("full", deadline=None, max_examples=300)
hypothesis.settings.load_profile("usual")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres"),
        default="sqlite",
        help="what the tests that touch a database run on",
    )
    parser.addoption(
        "--full",
        action="store_true",
        help="do all that tests have a share of: whole walks over the pages, long fault runs, more examples",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    worker = getattr(config, "workerinput", None)
    if worker is None:
        _prepare_environment(config)
    else:
        os.environ["REGLAMENT_DATA"] += f"/{worker['workerid']}"
    if config.pluginmanager.hasplugin("django"):
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
        from django.conf import settings

        # pytest-django sets Django up once the settings have been read, which any access does.
        assert settings.DATABASES
        # A worker inherits the name of the settings, so they were read before it knew its own folder.
        settings.REGLAMENT_DATA = Path(os.environ["REGLAMENT_DATA"])
        settings.MEDIA_ROOT = settings.REGLAMENT_DATA / "files"
        _weaken_passwords()


def _weaken_passwords() -> None:
    # A digest that costs a thief as much as it should takes longer than most tests.
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
    Argon2PasswordHasher.memory_cost = 8


def _prepare_environment(config: pytest.Config) -> None:
    data = tempfile.mkdtemp(prefix="reglament-tests-")
    config.stash[DATA] = data
    # What a developer has set for a desk of his own must not steer the tests.
    for name in [name for name in os.environ if name.startswith("REGLAMENT_") and name not in OURS]:
        del os.environ[name]
    os.environ["REGLAMENT_DATA"] = data
    os.environ["REGLAMENT_BASE_URL"] = "http://127.0.0.1:8000"
    os.environ["REGLAMENT_SECRET_KEY"] = "only-for-tests-" + "0" * 50
    if config.getoption("--database") == "postgres":
        config.stash[SERVER] = Postgres()
        os.environ["REGLAMENT_DATABASE_URL"] = config.stash[SERVER].url()
    else:
        os.environ["REGLAMENT_DATABASE_URL"] = f"sqlite:///{data}/reglament.sqlite3"


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(SERVER, None):
        server.stop()
    if data := config.stash.get(DATA, None):
        shutil.rmtree(data, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & USES_DATABASE or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
        if fixtures & USES_BROWSER:
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what long runs counted, which pytest keeps to itself where they pass."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, said in getattr(report, "user_properties", ()):
            if name == "counts":
                terminalreporter.write_line(f"{report.nodeid}\n{said}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep SQLite's test database in a file: one in memory has no WAL and serves no second thread."""
    from django.db import connections

    for connection in connections.all(initialized_only=False):
        if connection.vendor == "sqlite":
            folder = tmp_path_factory.mktemp("database")
            connection.settings_dict["TEST"]["NAME"] = str(folder / f"{connection.alias}.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """Make the test database, and give the name of an empty copy of it."""
    with django_db_blocker.unblock():
        empty_tables_quickly()
        return keep_prepared()


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    """Give the address of a database of its own without tables, for tests that start real processes."""
    with database_of_its_own(tmp_path) as address:
        yield address


@pytest.fixture
def prepared_database_url(django_db_setup: str, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database of its own with every table, as `reglament migrate` leaves it."""
    with database_of_its_own(tmp_path, django_db_setup) as address:
        yield address


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Say whether to do all that can be done, or the share of it that `make test` has time for."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a running Chromium. Skips where the machine has none, or fails if one is required."""
    program = chromium()
    if program is None:
        reason = "no Chromium on this machine (set REGLAMENT_CHROMIUM, or install the package chromium)"
        if required():
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in the thread of the tests, where Django then takes every query for a
    # mistake; the tests wait for one thing at a time, so it is none.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Chromium's own sandbox does not start for root, which is who tests run as in a container.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=options)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give an empty page in a context of its own, in Russian, Moscow time, 1280 by 800."""
    context = browser.new_context(
        locale="ru-RU", timezone_id="Europe/Moscow", viewport={"width": 1280, "height": 800}
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def imap_servers() -> Iterator[Callable[..., Dovecot]]:
    """Give what starts mail servers. Skips where the machine has no dovecot, or fails if one is required."""
    if imap_program() is None:
        reason = "no dovecot on this machine (install the package dovecot-imapd)"
        if imap_required():
            pytest.fail(reason)
        pytest.skip(reason)
    started: list[Dovecot] = []

    def start(*abilities: str) -> Dovecot:
        started.append(Dovecot(*abilities))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def imap_server(imap_servers: Callable[..., Dovecot]) -> Dovecot:
    """Give a running mail server, in which each test uses a mailbox of its own."""
    return imap_servers()
