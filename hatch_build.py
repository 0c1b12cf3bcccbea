"""What is made while the wheel is built: the message catalogues of Django, and the compiled packs."""

import json
import sys
from hashlib import sha256
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
        for made in (*compile_catalogues(root / "src"), *compile_packs(root / "src")):
            build_data["artifacts"].append(made.relative_to(root).as_posix())


def compile_packs(source: Path) -> list[Path]:
    """Compile each shipped regulation below `source` to the JSON beside it, and give the paths of these.

    A start then need not read YAML. The digest inside ties the file to its source; where the source
    was changed since, it is read anew.
    """
    sys.path.insert(0, str(source))
    # Imported only now: the package is found in the source tree that is being built.
    from reglament.regulation.reading.compiled import SHIPPED, as_data
    from reglament.regulation.reading.read import read_regulation

    made = []
    for pack in sorted(source.glob("reglament/packs/*/regulation.yaml")):
        raw = pack.read_bytes()
        programs = read_regulation(raw.decode("utf-8"), str(pack)).programs
        target = pack.with_name(SHIPPED)
        target.write_text(json.dumps(as_data(programs, sha256(raw).hexdigest()), separators=(",", ":")))
        made.append(target)
    return made


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
