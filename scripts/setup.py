"""Make the environment in .venv: the locked dependencies with their hashes, and this package.

Run by `make setup` with any python3; needs nothing but the standard library and the package
registry that pip is set up for. What is already as it should be is left alone, so a second run takes
a moment. Several runs at once wait for one another.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
OLDEST = (3, 11)
ENVIRONMENTS = {
    "": (".venv", "dev.txt"),
    "bench": (".venv-bench", "bench.txt"),
    "peer": (".venv-peer", "peer.txt"),
}


def main(arguments: list[str]) -> int:
    """Make .venv, or with `bench` or `peer` that environment, and give 0, or 1 with a line that says what
    failed. That of the peer has nothing of this project in it.
    """
    if sys.version_info < OLDEST:
        found = sys.version.split()[0]
        return _refuse(f"Python 3.11 or later is needed, this is {found}; try make setup PYTHON=python3.11")
    name, locked = ENVIRONMENTS[arguments[0] if arguments else ""]
    environment = ROOT / name
    with (ROOT / f"{name}.lock").open("w") as lock:
        _wait_for(lock)
        try:
            _install(environment, REQUIREMENTS / locked, with_project=arguments != ["peer"])
        except (subprocess.CalledProcessError, OSError) as fault:
            return _refuse(f"{name} could not be made: {fault}")
    return 0


def _install(environment: Path, locked: Path, *, with_project: bool) -> None:
    build = REQUIREMENTS / "build.txt"
    place = f"{ROOT} {Path(sys.executable).resolve()} {sys.version}"
    dependencies = _digest(place, build, locked)
    dependencies_stamp = environment / "dependencies.digest"
    project = _digest(dependencies, ROOT / "pyproject.toml", ROOT / "hatch_build.py", *_catalogues())
    project_stamp = environment / "project.digest"
    python = environment / "bin" / "python"

    if not _is(dependencies_stamp, dependencies):
        print(f"Installing the locked dependencies into {environment.name} (a minute or so) …", flush=True)
        if environment.exists() and not _is(environment / "place", place):
            shutil.rmtree(environment)
        if not python.exists():
            _make(environment)
            (environment / "place").write_text(place)
        # The build tools come first and by themselves: packages that are published only as source are
        # then built with these, not with whatever the registry has today.
        _pip(python, "--require-hashes", "-r", str(build))
        _pip(python, "--require-hashes", "-r", str(locked))
        dependencies_stamp.write_text(dependencies)
    if with_project and not _is(project_stamp, project):
        _pip(python, "--no-deps", "--editable", str(ROOT))
        project_stamp.write_text(project)


def _make(environment: Path) -> None:
    try:
        venv.create(environment, with_pip=True, symlinks=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(environment, ignore_errors=True)
        raise OSError("this Python has no ensurepip (on Debian it is the package python3-venv)") from None


def _pip(python: Path, *arguments: str) -> None:
    # Without byte-compiling it takes half the time; Python compiles what is really imported.
    quiet = ["-qq", "--disable-pip-version-check", "--no-input", "--no-compile", "--no-build-isolation"]
    command = [str(python), "-m", "pip", "install", *quiet, *arguments]
    subprocess.run(command, check=True, cwd=ROOT)


def _catalogues() -> list[Path]:
    return sorted((ROOT / "src").rglob("locale/*/LC_MESSAGES/*.po"))


def _digest(beginning: str, *files: Path) -> str:
    whole = hashlib.sha256(beginning.encode())
    for file in files:
        whole.update(file.name.encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()


def _is(file: Path, content: str) -> bool:
    return file.exists() and file.read_text() == content


def _wait_for(lock: object) -> None:
    try:
        import fcntl
    except ImportError:  # not on Windows, where one run at a time is up to the user
        return
    fcntl.flock(lock, fcntl.LOCK_EX)  # type: ignore[arg-type]


def _refuse(reason: str) -> int:
    print(f"setup: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
