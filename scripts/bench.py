"""Measure what is promised of speed and print the table of docs/developer/speed.md.

Run by `make bench` in an environment that has the peers. With `--write` the table in the document is
replaced.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "developer" / "speed.md"

sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ["PYTHONPATH"] = str(ROOT / "src")
# A start is measured as it is for a user: with compiled modules.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def main(arguments: list[str]) -> int:
    """Measure, print, and write where asked to."""
    from benchmarks import calendar_speed, decide_speed, mail_speed

    rows = [*calendar_speed.main(), *decide_speed.main(), *mail_speed.main()]
    head = ["| measured | figure | beside |", "| --- | --- | --- |"]
    table = "\n".join([*head, *("| " + " | ".join(row) + " |" for row in rows)])
    machine = f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores"
    print(f"{table}\n\nMeasured with {machine}.")
    if "--write" in arguments:
        page = PAGE.read_text(encoding="utf-8")
        block = f"<!-- table -->\n{table}\n\nMeasured with {machine}.\n<!-- end -->"
        PAGE.write_text(re.sub(r"<!-- table -->.*?<!-- end -->", lambda _: block, page, flags=re.DOTALL))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
