"""The settings that an owner makes, and what is said of those that are missing or wrong."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from reglament.desk.notices.mail_server import MailServer
from reglament.site.environment import Bucket, Database, Environment, EnvironmentFault, read, refuse_if_faulty

DATA = "/var/lib/reglament"
GOOD = {
    "REGLAMENT_SECRET_KEY": "x" * 48,
    "REGLAMENT_BASE_URL": "https://desk.example.org",
    "REGLAMENT_DATA": DATA,
}
PAGE = Path(__file__).resolve().parents[4] / "docs" / "owner" / "settings.md"


def _read(**changes: str) -> Environment:
    return read({**GOOD, **{f"REGLAMENT_{name}": value for name, value in changes.items()}})


def test_the_least_that_must_be_set_is_enough() -> None:
    settings = _read()
    refuse_if_faulty(settings)
    assert settings.database == Database("sqlite", f"{DATA}/reglament.sqlite3")
    assert (settings.host, settings.encrypted, settings.mail_server) == ("desk.example.org", True, None)
    assert (settings.vault_keys, settings.trusted_proxies) == ((), 0)


def test_what_is_missing_is_said_line_by_line() -> None:
    with pytest.raises(EnvironmentFault) as refused:
        refuse_if_faulty(read({}))
    lines = str(refused.value).splitlines()
    assert [line.split()[0] for line in lines] == ["REGLAMENT_BASE_URL", "REGLAMENT_SECRET_KEY"]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "short", "shorter than 32"),
        ("BASE_URL", "desk.example.org", "not the address of a site"),
        ("BASE_URL", "https://", "not the address of a site"),
        ("BASE_URL", "https://desk.example.org/help", "not the address of a site"),
        ("BASE_URL", "ftp://desk.example.org", "not the address of a site"),
        ("BASE_URL", "http://desk.example.org", "not encrypted"),
        ("BASE_URL", "https://desk.example.org:port", "not the address of a site"),
        ("DATABASE_URL", "mysql://localhost/x", "neither sqlite"),
        ("DATABASE_URL", "postgres://localhost", "neither sqlite"),
        ("DATABASE_URL", "sqlite://file", "neither sqlite"),
        ("SMTP_URL", "mail.example.org", "neither smtp"),
        ("SMTP_URL", "smtp://user:pass@mail.example.org", "unencrypted"),
        ("SMTP_URL", "smtp://mail.example.org:0x", "neither smtp"),
        ("MAIL_FROM", "desk", "not a mail address"),
        ("VIRUS_SCANNER_URL", "tcp://127.0.0.1:3310", "neither clamd"),
        ("VIRUS_SCANNER_HOLD", "maybe", "neither yes nor no"),
        ("VIRUS_SCANNER_HOLD", "yes", "needs a scanner"),
        ("VAULT_KEYS", "abc", "key 1 is not 32 bytes"),
        ("VAULT_KEYS", "A" * 43 + "=,AAAA", "key 2 is not 32 bytes"),
        ("TRUSTED_PROXIES", "-1", "not a whole number"),
        ("STORAGE_URL", "/srv/files", "is not s3://"),
        ("STORAGE_URL", "s3:///prefix", "is not s3://"),
        ("STORAGE_URL", "s3://storage.example.org:9000/files", "comes after endpoint="),
        ("STORAGE_URL", "s3://key:a/secret@files", "written as %2F"),
        ("STORAGE_URL", "s3://key:a#secret@files", "is not s3://"),
        ("STORAGE_URL", "s3://Files", "names the bucket 'Files'"),
        ("STORAGE_URL", "s3://our_files", "names the bucket 'our_files'"),
        ("STORAGE_URL", "s3://f", "3 to 63"),
        ("STORAGE_URL", "s3://files/../others", "a prefix that is no path"),
        ("STORAGE_URL", "s3://files/a%20b", "a prefix that is no path"),
        ("STORAGE_URL", "s3://key@files", "half of a pair of keys"),
        ("STORAGE_URL", "s3://files?endpoint=storage.example.org", "not the address of a service"),
        (
            "STORAGE_URL",
            "s3://files?endpoint=https://storage.example.org/files",
            "not the address of a service",
        ),
        ("STORAGE_URL", "s3://files?endpoint=http://storage.example.org", "not encrypted"),
        ("STORAGE_URL", "s3://files?acl=public", "no option 'acl'; one of endpoint, region"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str, says: str) -> None:
    settings = _read(**{name: value})
    (fault,) = settings.faults
    assert fault.startswith(f"REGLAMENT_{name}")
    assert says in fault
    assert "\n" not in fault


def test_a_fault_never_repeats_a_password() -> None:
    faults = (
        *_read(SMTP_URL="smtp://user:hunter2@mail.example.org").faults,
        *_read(SMTP_URL="imap://user:hunter2@mail.example.org").faults,
        *_read(DATABASE_URL="mysql://user:hunter2@localhost/x").faults,
        *_read(STORAGE_URL="s3://user:hunter2@files?endpoint=ftp://user:hunter2@localhost").faults,
        *_read(STORAGE_URL="s3://user:hunter2/x@files").faults,
    )
    assert len(faults) == 5
    assert "hunter2" not in " ".join(faults)
    assert "hunter2" not in repr(_read(SMTP_URL="smtps://user:hunter2@mail.example.org").mail_server)
    assert "hunter2" not in repr(_read(STORAGE_URL="s3://user:hunter2@files").bucket)


def test_plain_http_is_for_this_machine() -> None:
    for host in ("127.0.0.1:8000", "localhost", "[::1]:8000"):
        settings = _read(BASE_URL=f"http://{host}/")
        assert (settings.faults, settings.encrypted) == ((), False)
        assert settings.base_url == f"http://{host}"


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("sqlite:///desk.db", Database("sqlite", f"{DATA}/desk.db")),
        ("sqlite:////srv/a%20b.db", Database("sqlite", "/srv/a b.db")),
        (
            "postgres://desk:p%40ss@db.example.org:5433/desk?sslmode=verify-full",
            Database(
                "postgresql", "desk", "desk", "p@ss", "db.example.org", "5433", (("sslmode", "verify-full"),)
            ),
        ),
        ("postgresql:///desk?host=/run/pg&port=6", Database("postgresql", "desk", host="/run/pg", port="6")),
    ],
)
def test_where_the_database_is(url: str, database: Database) -> None:
    assert _read(DATABASE_URL=url).database == database


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://127.0.0.1:2525", MailServer("127.0.0.1", 2525)),
        ("smtp://u:p%3A@localhost", MailServer("localhost", 25, "u", "p:")),
        (
            "smtp://u:p@mail.example.org?starttls=yes",
            MailServer("mail.example.org", 587, "u", "p", "starttls"),
        ),
        ("smtps://u:p@mail.example.org", MailServer("mail.example.org", 465, "u", "p", "tls")),
    ],
)
def test_which_server_takes_letters(url: str, server: MailServer) -> None:
    settings = _read(SMTP_URL=url)
    assert settings.faults == ()
    assert settings.mail_server == server


@pytest.mark.parametrize(
    ("url", "bucket"),
    [
        ("", None),
        ("s3://files", Bucket("files")),
        ("s3://files.example.org/desk/one/", Bucket("files.example.org", "desk/one")),
        (
            "s3://key:se%2Fcr+et@files/desk?endpoint=https://storage.example.org:9000/&region=ru-1",
            Bucket("files", "desk", "https://storage.example.org:9000", "ru-1", "key", "se/cr+et"),
        ),
        ("s3://files?endpoint=http://127.0.0.1:9000", Bucket("files", endpoint="http://127.0.0.1:9000")),
    ],
)
def test_where_files_are_kept(url: str, bucket: Bucket | None) -> None:
    settings = _read(STORAGE_URL=url)
    assert settings.faults == ()
    assert settings.bucket == bucket


@pytest.mark.parametrize("package", ["storages", "boto3"])
def test_object_storage_is_refused_where_its_extra_is_not_installed(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    settings = _read(STORAGE_URL="s3://files")
    (fault,) = settings.faults
    assert "pip install 'reglament[s3]'" in fault
    assert settings.bucket is None


def test_keys_of_the_vault_are_read_in_order() -> None:
    assert _read(VAULT_KEYS="A" * 43 + "=, " + "B" * 43 + "=").vault_keys[0] == bytes(32)


def test_every_setting_stands_on_its_page() -> None:
    source = "".join(
        (Path(__file__).parents[2] / file).read_text(encoding="utf-8")
        for file in ("site/environment.py", "clock.py")
    )
    used = set(re.findall(r'"(REGLAMENT_[A-Z_]+)"', source))
    told = set(re.findall(r"^\| `(REGLAMENT_[A-Z_]+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert used == told
