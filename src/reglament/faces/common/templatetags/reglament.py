"""The tags of every page: `{% load reglament %}`. How to use each is in docs/developer/faces.md."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from reglament.faces.common.icons import draw_icon
from reglament.faces.common.moments import (
    date_words,
    left_words,
    moment_words,
    span_words,
    whole_moment_words,
)
from reglament.faces.common.ruler import Ruler, draw, draw_bar
from reglament.regulation.wording.zones import city_words

register = template.Library()

Context = Mapping[str, Any]
SOON_SHARE = 0.25
TONES = ("", "ok", "soon", "late", "info")
CLOCK_STATES = ("ok", "soon", "breached", "met", "excused", "unlimited")


def _language() -> str:
    return get_language() or "ru"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon; give it a `label` only where no text beside it says the same."""
    return mark_safe(draw_icon(name, label))  # noqa: S308 - the label is escaped, the paths are ours


@register.simple_tag(takes_context=True)
def clause_chip(context: Context, clause: str, title: str = "", url: str = "") -> SafeString:
    """Show the number of a clause, leading to its text.

    Where no `url` is given, the page's `regulation_url` and the clause as its anchor are; a page that
    has neither shows the chip without a link. `title` is the clause's own title.
    """
    page = str(context.get("regulation_url", ""))
    address = url or (f"{page}#{clause}" if page else "")
    said = format_html('<span class="visually-hidden">{} </span>{}', gettext("clause"), clause)
    named = format_html(' title="{}"', title) if title else ""
    if not address:
        return format_html('<span class="clause"{}>{}</span>', named, said)
    return format_html('<a class="clause" href="{}"{}>{}</a>', address, named, said)


@register.simple_tag
def badge(text: object, tone: str = "", icon: str = "") -> SafeString:
    """Show a short remark in a pill; `tone` is one of ok, soon, late, info, or empty."""
    if tone not in TONES:
        raise ValueError(f"'{tone}' is no tone of a badge: one of {', '.join(TONES[1:])}, or none")
    drawn = mark_safe(draw_icon(icon)) if icon else ""  # noqa: S308 - the paths are ours
    return format_html('<span class="badge{}">{}{}</span>', f" is-{tone}" if tone else "", drawn, text)


@register.simple_tag(takes_context=True)
def moment(
    context: Context, at: datetime | None, form: str = "moment", zone: tzinfo | str = "", due: bool = False
) -> SafeString:
    """Say a moment in words in the reader's zone, in a `time` element; nothing for None.

    `form`: `moment` ("today at 13:00"), `date`, `time`, `whole`. `zone` is the regulation's (a zone or
    its name): where it reads another time than the reader's, that is said beside. `due` says a midnight
    as 24:00 of the day that it ends.
    """
    if at is None:
        return SafeString("")
    language, here, now = _language(), timezone.get_current_timezone(), context.get("now")
    whole = whole_moment_words(at, language, here)
    if form == "date":
        said = date_words(at, language, here, now=now)
    elif form == "time":
        said = f"{at.astimezone(here):%H:%M}"
    elif form == "whole":
        said = whole
    elif form == "moment":
        said = moment_words(at, language, here, now=now, due=due)
    else:
        raise ValueError(f"'{form}' is no form of a moment: one of moment, date, time, whole")
    element = format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), whole, said)
    zone = ZoneInfo(zone) if isinstance(zone, str) and zone else zone
    if (
        isinstance(zone, str)
        or form == "date"
        or at.astimezone(zone).utcoffset() == at.astimezone(here).utcoffset()
    ):
        return element
    there = moment_words(at, language, zone, now=now, due=due)
    return format_html('{} <span class="soft">({}: {})</span>', element, city_words(language, zone), there)


@register.simple_tag(takes_context=True)
def time_left(context: Context, due: datetime | None, working_left: timedelta | None = None) -> str:
    """Say how much time is left till `due`, or how late it is; working time too where it differs."""
    if due is None:
        return gettext("no limit is set")
    return left_words(due - context["now"], _language(), working=working_left)


@register.filter
def span(length: timedelta | None) -> str:
    """Say a span of working time: `{{ obligation.budget|span }}`; nothing for None."""
    return "" if length is None else span_words(length, _language(), exact=True)


@register.filter
def calendar_span(length: timedelta | None) -> str:
    """Say a span of calendar time, from 24 hours on in days; nothing for None."""
    return "" if length is None else span_words(length, _language(), days=True)


def clock_state(due: datetime | None, now: datetime, left: timedelta | None, whole: timedelta | None) -> str:
    """Give the state of a running clock: `unlimited`, `breached`, `soon` in the last quarter, else `ok`.

    `left` and `whole` are of one kind of time, working or calendar. Without `whole`, the last hour is soon.
    """
    if due is None:
        return "unlimited"
    if now >= due:
        return "breached"
    last = whole * SOON_SHARE if whole else timedelta(hours=1)
    return "soon" if (due - now if left is None else left) <= last else "ok"


