"""What the packs tell of their demonstration is whole: nobody is missing, nothing is misspelt."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from reglament import packs
from reglament.cli.demonstration.told import Told, told_by_packs
from reglament.regulation.model.edition import Edition
from reglament.regulation.reading.read import read_regulation


@cache
def told() -> list[Told]:
    return told_by_packs()


@cache
def newest_edition(pack: str) -> Edition:
    return read_regulation(packs.source(pack), pack).regulation.editions[-1]


def each() -> list[Any]:
    return [pytest.param(one, id=one.pack) for one in told()]


def test_every_pack_tells_of_one() -> None:
    assert {one.pack for one in told()} == set(packs.names())


def test_there_are_forty_clients_and_more() -> None:
    assert sum(len(one.cast.clients) for one in told()) >= 40


@pytest.mark.parametrize("one", each())
def test_every_class_of_client_is_there(one: Told) -> None:
    held = {(holding.fact, _key(holding.value)) for client in one.cast.clients for holding in client.holds}
    dated = {
        holding.fact for client in one.cast.clients for holding in client.holds if holding.date is not None
    }
    wanted = {("client.status", status) for status in ("active", "suspended", "blocked")}
    for name, fact in newest_edition(one.pack).facts.items():
        # What the portal's own state tells is no record of a client.
        if "records" not in fact.known_from or "switch" in fact.known_from:
            continue
        if fact.type == "date":
            assert name in dated
        elif fact.type == "flag":
            wanted.add((name, _key(True)))
        elif fact.type == "choice":
            wanted |= {(name, value) for value in fact.values}
        else:
            assert any(fact_held == name for fact_held, _ in held)
    assert wanted <= held


def _key(value: object) -> str:
    return str(value).lower()


@pytest.mark.parametrize("one", each())
def test_every_department_has_somebody_who_works_in_it(one: Told) -> None:
    departments = set(newest_edition(one.pack).departments)
    agents = [colleague for colleague in one.cast.staff if colleague.role == "agent"]
    assert set().union(*(colleague.departments or departments for colleague in agents)) == departments
    assert {"agent", "lead", "owner", "admin"} == {colleague.role for colleague in one.cast.staff}


@pytest.mark.parametrize("one", each())
def test_every_story_has_somebody_to_begin_it(one: Told) -> None:
    for story in one.stories.stories:
        who = story.who
        assert who.stranger or any(
            client.name.startswith(who.organisation)
            and client.holds_all(who.holds)
            and any(
                human.authorised == who.authorised and human.language == who.language
                for human in client.people
            )
            for client in one.cast.clients
        ), story


@pytest.mark.parametrize("one", each())
def test_kinds_fields_and_files_of_every_story_are_the_packs_own(one: Told) -> None:
    edition = newest_edition(one.pack)
    for story in one.stories.stories:
        assert story.kind is None or story.kind in edition.kinds, story
        assert story.service is None or story.service in edition.services, story
        assert set(story.fields) <= set(edition.fields), story
        assert set(story.facts) <= set(edition.facts), story
        for name in (*story.files, *([story.raw] if story.raw else [])):
            assert one.file(name)


@pytest.mark.parametrize("one", each())
def test_openings_are_varied(one: Told) -> None:
    texts = {opening.text for story in one.stories.stories for opening in story.says if opening.text}
    assert len(texts) >= 36


@pytest.mark.parametrize("one", each())
def test_every_step_is_one_that_people_can_do(one: Told) -> None:
    from reglament.cli.demonstration.acts import verb_of
    from reglament.cli.demonstration.replaying import span_of

    for story in one.stories.stories:
        for step in story.then:
            assert verb_of(step)
            assert span_of(step) > 0
