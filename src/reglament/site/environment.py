"""The settings that an owner makes, read from the environment.

Every setting is described in `docs/owner/settings.md`. Reading never fails: what is missing or wrong
is collected as faults, one line each, and the doors (the commands, the web application) refuse to
start while there are any. So a checker or a test can load the settings without an owner's secrets,
and a server cannot run without them.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from reglament.desk.channels.email.scanning import Scanner, scanner_at
from reglament.desk.notices.mail_server import MailServer

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SECRET_LENGTH = 32
"""The shortest acceptable secret, in characters: 32 random ones hold more than 128 bits."""

VAULT_KEY_BYTES = 32
BUCKET = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""How a bucket may be called: the rules of Amazon S3 for general purpose buckets."""
PREFIX = re.compile(r"[\w.-]+(/[\w.-]+)*", re.ASCII)


class EnvironmentFault(Exception):
    """The environment does not let the program start; its text is one line per fault."""


@dataclass(frozen=True)
class Database:
    """Where the desk's data lie: an SQLite file, or a PostgreSQL database."""

    engine: str
    """`sqlite` or `postgresql`."""
    name: str
    user: str = ""
    password: str = ""
    host: str = ""
    port: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Bucket:
    """Where files and raw letters lie in S3-compatible object storage."""

    name: str
    prefix: str = ""
    """What stands before the name of each object, without slashes around it."""
    endpoint: str = ""
    """The address of the service; that of Amazon where empty."""
    region: str = ""
    access_key: str = ""
    """Empty: the keys are found where Amazon's tools look for them."""
    secret_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Environment:
    """What the environment says, with its faults; a faulty setting stands at its default."""

    data: Path
    database: Database
    base_url: str
    secret_key: str
    vault_keys: tuple[bytes, ...]
    mail_server: MailServer | None
    mail_from: str
    trusted_proxies: int
    bucket: Bucket | None
    """None: files lie in the folder of data."""
    virus_scanner: Scanner | None
    hold_unscanned: bool
    """Whether letters that the virus scanner could not look at are held for a person."""
    strangers_per_hour: int
    """How many automatic letters a desk writes in an hour to those whom it does not know."""
    demonstration: Path | None
    """The file that describes the demonstration that this process is a part of."""
    faults: tuple[str, ...]

    @property
    def host(self) -> str:
        """The host name under which people reach the desk."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def encrypted(self) -> bool:
        """True where people reach the desk by HTTPS."""
        return self.base_url.startswith("https://")


def read(variables: Mapping[str, str]) -> Environment:
    """Read the settings from environment variables (or any mapping like them)."""
    faults: list[str] = []
    data = Path(variables.get("REGLAMENT_DATA") or _home_of_data(variables)).expanduser().absolute()
    return Environment(
        data=data,
        database=_database(variables.get("REGLAMENT_DATABASE_URL", ""), data, faults),
        base_url=_base_url(variables.get("REGLAMENT_BASE_URL", ""), faults),
        secret_key=_secret_key(variables.get("REGLAMENT_SECRET_KEY", ""), faults),
        vault_keys=_vault_keys(variables.get("REGLAMENT_VAULT_KEYS", ""), faults),
        mail_server=_mail_server(variables.get("REGLAMENT_SMTP_URL", ""), faults),
        mail_from=_mail_from(variables.get("REGLAMENT_MAIL_FROM", ""), faults),
        trusted_proxies=_count(
            "REGLAMENT_TRUSTED_PROXIES", variables.get("REGLAMENT_TRUSTED_PROXIES", ""), faults
        ),
        bucket=_bucket(variables.get("REGLAMENT_STORAGE_URL", ""), faults),
        virus_scanner=_virus_scanner(variables.get("REGLAMENT_VIRUS_SCANNER_URL", ""), faults),
        hold_unscanned=_hold_unscanned(variables, faults),
        strangers_per_hour=_count(
            "REGLAMENT_STRANGERS_PER_HOUR", variables.get("REGLAMENT_STRANGERS_PER_HOUR") or "300", faults
        ),
        demonstration=Path(said) if (said := variables.get("REGLAMENT_DEMO")) else None,
        faults=tuple(faults),
    )


def current() -> Environment:
    """Read the settings of this process."""
    return read(os.environ)


def refuse_if_faulty(environment: Environment) -> None:
    """Raise `EnvironmentFault`, one line a fault, where the environment does not let the program start."""
    if environment.faults:
        raise EnvironmentFault("\n".join(environment.faults))


def _home_of_data(variables: Mapping[str, str]) -> str:
    return (variables.get("XDG_DATA_HOME") or "~/.local/share") + "/reglament"


def _secret_key(said: str, faults: list[str]) -> str:
    if len(said) < SECRET_LENGTH:
        what = "is not set" if not said else f"is shorter than {SECRET_LENGTH} characters"
        faults.append(
            f"REGLAMENT_SECRET_KEY {what}; set it to a random secret and keep it:"
            " python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return said


def _vault_keys(said: str, faults: list[str]) -> tuple[bytes, ...]:
    keys = []
    for position, text in enumerate((part.strip() for part in said.split(",") if part.strip()), start=1):
        try:
            key = base64.b64decode(text, validate=True)
        except binascii.Error:
            key = b""
        if len(key) == VAULT_KEY_BYTES:
            keys.append(key)
        else:
            faults.append(
                f"REGLAMENT_VAULT_KEYS: key {position} is not {VAULT_KEY_BYTES} bytes in base64; make one:"
                " openssl rand -base64 32"
            )
    return tuple(keys)


def _base_url(said: str, faults: list[str]) -> str:
    default = "http://127.0.0.1:8000"
    if not said:
        faults.append(
            "REGLAMENT_BASE_URL is not set; set it to the address that people open, such as https://desk.example.org"
        )
        return default
    address = _split(said)
    if (
        address is None
        or address.scheme not in ("http", "https")
        or not address.hostname
        or address.path.strip("/")
    ):
        faults.append(
            f"REGLAMENT_BASE_URL '{said}' is not the address of a site, such as https://desk.example.org"
        )
        return default
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        faults.append(
            f"REGLAMENT_BASE_URL '{said}' is not encrypted; use https://"
            " (plain http:// is for this machine alone: http://127.0.0.1:8000)"
        )
    return said.rstrip("/")


def _database(said: str, data: Path, faults: list[str]) -> Database:
    embedded = Database("sqlite", str(data / "reglament.sqlite3"))
    if not said:
        return embedded
    address = _split(said)
    if address is not None and address.scheme == "sqlite" and not address.netloc and len(address.path) > 1:
        # Four slashes are an absolute path; with three, the file lies in the data folder.
        return Database("sqlite", str(data / unquote(address.path[1:])))
    if address is not None and address.scheme in ("postgres", "postgresql") and address.path.strip("/"):
        options = dict(parse_qsl(address.query))
        return Database(
            "postgresql",
            unquote(address.path.strip("/")),
            unquote(address.username or ""),
            unquote(address.password or ""),
            options.pop("host", "") or unquote(address.hostname or ""),
            str(address.port or options.pop("port", "")),
            tuple(sorted(options.items())),
        )
    faults.append(
        "REGLAMENT_DATABASE_URL is neither sqlite:///FILE nor postgres://USER:PASSWORD@HOST:PORT/DATABASE"
    )
    return embedded


def _mail_server(said: str, faults: list[str]) -> MailServer | None:
    if not said:
        return None
    address = _split(said)
    if address is None or address.scheme not in ("smtp", "smtps") or not address.hostname:
        # The address may hold a password, so it is not repeated.
        faults.append(
            "REGLAMENT_SMTP_URL is neither smtp://USER:PASSWORD@HOST:PORT[?starttls=yes] nor smtps://…"
        )
        return None
    wants_starttls = dict(parse_qsl(address.query)).get("starttls", "no") in ("yes", "true", "1")
    encryption = "tls" if address.scheme == "smtps" else "starttls" if wants_starttls else "none"
    port = address.port or {"tls": 465, "starttls": 587, "none": 25}[encryption]
    if address.username and encryption == "none" and address.hostname not in LOOPBACK:
        faults.append(
            "REGLAMENT_SMTP_URL would send its password unencrypted; use smtps:// or add ?starttls=yes"
        )
    return MailServer(
        address.hostname, port, unquote(address.username or ""), unquote(address.password or ""), encryption
    )


def _mail_from(said: str, faults: list[str]) -> str:
    if said and said.count("@") != 1:
        faults.append(f"REGLAMENT_MAIL_FROM '{said}' is not a mail address")
        return ""
    return said


def _bucket(said: str, faults: list[str]) -> Bucket | None:
    if not said:
        return None
    address = _split(said)
    # The address may hold a secret, so only parts of it are repeated.
    if (
        address is None
        or address.scheme != "s3"
        or not address.hostname
        or address.port is not None
        or address.fragment
    ):
        faults.append(
            "REGLAMENT_STORAGE_URL is not s3://[KEY:SECRET@]BUCKET[/PREFIX][?endpoint=https://HOST&region=REGION];"
            " the host of the service comes after endpoint=, and a / in a secret is written as %2F"
        )
        return None
    options = dict(parse_qsl(address.query, keep_blank_values=True))
    bucket = Bucket(
        # Not `hostname`, which would turn capital letters into the name of another bucket.
        address.netloc.rpartition("@")[2],
        unquote(address.path).strip("/"),
        options.pop("endpoint", "").rstrip("/"),
        options.pop("region", ""),
        unquote(address.username or ""),
        unquote(address.password or ""),
    )
    wrong = _wrong_of(bucket, options)
    if not wrong and not (find_spec("storages") and find_spec("boto3")):
        wrong.append(
            "needs the extra s3, which is not installed; install it: pip install 'reglament[s3]',"
            " or pip install --require-hashes -r requirements/s3.txt"
        )
    faults += [f"REGLAMENT_STORAGE_URL {what}" for what in wrong]
    return None if wrong else bucket


def _wrong_of(bucket: Bucket, unknown: Mapping[str, str]) -> list[str]:
    wrong = [f"has no option '{name}'; one of endpoint, region" for name in unknown]
    if not BUCKET.fullmatch(bucket.name):
        wrong.append(
            f"names the bucket '{bucket.name}';"
            " a name has 3 to 63 characters: small Latin letters, digits, dots and hyphens"
        )
    if bucket.prefix and (not PREFIX.fullmatch(bucket.prefix) or {".", ".."} & {*bucket.prefix.split("/")}):
        wrong.append(
            "has a prefix that is no path of Latin letters, digits, dots, hyphens and underscores, such as"
            " desk/files"
        )
    if bool(bucket.access_key) != bool(bucket.secret_key):
        wrong.append("has half of a pair of keys; write s3://KEY:SECRET@BUCKET, with a / as %2F")
    if bucket.endpoint:
        wrong += _wrong_of_endpoint(_split(bucket.endpoint))
    return wrong


def _wrong_of_endpoint(address: SplitResult | None) -> list[str]:
    if (
        address is None
        or address.scheme not in ("http", "https")
        or not address.hostname
        or address.username is not None
        or address.path
        or address.query
    ):
        return ["has an endpoint that is not the address of a service, such as https://storage.example.org"]
    if address.scheme == "http" and address.hostname not in LOOPBACK:
        return ["has an endpoint that is not encrypted; write https://, since clients' files travel there"]
    return []


def _count(name: str, said: str, faults: list[str]) -> int:
    if said and not said.isdecimal():
        faults.append(f"{name} '{said}' is not a whole number")
        return 0
    return int(said or 0)


def _split(said: str) -> SplitResult | None:
    try:
        address = urlsplit(said)
        _ = address.port
    except ValueError:
        return None
    return address


def _virus_scanner(said: str, faults: list[str]) -> Scanner | None:
    scanner = scanner_at(said) if said else None
    if said and scanner is None:
        faults.append(
            f"REGLAMENT_VIRUS_SCANNER_URL '{said}' is neither clamd://HOST:PORT nor clamd:///PATH/TO/SOCKET"
        )
    return scanner


def _hold_unscanned(variables: Mapping[str, str], faults: list[str]) -> bool:
    said = variables.get("REGLAMENT_VIRUS_SCANNER_HOLD", "").lower()
    if said not in ("", "yes", "no"):
        faults.append(f"REGLAMENT_VIRUS_SCANNER_HOLD '{said}' is neither yes nor no")
    if said == "yes" and not variables.get("REGLAMENT_VIRUS_SCANNER_URL"):
        faults.append("REGLAMENT_VIRUS_SCANNER_HOLD needs a scanner; set REGLAMENT_VIRUS_SCANNER_URL too")
    return said == "yes"
