"""How what several rules say comes together in one decision."""

from __future__ import annotations

from typing import Any

import pytest

from reglament.regulation.deciding import decide, read_request
from reglament.regulation.model.decision import Decision
from reglament.regulation.model.request import RequestFaults
from reglament.regulation.reading.tests.small import read

RAW = {
    "received_at": "2026-03-02T10:00:00+03:00",
    "channel": "email",
    "authentication": "identified",
    "kind": "work",
}


def _decide(*rules: str, **changes: Any) -> Decision:
    program = read(*rules).programs[0]
    return decide(program, read_request(program, {**RAW, **changes}))


def _cites(decision: Decision) -> list[tuple[str, str, bool]]:
    return [(cite.clause, cite.effect, cite.informative) for cite in decision.cites if cite.clause != "SM-1"]


def test_a_regulation_that_demands_nothing_accepts() -> None:
    decision = _decide()
    assert (decision.outcome, decision.also, decision.service_level) == ("accept", (), "full")
    assert decision.queue is not None
    assert decision.as_json()["severity"] == "low"


def test_an_unstated_level_is_marked_so() -> None:
    effects = {cite.effect for cite in _decide().cites}
    assert "severity low (unstated)" in effects
    assert "severity high" in {cite.effect for cite in _decide(severity="high").cites}


def test_redirects_intersect_and_the_clause_that_narrows_is_the_ground() -> None:
    decision = _decide("- {accepts: [portal, phone, chat]}", "- {accepts: {portal: authorised}}")
    assert decision.outcome == "redirect"
    assert decision.redirect_to == ("portal",)
    assert decision.redirect_needs is None
    assert _cites(decision) == [
        ("SM-2", "redirect portal, phone, chat", True),
        ("SM-2", "redirect portal", False),
    ]


def test_two_clauses_that_redirect_alike_leave_the_first_as_the_ground() -> None:
    weights = [
        informative for _, _, informative in _cites(_decide("- {accepts: [phone]}", "- {accepts: [phone]}"))
    ]
    assert sorted(weights) == [False, True]


def test_the_right_channel_without_the_proof_needs_the_proof() -> None:
    decision = _decide("- {accepts: {email: authorised, letter: authorised}}")
    assert (decision.redirect_to, decision.redirect_needs) == (("email", "letter"), "authorised")
    assert _decide("- {accepts: {email: authorised}}", authentication="authorised").outcome == "accept"


def test_everything_that_holds_is_told_at_once_in_the_common_order() -> None:
    decision = _decide(
        "- {accepts: [phone]}",
        "- {not_covered: true, offer: paid}",
        "- {requires: [login]}",
    )
    assert (decision.outcome, decision.also) == ("redirect", ("not_covered", "needs_information"))
    assert (decision.offer, decision.missing, decision.service_level) == ("paid", ("login",), "none")


def test_an_informal_request_owes_nothing_and_cannot_be_refused() -> None:
    decision = _decide(
        "- {informal: true}",
        "- {accepts: [phone]}",
        "- {not_covered: true, offer: by_agreement}",
        "- {refusal: rude}",
        "- {obligation: x, title: {ru: а, en: a}, clock: always, fulfilled_by: staff_reply, within: 1 hour}",
    )
    assert (decision.outcome, decision.also) == ("informal", ("not_covered",))
    assert decision.redirect_to == ("phone",)
    assert decision.redirect_needs is None
    assert (decision.queue, decision.obligations, decision.refusal_grounds) == (None, (), ())


def test_an_exception_overrules_and_the_overruled_rule_is_still_told() -> None:
    decision = _decide(
        "- {sets: service_level, is: consultation, overrides: true, when: {kind: work}}",
    )
    assert decision.service_level == "consultation"
    told = [
        (cite.effect, cite.informative) for cite in decision.cites if cite.effect.startswith("service level")
    ]
    assert told == [("service level full, overruled by SM-2", True), ("service level consultation", False)]