@register.simple_tag(takes_context=True)
def clock_pill(
    context: Context,
    due: datetime | None,
    state: str = "",
    working_left: timedelta | None = None,
    whole: timedelta | None = None,
) -> SafeString:
    """Show one obligation's clock: the time that is left, or by how much it is late.

    `state` is `met`, `excused` or `breached` where that is settled; without it the state follows from
    the page's `now`. `working_left` is what is left of working time, None for a service that never
    closes; `whole` is the budget, in the same kind of time.
    """
    now = context["now"]
    state = state or clock_state(due, now, working_left, whole)
    if state not in CLOCK_STATES:
        raise ValueError(f"'{state}' is no state of a clock: one of {', '.join(CLOCK_STATES)}")
    language = _language()
    hint = "" if due is None else whole_moment_words(due, language, timezone.get_current_timezone())
    drawn = ""
    if state == "met":
        drawn, said, spoken = draw_icon("check"), gettext("met"), gettext("met")
    elif state == "excused":
        said = spoken = gettext("excused")
    elif state == "unlimited" or due is None:
        said, spoken = gettext("no limit"), gettext("no limit is set")
    else:
        spoken = left_words(due - now, language, working=working_left)
        late = due <= now
        said = (
            span_words(due - now, language, days=True)
            if late or working_left is None
            else span_words(working_left, language)
        )
        said = f"−{said}" if late else said
    return format_html(
        '<span class="clock is-{}" title="{}"><span aria-hidden="true">{}{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        state, hint, mark_safe(drawn), said, spoken,  # noqa: S308 - the icon is ours
    )  # fmt: skip


@register.inclusion_tag("common/components/forbidden.html", takes_context=True)
def forbidden(context: Context, label: str, reason: str, clause: str = "") -> dict[str, Any]:
    """Show what may not be done: the greyed button, the reason, the clause that says so."""
    page = context.get("regulation_url", "")
    return {"label": label, "reason": reason, "clause": clause, "regulation_url": page}


@register.inclusion_tag("common/components/field.html", takes_context=True)
def field(context: Context, bound: BoundField, clause: str = "", why: str = "") -> dict[str, Any]:
    """Show a field of a form: label, help, control, faults; and the clause that demands it, and why."""
    # Django ties the help and the faults of a field to its control by these two ids.
    described = [f"{bound.auto_id}_helptext"] * bool(bound.help_text or why)
    described += [f"{bound.auto_id}_error"] * bool(bound.errors)
    attributes: dict[str, str | bool] = {}
    if described and not bound.use_fieldset:
        attributes["aria-describedby"] = " ".join(described)
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attributes),
        "described": " ".join(described),
        "element": "fieldset" if bound.use_fieldset else "div",
        "is_tick": isinstance(bound.field.widget, CheckboxInput),
        "clause": clause,
        "why": why,
        "regulation_url": context.get("regulation_url", ""),
    }


@register.inclusion_tag("common/components/fault_summary.html")
def fault_summary(form: BaseForm) -> dict[str, Any]:
    """Show all faults of a form that was sent, each leading to its field; nothing where there are none."""
    return {"form": form, "fields": [bound for bound in form if bound.errors]}


@register.inclusion_tag("common/components/pages.html", takes_context=True)
def pages(context: Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """Show the ways to the other pages of a long list, keeping the rest of the query."""
    request = context.get("request")
    query = request.GET.copy() if request else None
    if query is not None:
        query.pop(parameter, None)
    kept = f"&{query.urlencode()}" if query else ""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "kept": kept, "parameter": parameter}


@register.inclusion_tag("common/components/link.html", takes_context=True)
def nav_link(
    context: Context,
    url: str,
    label: str,
    count: int | None = None,
    key: str = "",
    icon: str = "",
    late: bool = False,
) -> dict[str, Any]:
    """Show a link of a navigation list, marked where it is the page that is shown.

    `count` above 999 reads 999+; `late` marks it as overdue. `key` is the link's key in the workspace.
    """
    request = context.get("request")
    chosen = bool(request and request.path == url)
    said = "" if count is None else "999+" if count > 999 else str(count)
    return {
        "url": url,
        "label": label,
        "count": said,
        "chosen": chosen,
        "key": key,
        "icon_name": icon,
        "late": late,
    }


@register.simple_tag
def ruler(drawn: Ruler) -> SafeString:
    """Draw the ruler of working time of one deadline, with its sum below."""
    return mark_safe(draw(drawn))  # noqa: S308 - the drawing escapes every text


@register.simple_tag
def ruler_bar(drawn: Ruler) -> SafeString:
    """Draw the thin bar of one deadline for a row of a list."""
    return mark_safe(draw_bar(drawn))  # noqa: S308 - the drawing escapes every text


@register.simple_tag
def keys(combination: str) -> SafeString:
    """Show a key or a combination: `{% keys "Ctrl+Enter" %}`."""
    pressed = [(name,) for name in combination.split("+")]
    return format_html_join(" ", "<kbd>{}</kbd>", pressed)


@register.filter
def counter(count: int) -> str:
    """Say a count as the queue does: exact to 999, then 999+."""
    return "999+" if count > 999 else str(count)
