"""One answer for each value on standard input, or every fault named and no answer at all."""

from __future__ import annotations

import os
import sys

from reglament.cli.json_stream import JsonStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import BinaryIO

# What one request or a few need is kept in memory; beyond that answers wait in a file.
_KEPT_IN_MEMORY = 1 << 20


class Faulty(Exception):
    """What is wrong with one value: a line for each fault, each beginning with its place."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self.lines = list(lines)


def answer_all(name: str, answer: Callable[[object, str], str], *, framed: bool = True) -> int:
    """Answer each value on standard input, in its order and in its shape, on standard output.

    `name` is what a value is called in places (`request`). `answer` takes a value and its place and
    gives one line of JSON, or raises Faulty. Not `framed`: answers are plain texts, even those of an
    array. Gives the exit status: 0; 2 where any value is faulty, each fault then a line on standard
    error and nothing on standard output; 1 where the answers could not be kept or written.
    """
    if sys.stdin is None:
        complain(f"{name}: no input")
        return 2
    try:
        stream = JsonStream(sys.stdin.buffer)
        spool = _Spool("[" if framed and stream.shape == "array" else "")
        faulty = False
        for item in stream:
            place = stream.place(item, name)
            if item.fault is not None:
                complain(f"{place}: {item.fault}")
                faulty = True
                continue
            try:
                line = answer(item.value, place)
            except Faulty as fault:
                complain(*fault.lines)
                faulty = True
            else:
                if not faulty:
                    spool.add(line)
    except _SpoolFull as fault:
        complain(f"the answers cannot be kept until all are there: {fault}")
        return 1
    except OSError as error:
        complain(f"{name}: the input cannot be read: {error.strerror}")
        return 2
    return 2 if faulty else _write(spool)


def complain(*lines: str) -> None:
    """Write lines to standard error, where there is one."""
    if sys.stderr is not None:
        try:
            sys.stderr.write("".join(f"{line}\n" for line in lines))
            sys.stderr.flush()
        except OSError:
            # Nobody is left to be told.
            pass


def _write(spool: _Spool) -> int:
    if sys.stdout is None:
        # Python has no stream where the shell closed it; whoever flushes it at the end needs one.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        complain("standard output is closed, so there is nowhere to write the answers")
        return 1
    try:
        spool.copy_to(sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except OSError as error:
        reason = "its reader has gone" if isinstance(error, BrokenPipeError) else error.strerror
        complain(f"the answers were not all written to standard output: {reason}")
        # What is still buffered would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


class _SpoolFull(Exception):
    """The temporary file cannot take more."""


class _Spool:
    """Answers that wait until the last value has proved sound."""

    def __init__(self, opening: str) -> None:
        self._framed = bool(opening)
        self._pending = [opening]
        self._size = 0
        self._count = 0
        self._file: BinaryIO | None = None

    def add(self, line: str) -> None:
        between = (",\n" if self._count else "") if self._framed else ""
        self._pending.append(f"{between}{line}" if self._framed else f"{line}\n")
        self._count += 1
        self._size += len(line)
        if self._size > _KEPT_IN_MEMORY:
            self._to_file()

    def copy_to(self, target: BinaryIO) -> None:
        if self._file is not None:
            self._file.seek(0)
            while chunk := self._file.read(_KEPT_IN_MEMORY):
                target.write(chunk)
            self._file.close()
        target.write("".join(self._pending).encode())
        if self._framed:
            target.write(b"]\n")

    def _to_file(self) -> None:
        try:
            if self._file is None:
                from tempfile import TemporaryFile

                self._file = TemporaryFile("w+b")  # noqa: SIM115
            self._file.write("".join(self._pending).encode())
        except OSError as error:
            raise _SpoolFull(error.strerror) from error
        self._pending, self._size = [], 0
