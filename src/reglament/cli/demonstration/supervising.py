"""Keeping the processes of the demonstration alive, and letting none of them outlive it.

The parent loads the program once and forks each process off it: they start at once and share its memory.
It therefore keeps to one thread, and opens no database.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

PATIENCE = 5.0
"""How long a process may take to stop, in seconds, before it is killed."""
TOO_OFTEN = 5
"""Deaths within `SHORT` seconds after which starting a process again is given up."""
SHORT = 30.0
PAUSE = 0.5
"""Seconds between a death and the next start."""
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """A process to be kept alive: its name, and what it runs until a SIGTERM."""

    name: str
    run: Callable[[], int]
    stops_last: bool = False
    """True for one that the others still need while they stop."""
    pid: int = 0
    deaths: list[float] = field(default_factory=list)
    again_at: float = 0.0


class Supervisor:
    """Starts processes, starts those that died again, and stops all of them together."""

    def __init__(self, children: list[Child], complain: Callable[[str], None]) -> None:
        """Take the processes, and where to say what goes wrong."""
        self._children = children
        self._complain = complain
        self._stopping = False
        self._wake_read, self._wake_write = os.pipe()
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)

    @property
    def stopping(self) -> bool:
        """Whether a signal to stop has come."""
        return self._stopping

    def start(self) -> None:
        """Take signals from here on, and start every process."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, _nothing)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        for child in self._children:
            self._start(child)

    def wait(self, seconds: float) -> None:
        """Wait that long, or until something happens."""
        with suppress(InterruptedError):
            select.select([self._wake_read], [], [], seconds)
        with suppress(BlockingIOError):
            while os.read(self._wake_read, 512):
                pass

    def run(self) -> int:
        """Watch over the processes until a signal; give the exit status: 0, or 1 where one keeps dying."""
        while not self._stopping:
            if not self.look():
                self.stop()
                return 1
            self.wait(1.0)
        self.stop()
        return 0

    def look(self) -> bool:
        """Start again what died; False where one dies too often."""
        now = time.monotonic()
        for child in self._children:
            if child.pid and (status := _ended(child.pid)) is not None and not self._stopping:
                child.pid, child.again_at = 0, now + PAUSE
                child.deaths = [*(at for at in child.deaths if now - at < SHORT), now]
                if len(child.deaths) >= TOO_OFTEN:
                    self._complain(f"{child.name} keeps ending ({_fate(status)}); the demonstration stops")
                    return False
                self._complain(f"{child.name} has ended ({_fate(status)}) and is started again")
        for child in self._children:
            if not child.pid and now >= child.again_at and not self._stopping:
                self._start(child)
        return True

    def stop(self) -> None:
        """Stop every process: those that others need last, and by force what does not stop in time."""
        self._stopping = True
        for last in (False, True):
            group = [child for child in self._children if child.pid and child.stops_last is last]
            for child in group:
                _send(child.pid, signal.SIGTERM)
            limit = time.monotonic() + PATIENCE
            while (alive := _alive(group)) and time.monotonic() < limit:
                self.wait(0.05)
            for child in alive:
                _send(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)
                child.pid = 0

    def _start(self, child: Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        child.pid = os.fork()
        if child.pid:
            return
        self._become_child(parent)
        _leave_with(child.run)

    def _become_child(self, parent: int) -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        # Ctrl-C in a terminal reaches the whole group; the parent alone decides who stops when.
        os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.close(self._wake_read)
        os.close(self._wake_write)
        end_with_parent(signal.SIGTERM, parent)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


def run_once(run: Callable[[], int]) -> int:
    """Run something in a process of its own, to its end; give its exit status. It ends with this one."""
    sys.stdout.flush()
    parent, pid = os.getpid(), os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        end_with_parent(signal.SIGTERM, parent)
        _leave_with(run)
    try:
        _, status = os.waitpid(pid, 0)
    except KeyboardInterrupt:
        _send(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        raise
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _leave_with(run: Callable[[], int]) -> NoReturn:
    """End this process with what `run` gives: nothing of a child may run on into the parent's own code."""
    status = 1
    try:
        status = run()
    except KeyboardInterrupt:
        status = 130
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def end_with_parent(number: signal.Signals, parent: int) -> None:
    """Have the system send this process a signal when its parent ends, however that comes about.

    Takes the parent's id, since it may have ended before this was called. Linux only (prctl(2),
    PR_SET_PDEATHSIG); elsewhere a thread looks whether the parent is still there.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    else:
        import threading

        threading.Thread(target=_watch, args=(number, parent), daemon=True).start()
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def _watch(number: signal.Signals, parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), number)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Be a handler, so that the signal wakes the parent: one that is ignored does not."""


def _ended(pid: int) -> int | None:
    """Give the wait status of a process that has ended, or None while it lives."""
    try:
        found, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return 0
    return status if found else None


def _alive(children: list[Child]) -> list[Child]:
    for child in children:
        if child.pid and _ended(child.pid) is not None:
            child.pid = 0
    return [child for child in children if child.pid]


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _fate(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"status {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
