"""Quotes in HTML letters, found by the marks that mail programs leave around them."""

import lxml.html

from reglament.desk.channels.email.markup import text_of, tree_of
from reglament.desk.channels.email.replies import (
    Fragment,
    Kind,
    fragments_of,
    is_attribution,
    text_of_kind,
)

_CLASS = "contains(concat(' ', normalize-space(@class), ' '), ' {} ')"
_WRAPPED = " or ".join(
    _CLASS.format(name)
    for name in ("gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "zmail_extra")
)
# Elements that hold an earlier letter whole; what follows them may be new.
_WHOLE = f"//*[{_WRAPPED}] | //blockquote[@type='cite'] | //*[{_CLASS.format('moz-cite-prefix')}]"
# Elements after which everything is an earlier letter.
_BEGINNING = (
    "//*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='mail-editor-reference-message-container'"
    " or @id='isForwardContent']"
    " | //div[contains(translate(@style, 'ABCDEF ', 'abcdef'), 'border-top:solid#e1e1e1')"
    " or contains(translate(@style, 'ABCDEF ', 'abcdef'), 'border-top:solid#b5c4df')]"
)
_FORWARDED = ("forwarded message", "пересылаемое сообщение", "переадресованное", "пересланное сообщение")


def fragments_of_markup(markup: str, *, answers: bool) -> tuple[Fragment, ...] | None:
    """Cut an HTML letter into fragments of text, or give None where it bears no marks of a quote.

    Takes whether the letter answers another, as `fragments_of` does. Never raises.
    """
    root = tree_of(markup)
    if root is None:
        return None
    quoted = _cut_wholes(root)
    if answers:
        quoted = [*quoted, *_cut_rest(root)]
    if not quoted:
        return None
    repeated = "\n\n".join(filter(None, (text_of(element) for element in quoted)))
    # Lines that introduce a quote often stand outside its marks, and signatures have none.
    own = fragments_of(text_of(root), answers=answers)
    if not text_of_kind(own, Kind.NEW, Kind.SIGNATURE) and answers and not _is_introduction(own):
        return None
    return (*own, Fragment(Kind.QUOTED, repeated)) if repeated else own


def _cut_wholes(root: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    cut: dict[lxml.html.HtmlElement, None] = {}
    for element in root.xpath(_WHOLE) + _introduced_quotes(root):
        if element.getparent() is None or any(above in cut for above in element.iterancestors()):
            continue
        if not _is_forwarded(element):
            element.drop_tree()
            element.tail = None
            cut[element] = None
    return list(cut)


def _introduced_quotes(root: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    """Give block quotes just after a line that introduces them, as Yandex and Mail.ru write them."""
    found = []
    for quote in root.iter("blockquote"):
        before = quote.getprevious()
        lines = [quote.getparent().text if before is None and quote.getparent() is not None else None]
        if before is not None:
            lines = [before.tail, before.text_content()]
        words = [line.strip() for line in lines if line and line.strip()]
        if words and is_attribution(words[0].splitlines()[-1]):
            found.append(quote)
    return found


def _cut_rest(root: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    """Cut the first mark of an earlier letter with all that follows it, in the order of the letter."""
    node = next((mark for mark in root.xpath(_BEGINNING) if not _is_forwarded(mark)), None)
    if node is None:
        return []
    rest = lxml.html.Element("div")
    parent = node.getparent()
    following = [node, *node.itersiblings()]
    while parent is not None:
        for element in following:
            rest.append(element)  # moves it, and the text behind it
        if parent.tag == "body":
            break
        behind = lxml.html.Element("span")
        behind.text, parent.tail = parent.tail, None
        rest.append(behind)
        following = list(parent.itersiblings())
        parent = parent.getparent()
    return [rest]


def _is_forwarded(element: lxml.html.HtmlElement) -> bool:
    beginning = " ".join(element.text_content()[:300].lower().split())[:120]
    return any(mark in beginning for mark in _FORWARDED)


def _is_introduction(fragments: tuple[Fragment, ...]) -> bool:
    """Say whether what is left outside the marks only introduces the quote: an answer without a word."""
    left = text_of_kind(fragments, Kind.QUOTED)
    return not left or is_attribution(left.replace("\n", " "))
