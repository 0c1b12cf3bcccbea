"""The regulations that come with the product: data only, found here by name."""

from pathlib import Path

FOLDER = Path(__file__).parent
FILE = "regulation.yaml"


def names() -> tuple[str, ...]:
    """The shipped packs by name, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob(f"*/{FILE}")))


def find(name_or_path: str) -> Path:
    """The regulation file that a user means: a shipped pack by name, else a path to a file or its folder.

    Raises FileNotFoundError, with a sentence that says what there is.
    """
    shipped = FOLDER / name_or_path / FILE
    if name_or_path.isidentifier() and shipped.is_file():
        return shipped
    path = Path(name_or_path)
    if path.is_dir() and (path / FILE).is_file():
        return path / FILE
    if path.is_file():
        return path
    raise FileNotFoundError(
        f"{name_or_path!r} is neither a shipped pack ({', '.join(names())}) nor a regulation file"
    )


def source(name: str) -> str:
    """The text of a shipped pack's regulation file; FileNotFoundError where there is no such pack."""
    return find(name).read_text(encoding="utf-8")
