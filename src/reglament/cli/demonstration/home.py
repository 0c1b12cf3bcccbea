"""Where a demonstration lives: its folder, what it keeps there, and the ports it listens on."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from reglament import clock

HOST = "127.0.0.1"
"""Passwords stand on its pages, so it is for this machine alone."""
PORT = 8000
MAIL_PORT = 2525
SINK_PORT = 2526
_MORE_PORTS = 200
"""How many ports above the usual one are tried where that is taken."""
_PASSWORD_WORDS = 4
_LETTERS = "abcdefghkmnpqrstuvwxyz23456789"


class HomeFault(Exception):
    """The demonstration cannot live there; its text says why, and what to do."""


@dataclass(frozen=True)
class Kept:
    """What a demonstration keeps from one start to the next."""

    secret_key: str
    vault_key: str
    password: str
    """The one password of everybody."""
    port: int
    """Letters that were sent name it, so it stays the same where it is free."""
    mail_port: int
    sink_port: int


@dataclass(frozen=True)
class Home:
    """The folder of a demonstration."""

    folder: Path

    @property
    def data(self) -> Path:
        """The folder of the desk's data."""
        return self.folder / "desk"

    @property
    def making(self) -> Path:
        """Where the data are made; renamed once they are whole, so that half a world is never started."""
        return self.folder / "making"

    @property
    def description(self) -> Path:
        """The file that tells the pages of the demonstration what there is."""
        return self.data / "demonstration.json"

    @property
    def tables(self) -> Path:
        """The file that says which version's tables the data are in."""
        return self.data / "tables"

    @property
    def is_made(self) -> bool:
        """Whether the data are there and whole."""
        return self.description.is_file()

    @property
    def _file(self) -> Path:
        return self.folder / "kept.json"

    def open(self) -> Kept:
        """Make the folder, or find it again, with what it keeps. Raises `HomeFault`."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            said = json.loads(self._file.read_text(encoding="ascii"))
            return Kept(**said)
        except FileNotFoundError:
            kept = Kept(
                secret_key=secrets.token_urlsafe(48),
                vault_key=b64encode(secrets.token_bytes(32)).decode(),
                password=_new_password(),
                port=PORT,
                mail_port=MAIL_PORT,
                sink_port=SINK_PORT,
            )
            self.keep(kept)
            return kept
        except OSError as fault:
            raise HomeFault(
                f"{self.folder} cannot be used ({fault.strerror}); --data names another"
            ) from fault
        except (ValueError, TypeError) as fault:
            raise HomeFault(
                f"{self._file} cannot be read; remove {self.folder} to begin anew, or name another by --data"
            ) from fault

    def keep(self, kept: Kept) -> None:
        """Write down what is kept."""
        new = self._file.with_suffix(".new")
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                json.dump(asdict(kept), file, indent=1)
            new.replace(self._file)
        except OSError as fault:
            raise HomeFault(
                f"{self.folder} cannot be used ({fault.strerror}); --data names another"
            ) from fault

    def begin_making(self) -> Path:
        """Give an empty folder to make the data in; whatever an earlier attempt left is removed."""
        shutil.rmtree(self.making, ignore_errors=True)
        self.making.mkdir(mode=0o700, parents=True)
        return self.making

    def end_making(self) -> None:
        """Let the data that were made be those of the demonstration."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.making.rename(self.data)


def usual_folder(variables: Mapping[str, str]) -> Path:
    """Give the folder of the demonstration where none is named: in the user's home of data, and kept."""
    home = Path(variables.get("XDG_DATA_HOME") or "~/.local/share").expanduser()
    return home / "reglament" / "demo"


def environment_of(kept: Kept, data: Path) -> dict[str, str]:
    """Give the settings of every process of a demonstration whose data lie in a folder."""
    settings = {
        "REGLAMENT_DATA": str(data),
        "REGLAMENT_DATABASE_URL": "sqlite:///reglament.sqlite3",
        "REGLAMENT_BASE_URL": f"http://{HOST}:{kept.port}",
        "REGLAMENT_SECRET_KEY": kept.secret_key,
        "REGLAMENT_VAULT_KEYS": kept.vault_key,
        # Everything of a demonstration lies in its folder, whatever is set for a desk on this machine.
        "REGLAMENT_STORAGE_URL": "",
        "REGLAMENT_SMTP_URL": f"smtp://{HOST}:{kept.sink_port}",
        "REGLAMENT_MAIL_FROM": "noreply@desk.example.org",
        "REGLAMENT_DEMO": str(data / "demonstration.json"),
    }
    if moved := os.environ.get(clock.VARIABLE):
        settings[clock.VARIABLE] = str(Path(moved).absolute())
    return settings


def is_free(port: int) -> bool:
    """Say whether a port of this machine can be listened on."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(wanted: int, *, taken: frozenset[int] = frozenset()) -> int:
    """Give the wanted port, or the next one above it that is free. Raises `HomeFault`."""
    for port in range(wanted, min(wanted + _MORE_PORTS, 65_536)):
        if port not in taken and is_free(port):
            return port
    raise HomeFault(f"no port from {wanted} to {wanted + _MORE_PORTS} is free; --port names another")


def _new_password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_PASSWORD_WORDS))
