"""The words of letters as their owner changes them: what can be written, and what becomes of it."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from reglament.desk.faults import ActionRefused, NotAllowed
from reglament.desk.notices import wording
from reglament.desk.notices.catalogue import CATALOGUE, MEANINGS, sample_of
from reglament.desk.notices.checking import LONGEST, faults_in
from reglament.desk.notices.composing import LANGUAGES, compose, shipped_words, templates
from reglament.desk.notices.models import LetterTemplate, OutgoingLetter
from reglament.desk.notices.tests.outbox import write
from reglament.desk.operations.models import AuditEvent
from reglament.desk.people.models import Role, StaffMember
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import HOUR, MOMENT, make_desk, make_staff

NOTICE = "registration_notice"
OWN = "[{{ number }}] Got it\n\nHello{% if name %}, {{ name }}{% endif %}!\n\n-- \n{{ desk_name }}\n"


def faults(text: str, template: str = NOTICE) -> list[str]:
    with translation.override("en"):
        return [str(fault) for fault in faults_in(template, text)]


def test_every_letter_is_in_the_catalogue_and_every_value_has_its_meaning() -> None:
    assert set(CATALOGUE) == templates()
    assert {name for known in CATALOGUE.values() for name in known.values} == set(MEANINGS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted(CATALOGUE))
def test_the_shipped_words_are_without_fault_and_say_the_same_written_out(
    template: str, language: str
) -> None:
    words = shipped_words(template, language)
    assert faults(words, template) == []
    sample = sample_of(template, language)
    assert compose(template, language, sample, words=words) == compose(template, language, sample)


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("[{{ number }}]\n{{ nunber }}", 2, "no value “nunber”"),
        ("[{{ number }}]\n\n{{ text }}", 3, "no value “text”"),
        ("[{{ number }}]\n{{ number.upper }}", 2, "no value “number.upper”"),
        ("[{{ number }}]\n{{ redirect.items }}", 2, "no value “redirect.items”"),
        ("[{{ number }}]\n{{ owed.0.text }}", 2, "not the name of a value"),
        ("[{{ number }}]\n{{ _private }}", 2, "not the name of a value"),
        ("[{{ number }}]\n{{ number|upper }}", 2, "Behind |"),
        ("[{{ number }}]\n{{ number|default:name }}", 2, "Behind |"),
        ("[{{ number }}]\n{{ owed }}", 2, "several values"),
        ("[{{ number }}]\n{{ }}", 2, "not the name of a value"),
        ("[{{ number }}]\n{% load i18n %}", 2, "{% load %} cannot be used"),
        ('[{{ number }}]\n{% include "x" %}', 2, "{% include %} cannot be used"),
        ('[{{ number }}]\n{% extends "x" %}', 2, "{% extends %} cannot be used"),
        ("[{{ number }}]\n{% debug %}", 2, "{% debug %} cannot be used"),
        ("[{{ number }}]\n{% now 'Y' %}", 2, "{% now %} cannot be used"),
        ("[{{ number }}]\n{% autoescape off %}", 2, "{% autoescape %} cannot be used"),
        ("[{{ number }}]\n{% %}", 2, "cannot be used"),
        ("[{{ number }}]\n{% if name %}", 2, "closed nowhere"),
        ("[{{ number }}]\n{% endif %}", 2, "closes nothing"),
        ("[{{ number }}]\n{% else %}", 2, "stands in no"),
        ("[{{ number }}]\n{% if name name %}{% endif %}", 2, "A condition is written"),
        ("[{{ number }}]\n{% if name and %}{% endif %}", 2, "A condition is written"),
        ("[{{ number }}]\n{% if %}{% endif %}", 2, "A condition is written"),
        ("[{{ number }}]\n{% for one in name %}{% endfor %}", 2, "cannot be repeated"),
        ("[{{ number }}]\n{% for one of owed %}{% endfor %}", 2, "A repetition is written"),
        ("[{{ number }}]\n{% for a in owed reversed %}{% endfor %}", 2, "A repetition is written"),
        ("[{{ number }}]\n{% for a in owed %}{{ a.label }}{% endfor %}", 2, "no value “a.label”"),
        ("[{{ number }}]\n{% for a in owed %}{% endfor %}{{ a.text }}", 2, "no value “a.text”"),
        ("[{{ number }}]\n{% for a in owed %}{% if a.text %}{% endfor %}{% endif %}", 2, "closes nothing"),
        ("[{{ number }}]\n{{ name", 2, "not closed"),
        ("\n\nno subject {{ number }}", 1, "must not be empty"),
        ("Number {{ number }}\n\nx", 1, "must carry [{{ number }}]"),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, line: int, fault: str) -> None:
    found = faults(text)
    assert any(one.startswith(f"Line {line}: ") and fault in one for one in found), found


def test_faults_of_the_whole_are_named() -> None:
    assert faults("[{{ number }}] x") == ["Line 2: The letter has no words but its subject."]
    assert "must say {{ confirm_url }}" in faults("x\n\ny", "guest_confirmation")[0]
    assert "characters" in faults("x" * (LONGEST + 1))[0]
    assert "no letter can carry" in faults("x\x00")[0]


def test_repetitions_stand_in_each_other_only_once() -> None:
    inner = "{% for c in part.missing %}{{ c.label }}{% endfor %}"
    both = "{% for b in part.owed %}" + inner + "{% endfor %}"
    twice = "[{{ number }}]\n{% for part in parts %}" + both + "{% endfor %}"
    assert any("only once" in fault for fault in faults(twice, "judged_again"))
    once = "[{{ number }}]\n{% for part in parts %}" + inner + "{% endfor %}"
    assert faults(once, "judged_again") == []


@given(st.text(st.sampled_from('{}%# |."\n_-ifordnumbelset')).map(lambda text: "[{{ number }}]\n" + text))
def test_whatever_is_written_is_refused_or_makes_a_letter(text: str) -> None:
    if not faults(text):
        assert compose(NOTICE, "en", sample_of(NOTICE, "en"), words=text).subject


@pytest.mark.django_db
class TestOfADesk:
    """What a desk's own words change."""

    @pytest.fixture
    def owner(self, desk: Desk) -> StaffMember:
        return make_staff(desk, Role.OWNER)

    def test_the_newest_words_of_the_desk_are_used_in_their_language(
        self, desk: Desk, owner: StaffMember
    ) -> None:
        wording.change_words(owner, NOTICE, "en", OWN, at=MOMENT)
        wording.change_words(owner, NOTICE, "en", OWN.replace("Got", "Have"), at=MOMENT + HOUR)
        assert write(desk, language="en").subject == "[X-1042] Have it"
        assert "Приняли" in write(desk, key="two").subject
        assert "We have received" in write(make_desk(), key="three", language="en").text
        assert AuditEvent.objects.filter(what="change_letter_words").count() == 2

    def test_rows_are_kept_and_the_shipped_words_come_back(self, desk: Desk, owner: StaffMember) -> None:
        wording.change_words(owner, NOTICE, "en", OWN, at=MOMENT)
        wording.back_to_shipped(owner, NOTICE, "en", at=MOMENT + HOUR)
        assert "We have received" in write(desk, language="en").text
        assert [row.text for row in wording.history_of(desk, NOTICE, "en")] == ["", OWN]
        with pytest.raises(ActionRefused, match="already"):
            wording.back_to_shipped(owner, NOTICE, "en", at=MOMENT)

    def test_typing_the_shipped_words_goes_back_to_them(self, owner: StaffMember) -> None:
        wording.change_words(owner, NOTICE, "en", OWN, at=MOMENT)
        shipped = shipped_words(NOTICE, "en").replace("\n", "\r\n")
        assert wording.change_words(owner, NOTICE, "en", shipped, at=MOMENT + HOUR).text == ""
        with pytest.raises(ActionRefused, match="already"):
            wording.change_words(owner, NOTICE, "en", shipped, at=MOMENT + HOUR)

    def test_words_with_faults_are_refused_with_all_of_them(self, owner: StaffMember) -> None:
        with translation.override("en"), pytest.raises(ActionRefused, match=r"(?s)Line 2: .*Line 3: "):
            wording.change_words(owner, NOTICE, "en", "[{{ number }}]\n{{ a }}\n{% b %}", at=MOMENT)
        assert not LetterTemplate.objects.exists()

    def test_only_owners_change_words(self, desk: Desk) -> None:
        lead = make_staff(desk, Role.LEAD)
        with pytest.raises(NotAllowed):
            wording.change_words(lead, NOTICE, "en", OWN, at=MOMENT)
        with pytest.raises(NotAllowed):
            wording.back_to_shipped(lead, NOTICE, "en", at=MOMENT)

    @pytest.mark.parametrize("text", ["[{{ number }}] {{ name|nothing }}\n\nx", "{{ name }}\n\nx"])
    def test_words_that_fail_give_way_to_the_shipped_ones_and_are_flagged(
        self, desk: Desk, owner: StaffMember, text: str
    ) -> None:
        # Such as no check lets through, but an older version may have.
        LetterTemplate.objects.create(
            desk=desk, template=NOTICE, language="en", text=text, changed_at=MOMENT, changed_by=owner
        )
        letter = write(desk, language="en")
        assert "We have received" in letter.text
        assert OutgoingLetter.objects.get().words_fault
        flagged = [one for one in wording.letters_written(desk) if one.fault]
        assert [(one.template, one.language) for one in flagged] == [(NOTICE, "en")]
        wording.change_words(owner, NOTICE, "en", OWN, at=MOMENT + HOUR)
        assert not any(one.fault for one in wording.letters_written(desk))

    def test_the_desks_signature_stands_under_its_letters_in_their_language(self, desk: Desk) -> None:
        Desk.objects.filter(pk=desk.pk).update(signatures={"en": "ABV Ltd\r\n+7 495 000-00-00 \n"})
        desk.refresh_from_db()
        letter = write(desk, language="en")
        assert letter.text.endswith("\n\n-- \nABV Ltd\n+7 495 000-00-00\n")
        assert "ABV Ltd<br>+7 495 000-00-00</footer>" in letter.html
        assert write(desk, key="ru").text.endswith("-- \nПоддержка «Икс»\n")

    def test_whoever_wrote_is_named_above_the_signature(self) -> None:
        letter = compose(
            "staff_reply", "en", {"number": "X-1", "text": "t", "staff_name": "Boris"}, signature="ABV"
        )
        assert letter.text.endswith("-- \nBoris\nABV\n")
