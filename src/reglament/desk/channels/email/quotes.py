"""Quotes in HTML letters, found by the marks that mail programs leave around them."""

from itertools import islice

import lxml.html
from lxml import etree

from reglament.desk.channels.email.markup import text_of, tree_of
from reglament.desk.channels.email.replies import (
    Fragment,
    Kind,
    fragments_of,
    is_attribution,
    is_forward_mark,
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
    """Cut the earlier letters that stand before any letter that is passed on."""
    order, marks = _forward_marks(root)
    cut: dict[lxml.html.HtmlElement, None] = {}
    found = [one for one in {*root.xpath(_WHOLE), *_introduced_quotes(root)} if one in order]
    for element in sorted(found, key=lambda one: order[one][0]):
        begin, end = order[element]
        if element.getparent() is None or any(above in cut for above in element.iterancestors()):
            continue
        if (marks and marks[0] < begin) or _is_forwarded(element):
            break
        marks = [mark for mark in marks if mark > end]
        element.drop_tree()
        element.tail = None
        cut[element] = None
    return list(cut)


def _forward_marks(
    root: lxml.html.HtmlElement,
) -> tuple[dict[lxml.html.HtmlElement, tuple[int, int]], list[int]]:
    """Give where each element begins and ends in the letter, and where letters are passed on."""
    places: dict[lxml.html.HtmlElement, tuple[int, int]] = {}
    marks: list[int] = []
    for place, (event, element) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        if event == "start":
            places[element] = (place, place)
            words = element.text
        else:
            places[element] = (places[element][0], place)
            words = element.tail
        if words and any(is_forward_mark(line) for line in words.strip().splitlines()[:50]):
            marks.append(place)
    return places, marks


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
    """Say whether an element begins with the mark of a letter that is passed on."""
    lines = (line for line in text_of(element)[:600].splitlines() if line.strip())
    return any(is_forward_mark(line) for line in islice(lines, 3))


def _is_introduction(fragments: tuple[Fragment, ...]) -> bool:
    """Say whether what is left outside the marks only introduces the quote: an answer without a word."""
    left = text_of_kind(fragments, Kind.QUOTED)
    return not left or is_attribution(left.replace("\n", " "))
