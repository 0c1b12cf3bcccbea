"""HTML of letters made harmless, by an allow-list: what is not known to be safe is taken out.

Nothing that is left loads anything from elsewhere: pictures are those of the same letter alone (`cid:`,
RFC 2392). It is still strangers' markup, and is to be shown in a sandboxed frame with a policy of its own.
"""

import html
from collections.abc import Mapping
from urllib.parse import unquote

import nh3

from reglament.desk.channels.email.charsets import readable
from reglament.desk.channels.email.markup import MAX_MARKUP, text_of

MAX_TAGS = 20_000
"""Tags that are read. The parser takes quadratic time where none of them is ever closed."""

_TAGS = {
    "a", "abbr", "address", "b", "bdi", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"align", "dir", "lang", "style", "title", "valign"},
    "a": {"href"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "font": {"color", "face", "size"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "td": {"colspan", "rowspan", "width"},
    "th": {"colspan", "rowspan", "width"},
}
# None of these takes an address, and none moves a thing out of its place.
_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
    "border-right", "border-style", "border-top", "border-width", "color", "direction", "font-family",
    "font-size", "font-style", "font-weight", "line-height", "list-style-type", "margin-bottom",
    "margin-left", "margin-top", "padding", "padding-bottom", "padding-left", "padding-right",
    "padding-top", "text-align", "text-decoration", "text-indent", "vertical-align", "white-space",
    "width",
}  # fmt: skip


def sanitised(markup: str, pictures: Mapping[str, str] | None = None) -> str:
    """Give the HTML of a letter without anything that acts, loads or hides.

    Takes the markup and, when it is about to be shown, where each picture of the same letter lies: its
    Content-ID to its address. Without `pictures` every `cid:` is kept as it stands; with them, those that
    are not among them are taken out. Links open elsewhere and do not say where they were pressed.
    Markup with more than MAX_TAGS is given as its text.
    """
    if markup.count("<") > MAX_TAGS:
        return f"<pre>{html.escape(text_of(markup))}</pre>"

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style" and ("(" in value or "\\" in value):
            return None
        if tag != "img" or attribute != "src":
            return value
        if not value.lower().startswith("cid:"):
            return None
        return value if pictures is None else pictures.get(value[4:], pictures.get(unquote(value[4:])))

    return nh3.clean(
        readable(markup[:MAX_MARKUP]),
        tags=_TAGS,
        clean_content_tags={
            "script",
            "style",
            "title",
            "head",
            "template",
            "noscript",
            "object",
            "svg",
            "math",
        },
        attributes=_ATTRIBUTES,
        attribute_filter=kept,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )
