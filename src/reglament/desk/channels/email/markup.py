"""HTML of letters as text, and as a tree that quotes can be cut out of."""

import html
import re

import lxml.html
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError

from reglament.desk.channels.email.charsets import readable

MAX_MARKUP = 500_000
"""Characters of HTML that are read; the raw letter keeps the rest."""

_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_HIDDEN = ("script", "style", "title", "head", "template", "noscript", "object", "svg", "math")
_LAYOUT = ParserConfig(display_images=False, display_links=False)


def tree_of(markup: str) -> lxml.html.HtmlElement | None:
    """Parse HTML, however broken, and give its root; None where there is nothing in it."""
    content = markup[:MAX_MARKUP].encode("utf-8", "ignore")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = lxml.html.document_fromstring(content, parser=parser)
    except (LxmlError, ValueError, AssertionError):
        return None
    for element in list(root.iter(*_HIDDEN)):
        if isinstance(element, lxml.html.HtmlElement):
            element.drop_tree()
    return root


def text_of(markup: str | lxml.html.HtmlElement | None) -> str:
    """Give HTML, or a tree of it, as text with its lines as a reader would see them. Never raises."""
    root = tree_of(markup) if isinstance(markup, str) else markup
    if root is None:
        return _without_tags(markup) if isinstance(markup, str) else ""
    try:
        return tidied(str(Inscriptis(root, _LAYOUT).get_text()))
    except (LxmlError, RecursionError, ValueError, KeyError, IndexError, AttributeError, TypeError):
        # The layout engine knows CSS only so far; the words matter more than their places.
        return tidied("\n".join(root.itertext()))


def tidied(text: str) -> str:
    """Give text without needless blanks: none at ends of lines, no runs of them, at most one empty line."""
    lines = (_BLANKS.sub(" ", line).strip() for line in readable(text).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _without_tags(markup: str) -> str:
    return tidied(html.unescape(re.sub(r"<[^<>]{0,1000}>", " ", markup[:MAX_MARKUP])))
