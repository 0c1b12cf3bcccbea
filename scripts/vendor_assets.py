"""Fetch the front-end assets at their pinned versions, and lay them where the pages find them.

Needs npm (only for `npm pack`: nothing is built or run). Each package is checked against the digest
pinned below before a file of it is used. To take a newer version, change its line here; the digest is
what `npm view NAME@VERSION dist.integrity` says. Writes src/reglament/faces/common/static/vendor/:
the files, fonts.css, LICENSES/ and manifest.json, which names every file with its package and digest.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src/reglament/faces/common/static/vendor"


@dataclass(frozen=True)
class Package:
    """A package of the npm registry, and which of its files lie where in the vendor folder."""

    name: str
    version: str
    licence: str
    integrity: str
    files: dict[str, str]
    family: str = ""


def _font(name: str, variant: str, subsets: tuple[str, ...]) -> dict[str, str]:
    files = [f"{name}-{subset}-{variant}.woff2" for subset in subsets]
    return {f"files/{file}": f"fonts/{file}" for file in files}


PACKAGES = (
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        {"dist/htmx.min.js": "htmx.min.js"},
    ),
    Package(
        "htmx-ext-sse",
        "2.2.4",
        "0BSD",
        "sha512-LJmxVhykyflBWgh5PvbRidcyuqMHlgfajmmzumvKctv9puvsufeH6OaejSMZTNTnEI8O2wXXn4ZZtBdpEMqmEQ==",
        {"dist/sse.min.js": "htmx-sse.min.js"},
    ),
    Package(
        "@fontsource-variable/golos-text",
        "5.3.0",
        "OFL-1.1",
        "sha512-D+Evz5yqXYh6tsalc537FS+cPDWn2FTdO8j/K1ZZuFAvA7ib6WnusTiihciq7mMnm6GBo6XTlh0JXPrhBsam2g==",
        # The sign of the rouble is among the further Latin letters.
        _font("golos-text", "wght-normal", ("cyrillic", "latin", "latin-ext")),
        family="Golos Text",
    ),
    Package(
        "@fontsource-variable/jetbrains-mono",
        "5.3.0",
        "OFL-1.1",
        "sha512-F32xpS2NsGYoQi2ADSkKTgpJj7ozajsGgDJ8woTnqjmIB+dxDIqImjl4pXZVEExu8UFZ2ndhmX18EBS/hdz3Lw==",
        _font("jetbrains-mono", "wght-normal", ("cyrillic", "latin", "latin-ext")),
        family="JetBrains Mono",
    ),
)


def main() -> int:
    """Replace the vendor folder, and give 0; or leave it as it was, say why, and give 1."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "vendor"
        try:
            _make(made, Path(folder))
        except (OSError, subprocess.CalledProcessError, ValueError) as fault:
            print(f"vendor_assets: {fault}", file=sys.stderr)
            return 1
        shutil.rmtree(TARGET, ignore_errors=True)
        shutil.copytree(made, TARGET)
    for file in sorted(TARGET.rglob("*")):
        if file.is_file():
            print(f"{file.stat().st_size:>8} {file.relative_to(TARGET)}")
    return 0


def _make(target: Path, folder: Path) -> None:
    faces: list[str] = []
    listed = []
    for package in PACKAGES:
        source = _unpacked(package, folder)
        for inside, outside in package.files.items():
            _copy(source / inside, target / outside)
            digest = hashlib.sha256((target / outside).read_bytes()).hexdigest()
            listed.append(
                {"file": outside, "package": package.name, "version": package.version, "sha256": digest}
            )
        _copy(source / "LICENSE", target / "LICENSES" / f"{package.name.rpartition('/')[2]}.txt")
        if package.family:
            faces += _font_faces(package, (source / "index.css").read_text(encoding="utf-8"))
    (target / "fonts.css").write_text("\n".join(faces), encoding="utf-8")
    packages = [
        {"name": one.name, "version": one.version, "licence": one.licence, "integrity": one.integrity}
        for one in PACKAGES
    ]
    manifest = {"made by": "make assets", "packages": packages, "files": listed}
    (target / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _unpacked(package: Package, folder: Path) -> Path:
    place = folder / package.name.replace("/", "-")
    place.mkdir()
    wanted = f"{package.name}@{package.version}"
    command = ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(place), wanted]
    subprocess.run(command, check=True, capture_output=True)
    (archive,) = place.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != package.integrity:
        raise ValueError(f"{wanted} is not what was pinned: its digest is sha512-{digest}")
    with tarfile.open(archive) as packed:
        packed.extractall(place, filter="data")
    return place / "package"


def _font_faces(package: Package, style: str) -> list[str]:
    """Give those `@font-face` rules whose file we take, under the plain family name and our paths."""
    kept = []
    for rule in re.findall(r"@font-face \{.*?\n\}\n?", style, re.DOTALL):
        file = re.search(r"\./(files/[^)]+)", rule)
        if file and file[1] in package.files:
            named = re.sub(r"font-family: '[^']+'", f"font-family: '{package.family}'", rule)
            kept.append(named.replace(f"./{file[1]}", f"./{package.files[file[1]]}").rstrip() + "\n")
    if len(kept) != len(package.files):
        raise ValueError(
            f"{package.name}: {len(package.files)} files are wanted, its style names {len(kept)}"
        )
    return kept


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    raise SystemExit(main())
