"""The template tags: what they say, in both languages, and that they escape what they are given."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from reglament.faces.common.templatetags.reglament import clock_state
from reglament.faces.common.tests.gallery.rulers import RULERS

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 3, 10, 7, 30, tzinfo=MOSCOW)
DUE = NOW + timedelta(minutes=48)


def shown(source: str, language: str = "ru", **values: Any) -> str:
    with translation.override(language), timezone.override(MOSCOW):
        text = Template("{% load reglament %}" + source).render(Context({"now": NOW, **values}))
    return text.replace("\u00a0", " ")


def test_a_clause_leads_to_its_anchor_in_the_regulation_of_the_page() -> None:
    chip = shown('{% clause_chip "A-1" "Title" %}', regulation_url="/d/one/regulation/")
    assert 'href="/d/one/regulation/#A-1"' in chip
    assert 'title="Title"' in chip
    assert ">пункт регламента </span>A-1</a>" in chip


def test_a_clause_without_a_regulation_is_no_link() -> None:
    assert "<a" not in shown('{% clause_chip "A-1" %}')


def test_a_clause_with_an_address_of_its_own_leads_there() -> None:
    assert 'href="/x#A-1"' in shown('{% clause_chip "A-1" url="/x#A-1" %}', regulation_url="/other/")


def test_texts_from_outside_are_escaped() -> None:
    hostile = '"><script>'
    for tag in (
        "{% clause_chip x x x %}",
        "{% badge x %}",
        "{% forbidden x x x %}",
        "{% nav_link x x key=x %}",
        '{% icon "mail" x %}',
        "{% keys x %}",
    ):
        assert "<script>" not in shown(tag, x=hostile, regulation_url=hostile)


def test_a_tone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="'green' is no tone"):
        shown('{% badge "x" "green" %}')


def test_a_moment_is_machine_readable_and_said_in_the_reader_s_zone() -> None:
    said = shown("{% moment at %}", at=datetime(2026, 3, 10, 5, 18, tzinfo=UTC))
    assert 'datetime="2026-03-10T05:18:00+00:00"' in said
    assert 'title="вторник, 10 марта 2026, 08:18 (Москва, UTC+3)"' in said
    assert ">сегодня в 08:18</time>" in said


def test_the_time_of_the_regulation_stands_beside_where_it_differs() -> None:
    assert "(Омск: сегодня в 11:18)" in shown('{% moment at zone="Asia/Omsk" %}', at=DUE)
    assert "(" not in shown('{% moment at zone="Europe/Moscow" %}', at=DUE).split("</time>")[1]


@pytest.mark.parametrize(
    ("form", "said"),
    [("date", ">today<"), ("time", ">08:18<"), ("whole", ">Tuesday, 10 March 2026, 08:18 (Moscow, UTC+3)<")],
)
def test_a_moment_takes_other_forms(form: str, said: str) -> None:
    assert said in shown("{% moment at form %}", "en", at=DUE, form=form)


def test_no_moment_is_nothing() -> None:
    assert shown("{% moment at %}", at=None) == ""


def test_the_time_left_is_said_for_people() -> None:
    assert shown("{% time_left at left %}", at=DUE + timedelta(days=1), left=timedelta(hours=3)) == (
        "осталось 3 ч рабочего времени, по календарю 1 дн."
    )
    assert shown("{% time_left at %}", "en", at=NOW - timedelta(minutes=12)) == "late by 12 min"
    assert shown("{% time_left at %}", at=None) == "срок не установлен"


@pytest.mark.parametrize(
    ("due", "left", "whole", "state"),
    [
        (None, None, None, "unlimited"),
        (NOW, None, None, "breached"),
        (NOW + timedelta(minutes=61), None, None, "ok"),
        (NOW + timedelta(minutes=60), None, None, "soon"),
        (NOW + timedelta(days=3), timedelta(hours=1), timedelta(hours=4), "soon"),
        (NOW + timedelta(days=3), timedelta(hours=2), timedelta(hours=4), "ok"),
        (NOW + timedelta(minutes=30), None, timedelta(hours=1), "ok"),
    ],
)
def test_a_clock_is_soon_in_the_last_quarter_of_its_budget(
    due: datetime | None, left: timedelta | None, whole: timedelta | None, state: str
) -> None:
    assert clock_state(due, NOW, left, whole) == state


def test_a_clock_says_its_state_in_words_and_not_by_colour_alone() -> None:
    late = shown("{% clock_pill at %}", at=NOW - timedelta(minutes=12))
    assert "is-breached" in late
    assert "−12 мин" in late
    assert "просрочено на 12 мин" in late
    working = shown(
        "{% clock_pill at working_left=left %}", at=DUE + timedelta(days=1), left=timedelta(hours=3)
    )
    assert ">3 ч<" in working
    assert "осталось 3 ч рабочего времени" in working
    assert "выполнено" in shown('{% clock_pill at state="met" %}', at=DUE)
    assert "без срока" in shown("{% clock_pill None %}")


def test_a_state_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="'late' is no state"):
        shown('{% clock_pill at state="late" %}', at=DUE)


class Form(forms.Form):
    name = forms.CharField(help_text="Help")
    choice = forms.ChoiceField(choices=[("1", "One")], widget=forms.RadioSelect)
    agree = forms.BooleanField(required=False)


def test_a_field_ties_its_help_and_its_faults_to_its_control() -> None:
    text = shown('{% field form.name clause="A-1" why="Because." %}', form=Form({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in text
    assert 'id="id_name_helptext">Help Because.</p>' in text
    assert 'id="id_name_error"' in text
    assert 'aria-invalid="true"' in text
    assert "A-1" in text


def test_choices_are_a_group_with_a_legend() -> None:
    text = shown("{% field form.choice %}", form=Form({}))
    assert text.lstrip().startswith('<fieldset aria-describedby="id_choice_error"')
    assert "<legend" in text


def test_a_tick_stands_beside_its_label() -> None:
    text = shown("{% field form.agree %}", form=Form({}))
    assert text.index("<input") < text.index("Agree")


def test_the_summary_counts_the_faults_in_good_russian() -> None:
    assert "Нужно поправить 2 места" in shown("{% fault_summary form %}", form=Form({}))
    assert "Нужно поправить 1 место" in shown("{% fault_summary form %}", form=Form({"name": "x"}))
    assert shown("{% fault_summary form %}", form=Form({"name": "x", "choice": "1"})).strip() == ""
    assert '<a href="#id_name">' in shown("{% fault_summary form %}", form=Form({}))


def test_the_pages_keep_the_rest_of_the_query() -> None:
    request = RequestFactory().get("/queue/?view=mine&page=3")
    text = shown("{% pages page %}", page=Paginator(range(100), 10).page(3), request=request)
    assert 'href="?page=4&amp;view=mine"' in text
    assert 'aria-current="page"' in text


def test_one_page_needs_no_ways_to_others() -> None:
    assert shown("{% pages page %}", page=Paginator(range(5), 10).page(1)).strip() == ""


def test_a_link_to_the_page_that_is_shown_is_marked() -> None:
    request = RequestFactory().get("/queue/")
    assert 'aria-current="page"' in shown('{% nav_link "/queue/" "Queue" %}', request=request)
    assert "aria-current" not in shown('{% nav_link "/mine/" "Mine" %}', request=request)


def test_a_count_is_exact_to_999() -> None:
    assert ">999<" in shown('{% nav_link "/" "Queue" 999 %}')
    assert ">999+<" in shown('{% nav_link "/" "Queue" 1000 %}')
    assert shown("{{ 1000|counter }}") == "999+"


def test_a_span_is_said_in_hours_or_in_days() -> None:
    assert shown("{{ span|span }}", span=timedelta(hours=30)) == "30 ч"
    assert shown("{{ span|calendar_span }}", "en", span=timedelta(hours=30)) == "1 d 6 h"


def test_the_rulers_are_drawn_unescaped() -> None:
    text = shown("{% ruler it %}{% ruler_bar it %}", it=RULERS["1 час круглосуточно"])
    assert text.count("<svg") == 4


def test_every_icon_is_hidden_unless_it_speaks() -> None:
    assert 'aria-hidden="true"' in shown('{% icon "mail" %}')
    assert 'role="img" aria-label="Mail"' in shown('{% icon "mail" "Mail" %}')