def test_later_rules_read_the_exception_and_not_what_it_overruled() -> None:
    rules = (
        "- {refusal: rude, when: {service_level: consultation}}",
        "- {sets: service_level, is: consultation, overrides: true}",
    )
    assert [ground.ground for ground in _decide(*rules).refusal_grounds] == ["rude"]


def test_a_rule_can_rest_on_what_another_demanded_in_vain() -> None:
    rules = ('- {requires: ["login|number"]}', '- {refusal: rude, when: {missing: "login|number"}}')
    lacking = _decide(*rules)
    assert lacking.missing == ("login|number",)
    assert [ground.ground for ground in lacking.refusal_grounds] == ["rude"]
    assert _decide(*rules, fields={"number": "7707083893"}).refusal_grounds == ()
    assert _decide(*rules, fields={"number": "1"}).missing == ("login|number",)


def test_identity_is_met_by_recognising_the_client_and_by_nothing_else() -> None:
    rule = "- {requires: [who]}"
    assert _decide(rule, authentication="anonymous", fields={"who": "me"}).missing == ("who",)
    assert _decide(rule).missing == ()


def test_missing_stands_in_the_order_of_the_fields() -> None:
    assert _decide("- {requires: [number]}", "- {requires: [login]}").missing == ("login", "number")


def test_what_is_met_by_completion_counts_from_completion_and_only_when_accepted() -> None:
    owed = "title: {ru: а, en: a}, clock: always, within: 2 hours"
    rules = (
        f"- {{obligation: answer, {owed}, fulfilled_by: staff_reply}}",
        f"- {{obligation: work, {owed}, fulfilled_by: completion}}",
    )
    accepted = _decide(*rules, completed_at="2026-03-02T15:00:59+03:00").as_json()["obligations"]
    assert [item["due_at"][11:16] for item in accepted] == ["12:00", "17:00"]
    assert len(_decide(*rules, "- {requires: [login]}").obligations) == 1


def test_unlimited_is_listed_without_a_due_time_and_the_shortest_of_several_classes_counts() -> None:
    classes = """
- define: group
  several: true
  title: {ru: класс, en: class}
  values: {slow: {ru: м, en: s}, fast: {ru: б, en: f}, open: {ru: н, en: o}}
  rows: [{when: {client.plan: full}, is: fast}, {is: slow}, {is: open}]
"""
    answer = """
- obligation: answer
  title: {ru: ответ, en: answer}
  clock: always
  fulfilled_by: staff_reply
  within: {by: group, best: shortest, slow: 24 hours, fast: 8 hours, open: unlimited}
"""
    rules = (classes, answer)
    assert [owed.budget.amount for owed in _decide(*rules, client={"plan": "full"}).obligations] == [8]
    assert [owed.budget.amount for owed in _decide(*rules).obligations] == [24]
    only_open = classes.replace("{when: {client.plan: full}, is: fast}, {is: slow}, ", "")
    assert _decide(only_open, answer).as_json()["obligations"][0]["due_at"] is None


def test_numbers_are_absent_zero_or_more() -> None:
    rule = "- {not_covered: true, when: {client.left: 0}}"
    assert _decide(rule).outcome == "accept"
    assert _decide(rule, client={"left": 0}).outcome == "not_covered"
    assert _decide(rule, client={"left": 2.0}).outcome == "accept"


def test_a_deadline_that_cannot_be_represented_is_a_fault_at_its_moment() -> None:
    rule = (
        "- {obligation: x, title: {ru: а, en: a}, clock: always, fulfilled_by: staff_reply, within: 9 hours}"
    )
    with pytest.raises(RequestFaults, match=r"request.received_at: .*cannot be represented"):
        _decide(rule, received_at="9999-12-31T20:00:00+03:00")


def test_the_id_is_echoed_and_left_out_where_absent() -> None:
    assert "id" not in _decide().as_json()
    assert _decide(id=7).as_json()["id"] == 7
    assert _decide(id="").as_json()["id"] == ""
