"""How fast a decision is made: one with its grounds, a cold command, a batch of a million, `check`."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from reglament import packs
from reglament.regulation.deciding import decide, read_request
from reglament.regulation.deciding.requests import received_moment
from reglament.regulation.model.program import Program
from reglament.regulation.reading.compiled import programs_of

REQUESTS = Path(__file__).resolve().parent.parent / "tests" / "cases" / "decisions.json"
BATCH = 1_000_000
COMMAND = [str(Path(sys.executable).with_name("reglament"))]


def main() -> list[tuple[str, str, str]]:
    """Rows of the table: what was measured, the figure, what it stands beside."""
    rows = []
    for name in packs.names():
        program = programs_of(packs.find(name))[-1]
        rows.append(_one_decision(name, program))
    rows += [_cold(name) for name in packs.names()]
    rows.append(_cold_owner_file())
    rows += _batch()
    rows.append(_check())
    return rows


def _requests(name: str) -> list[dict[str, Any]]:
    cases = json.loads(REQUESTS.read_text(encoding="utf-8"))
    return [case["request"] for case in cases if case["pack"] == name]


def _median(action: Any, times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _one_decision(name: str, program: Program) -> tuple[str, str, str]:
    deciding, reading = [], []
    for raw in _requests(name):
        received_moment(raw, "request")
        request = read_request(program, raw)
        decision = decide(program, request)
        written = json.dumps(raw)
        answer = decision.as_json()
        deciding.append(_median(lambda: decide(program, request), 300))  # noqa: B023
        reading.append(_median(lambda: (json.loads(written), json.dumps(answer)), 300))  # noqa: B023
    decision_time, json_time = statistics.median(deciding), statistics.median(reading)
    beside = f"{decision_time / json_time:.1f} × json.loads + json.dumps of the same request and decision"
    return f"one decision with its grounds, {name}", f"{decision_time * 1e6:.0f} µs", beside


def _run(command: list[str], given: bytes = b"") -> float:
    start = time.perf_counter()
    subprocess.run(command, input=given, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def _beside_bare_python(command: list[str], given: bytes) -> tuple[float, float]:
    bare, whole = [], []
    _run(command, given)
    # Interleaved, so that a busy moment of the machine weighs on both alike.
    for _ in range(21):
        bare.append(_run([sys.executable, "-c", "pass"]))
        whole.append(_run(command, given))
    return statistics.median(bare), statistics.median(whole)


def _cold(name: str) -> tuple[str, str, str]:
    given = json.dumps(_requests(name)[0]).encode()
    bare, whole = _beside_bare_python([*COMMAND, "decide", name], given)
    return (
        f"`reglament decide {name}`, cold",
        f"{whole * 1e3:.0f} ms",
        f"{whole / bare:.1f} × `python -c pass`",
    )


def _cold_owner_file() -> tuple[str, str, str]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "own.yaml"
        # A comment makes it a file that was never shipped; the first run puts it into the cache.
        copy.write_text(packs.source("infobox") + f"# {time.perf_counter_ns()}\n", encoding="utf-8")
        given = json.dumps(_requests("infobox")[0]).encode()
        bare, whole = _beside_bare_python([*COMMAND, "decide", str(copy)], given)
    return (
        "an owner's file seen before, cold",
        f"{whole * 1e3:.0f} ms",
        f"{whole / bare:.1f} × `python -c pass`",
    )


# A child's peak counts what it was forked from, so a small process forks it, and not this one.
_WRAPPER = (
    "import resource, subprocess, sys;"
    "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
)


def _batch() -> list[tuple[str, str, str]]:
    lines = "".join(json.dumps(raw) + "\n" for raw in _requests("infobox")).encode()
    count = lines.count(b"\n")
    peaks = []
    taken = 0.0
    for size in (1_000, BATCH):
        command = [sys.executable, "-c", _WRAPPER, *COMMAND, "decide", "infobox"]
        start = time.perf_counter()
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            for _ in range(size // count):
                child.stdin.write(lines)
            child.stdin.close()
            peaks.append(float(child.stdout.read()))
        taken = time.perf_counter() - start
    return [
        (
            "a batch of 1 000 000 requests, infobox",
            f"{taken:.0f} s",
            f"{taken / BATCH * 1e6:.0f} µs each, with JSON",
        ),
        ("its peak memory", f"{peaks[1]:.0f} MB", f"{peaks[0]:.0f} MB with 1 000 requests"),
    ]


def _check() -> tuple[str, str, str]:
    taken = _run([*COMMAND, "check", *packs.names()])
    return "`reglament check` of all packs", f"{taken:.1f} s", "bound: 10 s"


if __name__ == "__main__":
    for row in main():
        print("| " + " | ".join(row) + " |")
