"""What becomes of processes that die, and of those that will not."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")


def play(program: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a program that supervises, in a process of its own."""
    head = """
        import os, signal, sys, threading, time
        from reglament.cli.demonstration import supervising
        from reglament.cli.demonstration.supervising import Child, Supervisor, run_once
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(head) + textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def test_a_process_that_keeps_dying_stops_the_whole_and_is_named() -> None:
    done = play(
        """
        supervising.PAUSE = 0.01
        supervisor = Supervisor([Child("the web", lambda: 3)], print)
        supervisor.start()
        sys.exit(supervisor.run())
        """
    )
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "the web has ended (status 3) and is started again"
    assert lines[-1] == "the web keeps ending (status 3); the demonstration stops"


def test_what_does_not_stop_in_time_is_killed() -> None:
    begun = time.monotonic()
    done = play(
        """
        supervising.PATIENCE = 0.5
        def deaf():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            print("deaf", flush=True)
            time.sleep(60)
        supervisor = Supervisor([Child("deaf", deaf)], print)
        supervisor.start()
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)
        sys.exit(supervisor.run())
        """
    )
    assert done.returncode == 0
    assert done.stdout == "deaf\n"
    assert time.monotonic() - begun < 30


def test_what_others_need_while_they_stop_stops_last() -> None:
    done = play(
        """
        def until_told(name, pause):
            def run():
                told = []
                signal.signal(signal.SIGTERM, lambda *_: told.append(1))
                while not told:
                    time.sleep(0.01)
                time.sleep(pause)
                print(name, flush=True)
                return 0
            return run
        supervisor = Supervisor(
            [Child("a", until_told("needed", 0), stops_last=True), Child("b", until_told("user", 0.5))], print
        )
        supervisor.start()
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        sys.exit(supervisor.run())
        """
    )
    assert done.returncode == 0
    assert done.stdout.split() == ["user", "needed"]


@pytest.mark.parametrize(
    ("ends", "status"), [("lambda: 4", 4), ("lambda: 1 / 0", 1), ("lambda: sys.exit(7)", 7)]
)
def test_what_runs_once_gives_its_status_and_never_runs_on_in_the_parent(ends: str, status: int) -> None:
    done = play(f"code = run_once({ends}); print('parent', code)")
    assert done.stdout == f"parent {status}\n"
