"""What is made while the wheel is built: the message catalogues of Django."""

from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ReglamentBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles what the source tree keeps only as text."""

    PLUGIN_NAME = "custom"

    def initialize(
        self,
        version: str,  # noqa: ARG002 (the signature is hatchling's)
        build_data: dict[str, Any],
    ) -> None:
        """Write the compiled files and name them in `build_data`, so that the wheel carries them."""
        root = Path(self.root)
        for made in compile_catalogues(root / "src"):
            build_data["artifacts"].append(made.relative_to(root).as_posix())


def compile_catalogues(source: Path) -> list[Path]:
    """Compile each `.po` below `source` to the `.mo` beside it, and give the paths of the `.mo` files.

    A catalogue whose compiled form would not change is left untouched. Babel does it, so that no
    gettext program is needed.
    """
    made = []
    for text in sorted(source.rglob("locale/*/LC_MESSAGES/*.po")):
        with text.open("rb") as lines:
            catalogue = read_po(lines)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        target = text.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != compiled.getvalue():
            target.write_bytes(compiled.getvalue())
        made.append(target)
    return made
