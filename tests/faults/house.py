"""The desk of a fault run as a machine runs it: real processes, begun again whenever they end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).parent / "reglament")
AGAIN = 0.3
"""Seconds after which a process that ended is begun again."""


def free_port() -> int:
    """Give a port of loopback that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


class Process:
    """One process of the desk and those that it starts, by a name."""

    def __init__(self, name: str, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.name, self._log = name, log
        self._arguments, self._environment = arguments, environment
        self._running: subprocess.Popen[bytes] | None = None
        self.killed = self.ended_by_itself = 0
        self._meant = False

    def look(self) -> None:
        """Begin it, unless it runs."""
        if self._running is not None and self._running.poll() is None:
            return
        if self._running is not None and not self._meant:
            self.ended_by_itself += 1
        self._meant = False
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                [COMMAND, *self._arguments],
                env=dict(self._environment),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, *, alone: bool = False) -> None:
        """End it in the middle of whatever it does, with those it started or `alone`."""
        if self._running is not None and self._running.poll() is None:
            self._meant = True
            self.killed += 1
            self._running.kill() if alone else self._signal(signal.SIGKILL)
            self._running.wait()

    def stop(self) -> int | None:
        """Ask it to end; give its exit status, None where it did not within 30 seconds."""
        if self._running is None:
            return None
        self._meant = True
        if self._running.poll() is None:
            self._running.terminate()
        try:
            return self._running.wait(30)
        except subprocess.TimeoutExpired:
            return None
        finally:
            self._signal(signal.SIGKILL)

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._running is not None
        return self._running.pid

    @property
    def said(self) -> str:
        """The end of what it said."""
        return self._log.read_text(errors="replace")[-3000:] if self._log.exists() else ""

    def _signal(self, number: int) -> None:
        assert self._running is not None
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, number)


class House:
    """All processes of a desk: two mail intakes, two workers, a web server; and what is asked of its code."""

    def __init__(self, folder: Path, database: str, outgoing_port: int) -> None:
        self.web_port, self.intake_ports = free_port(), (free_port(), free_port())
        self.environment = {
            **os.environ,
            "REGLAMENT_DATABASE_URL": database,
            "REGLAMENT_DATA": str(folder / "data"),
            "REGLAMENT_SMTP_URL": f"smtp://127.0.0.1:{outgoing_port}",
            # All letters of a run come within minutes, and each is to be answered.
            "REGLAMENT_STRANGERS_PER_HOUR": "100000",
            "REGLAMENT_BASE_URL": f"http://127.0.0.1:{self.web_port}",
        }
        (folder / "data").mkdir(exist_ok=True)
        commands = {
            "intake-1": ["mail", "--port", str(self.intake_ports[0])],
            "intake-2": ["mail", "--port", str(self.intake_ports[1])],
            "worker-1": ["worker"],
            "worker-2": ["worker"],
            "web": ["serve", "--port", str(self.web_port)],
        }
        self.processes = {
            name: Process(name, said, self.environment, folder / f"{name}.log")
            for name, said in commands.items()
        }
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._keep_running, daemon=True)

    def migrate(self) -> None:
        """Make the tables."""
        done = subprocess.run(
            [COMMAND, "migrate"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def ask(self, what: str, *arguments: str) -> Any:
        """Run a function of `inside`, and give what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.inside", what, *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def begin(self) -> None:
        """Begin every process, and keep them running."""
        self._watch.start()

    def kill(self, name: str, *, alone: bool) -> None:
        """Kill a process, with those it started or `alone`; it is begun again."""
        self.processes[name].kill(alone=alone)

    def end(self) -> dict[str, int | None]:
        """Ask every process to end, and give with which status each did."""
        self._stopping.set()
        if self._watch.is_alive():
            self._watch.join()
        ended = [threading.Thread(target=one.stop) for one in self.processes.values()]
        for thread in ended:
            thread.start()
        for thread in ended:
            thread.join()
        return {name: one.stop() for name, one in self.processes.items()}

    @property
    def killed(self) -> Counter[str]:
        """How often each process was killed."""
        return Counter({name: one.killed for name, one in self.processes.items()})

    @property
    def ended_by_themselves(self) -> Counter[str]:
        """How often each process ended without having been asked to."""
        return +Counter({name: one.ended_by_itself for name, one in self.processes.items()})

    @property
    def said(self) -> str:
        """The ends of what the processes said."""
        return "\n".join(f"--- {name}\n{one.said}" for name, one in self.processes.items())

    def _keep_running(self) -> None:
        while not self._stopping.is_set():
            for process in self.processes.values():
                process.look()
            self._stopping.wait(AGAIN)


def wait_until_open(port: int, seconds: float = 60) -> None:
    """Wait until somebody listens on a port of loopback."""
    end = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2):
                return
        except OSError:
            assert time.monotonic() < end, f"nobody listens on {port}"
            time.sleep(0.1)
