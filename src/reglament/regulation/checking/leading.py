"""Proofs about where a request is led: a redirect leads somewhere that takes it, a demand can be met."""

from __future__ import annotations

from reglament.regulation.checking.diagrams import NONE
from reglament.regulation.model.words import CHANNELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from reglament.regulation.checking.edition import EditionUnderProof
    from reglament.regulation.model.program import Rule

CANNOT_CARRY: Mapping[str, tuple[str, ...]] = {
    "identity": ("forum", "social"),
    "secret": ("messenger", "forum", "social"),
}
"""By type of field the channels on which no form carries it, and no person of the desk can take it down.

Texts and tax numbers can be written or dictated anywhere. Files come with a letter, a form or a message,
or staff attach what was brought. A secret goes into the vault: by a form, by the link that the desk sends
to a letter's writer, or by staff who take it down; but not through a service of others or a public page,
where somebody else has read it already. On a public page nobody is recognised as a client either.
"""


def prove_leading(proof: EditionUnderProof) -> None:
    """Finds redirects that lead nowhere or in a circle, and demands that no form can carry."""
    away, targets = proof.meaning.redirects()
    _redirects_lead_somewhere(proof, away, targets)
    _redirects_end(proof, away, targets)
    _demands_can_be_met(proof, away)


def _redirects_lead_somewhere(proof: EditionUnderProof, away: int, targets: Mapping[str, int]) -> None:
    diagrams = proof.diagrams
    nowhere = diagrams.without(away, diagrams.any_of(targets.values()))
    if nowhere == NONE:
        return
    refusing = [(m.rule, diagrams.both(where, nowhere)) for m, _, where in proof.meaning.refusing()]
    named = _clauses([rule for rule, where in refusing if where != NONE])
    last = max((rule for rule, where in refusing if where != NONE), key=lambda rule: rule.number)
    proof.add("empty-redirect", proof.written[last.number].path, last.clause, shown_by=nowhere, clauses=named)


def _redirects_end(proof: EditionUnderProof, away: int, targets: Mapping[str, int]) -> None:
    """With the strongest proof, the channel that a request is pointed to must take it."""
    meaning, diagrams, space = proof.meaning, proof.diagrams, proof.space
    informal = meaning.spoken("informal")
    reported: set[int] = set()
    for channel in CHANNELS:
        there = {"channel": channel, "authentication": "authorised"}
        again = diagrams.both(targets[channel], space.given(away, there))
        talk = diagrams.both(targets[channel], space.given(informal, there))
        for variant, loop in (("again", again), ("informal", talk)):
            if loop == NONE:
                continue
            rule = next(m.rule for m, _, where in meaning.refusing() if diagrams.both(where, loop) != NONE)
            if rule.number not in reported:
                reported.add(rule.number)
                path = proof.written[rule.number].path
                proof.add(f"redirect-loop/{variant}", path, rule.clause, shown_by=loop, channel=channel)


def _demands_can_be_met(proof: EditionUnderProof, away: int) -> None:
    meaning, diagrams, space = proof.meaning, proof.diagrams, proof.space
    elsewhere = diagrams.either(away, meaning.spoken("informal"))
    for item, missing in meaning.missing().items():
        types = [proof.edition.fields[name].type for name in item.split("|")]
        closed = [channel for channel in CHANNELS if all(channel in CANNOT_CARRY.get(t, ()) for t in types)]
        stuck = diagrams.without(diagrams.both(missing, space.among("channel", closed)), elsewhere)
        if stuck == NONE:
            continue
        rule = next(
            m.rule
            for m in meaning.of("requires")
            if any(item == name for name, _ in m.rule.rows[0].value)
            and diagrams.both(m.effective[0], stuck) != NONE
        )
        path = proof.written[rule.number].path
        proof.add(
            "demanded-nowhere", path, rule.clause, shown_by=stuck, field=item, channels=", ".join(closed)
        )


def _clauses(rules: list[Rule]) -> str:
    return ", ".join(dict.fromkeys(rule.clause for rule in rules))
