"""Icons, drawn for a box of 16 by 16 with strokes in the colour of the text."""

from html import escape

PATHS = {
    "alert": "M8 1.8 14.7 13.7H1.3zM8 6.2v3.6M8 11.7v.1",
    "attach": (
        "M13.3 7.5 8 12.7a3.3 3.3 0 0 1-4.7-4.7l5.7-5.6a2.2 2.2 0 0 1 3.1 3.1l-5.6 5.6a1.1"
        " 1.1 0 0 1-1.6-1.6L9.7 4.8"
    ),
    "check": "M2.8 8.5 6.3 12l7-7.7",
    "chevron": "M6 3.5 10.5 8 6 12.5",
    "clock": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 4.3V8l2.5 1.7",
    "cross": "M3.5 3.5l9 9M12.5 3.5l-9 9",
    "file": "M9.3 1.5H3.5v13h9v-9.8zM9.3 1.5v3.2h3.2",
    "flag": "M3.5 14.5V1.8M3.5 2.5h9l-2.3 3 2.3 3h-9",
    "info": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 7.3v3.9M8 4.8v.1",
    "key": "M10.3 1.8a3.9 3.9 0 1 0 0 7.8 3.9 3.9 0 0 0 0-7.8zM7.5 8.5l-5.7 5.7M3.5 12.5l1.8 1.8M11.3 4.7v.1",
    "lock": "M3 7.2h10v7.3H3zM5 7.2V4.5a3 3 0 0 1 6 0v2.7",
    "mail": "M1.5 3.3h13v9.4h-13zM1.8 3.7 8 8.7l6.2-5",
    "moon": "M13.5 9.8A6 6 0 1 1 6.2 2.5a4.8 4.8 0 0 0 7.3 7.3z",
    "note": "M2 2.5h12v7.8l-3.7 3.7H2zM14 10.3h-3.7V14M4.7 5.7h6.6M4.7 8.5h3.6",
    "open": "M6.5 3H3v10h10V9.5M9 2h5v5M14 2 7.5 8.5",
    "person": "M8 1.8a3.1 3.1 0 1 0 0 6.2 3.1 3.1 0 0 0 0-6.2zM2 14.3a6 6 0 0 1 12 0",
    "phone": (
        "M3.3 1.7h2.5l1.4 3.5-1.7 1.3a8.5 8.5 0 0 0 4 4l1.3-1.7 3.5 1.4v2.5c0 .7-.6 1.4-1.4"
        " 1.3C6.7 13.5 2.5 9.3 2 3.1c-.1-.8.6-1.4 1.3-1.4z"
    ),
    "rule": "M2.5 1.8h11v12.7h-11zM5 5h6M5 8h6M5 11h3.5",
    "screen": "M1.5 2.5h13v8.7h-13zM5.5 14h5M8 11.2V14",
    "search": "M7 1.8a5.2 5.2 0 1 0 0 10.4A5.2 5.2 0 0 0 7 1.8zM10.8 10.8l3.7 3.7",
    "sun": (
        "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.3M8 13.7V15M1 8h1.3M13.7 8H15M3 3l1 1M12"
        " 12l1 1M13 3l-1 1M4 12l-1 1"
    ),
    "talk": "M1.5 2.5h13v8.8H7l-3.5 3v-3h-2z",
}  # fmt: skip


def draw_icon(name: str, label: str = "") -> str:
    """Draw an icon as SVG. Without a label it is hidden from assistive technology: the text beside it speaks.

    Raises `KeyError` for a name that is not in `PATHS`.
    """
    role = f' role="img" aria-label="{escape(label)}"' if label else ' aria-hidden="true"'
    return f'<svg class="icon" viewBox="0 0 16 16"{role}><path d="{PATHS[name]}"/></svg>'
