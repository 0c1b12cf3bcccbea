"""Proofs that every rule and row can take effect, and that an exception excepts something."""

from __future__ import annotations

from reglament.regulation.checking.diagrams import NONE
from reglament.regulation.model.edition import Entitlements, Practice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from reglament.regulation.checking.edition import EditionUnderProof
    from reglament.regulation.checking.meaning import Meant


def prove_alive(proof: EditionUnderProof) -> None:
    """Finds rules and rows that no request reaches, and exceptions that except nothing."""
    for meant in proof.meaning.rules:
        part = proof.written[meant.rule.number].rule
        if isinstance(part, Entitlements):
            continue
        if all(effective == NONE for effective in meant.effective):
            path = proof.written[meant.rule.number].path
            proof.add("dead-rule", path, meant.rule.clause)
            continue
        _rows(proof, meant)
        if meant.rule.effect == "obligation":
            _spans(proof, meant)
        elif meant.rule.effect == "queue":
            _ranks(proof, meant)
        if meant.rule.overrides:
            _exception(proof, meant)
    _entitlements(proof)
    _practices(proof)


def _practices(proof: EditionUnderProof) -> None:
    for written in proof.rules():
        if isinstance(written.rule, Practice) and proof.holds(written.rule) == NONE:
            proof.add("dead-rule", written.path, written.clause.id)


def _rows(proof: EditionUnderProof, meant: Meant) -> None:
    for number, (holds, effective) in enumerate(zip(meant.holds, meant.effective, strict=True)):
        if effective == NONE:
            _dead(proof, meant, number, proof.row_path(meant.rule, number), covered=holds != NONE)


def _spans(proof: EditionUnderProof, meant: Meant) -> None:
    meaning, diagrams = proof.meaning, proof.diagrams
    terms = meant.rule.rows[0].value
    within = meant.effective[0]
    holds = [diagrams.both(within, meaning.where(condition)) for condition, _ in terms["within"]]
    if terms["best"] == "shortest":
        chosen = [diagrams.without(here, _shorter(proof, terms, holds, n)) for n, here in enumerate(holds)]
    else:
        chosen = meaning.first_of([condition for condition, _ in terms["within"]], within)
    paths = proof.within_paths(meant.rule)
    for number, (here, first) in enumerate(zip(holds, chosen, strict=True)):
        if first == NONE:
            _dead(proof, meant, number, paths[number], covered=here != NONE)


def _shorter(proof: EditionUnderProof, terms: dict[str, Any], holds: list[int], number: int) -> int:
    """Where another row gives a shorter span, or an earlier one the same."""

    def rank(n: int) -> tuple[bool, int, int]:
        amount, unit = terms["within"][n][1]
        return unit == "unlimited", amount, n

    return proof.diagrams.any_of(here for n, here in enumerate(holds) if rank(n) < rank(number))


def _ranks(proof: EditionUnderProof, meant: Meant) -> None:
    meaning, diagrams = proof.meaning, proof.diagrams
    for position, component in enumerate(meant.rule.rows[0].value["rank"]):
        if not isinstance(component, list):
            continue
        conditions = [condition for condition, _ in component]
        for number, first in enumerate(meaning.first_of(conditions, meant.effective[0])):
            if first == NONE:
                holds = diagrams.both(meant.effective[0], meaning.where(conditions[number]))
                path = (*proof.written[meant.rule.number].path, "queue", position, number)
                _dead(proof, meant, number, path, covered=holds != NONE)


def _dead(
    proof: EditionUnderProof, meant: Meant, number: int, path: tuple[str | int, ...], *, covered: bool
) -> None:
    proof.add("dead-row/covered" if covered else "dead-row/never", path, meant.rule.clause, row=number + 1)


def _exception(proof: EditionUnderProof, meant: Meant) -> None:
    """An exception must somewhere replace another value that a plain rule settled."""
    meaning, diagrams = proof.meaning, proof.diagrams
    said = meaning.said(meant)
    for other in meaning.of("sets", meant.rule.name):
        if other.rule.overrides:
            continue
        for value, where in meaning.said(other).items():
            replaced = diagrams.without(where, said.get(value, NONE))
            spoken = diagrams.any_of(said.values())
            if diagrams.both(replaced, spoken) != NONE:
                return
    proof.add("idle-override", proof.written[meant.rule.number].path, meant.rule.clause, name=meant.rule.name)


def _entitlements(proof: EditionUnderProof) -> None:
    """A table of entitlements is dead where no request falls under it at all."""
    diagrams = proof.diagrams
    reached: dict[int, int] = {}
    for meant in proof.meaning.rules:
        written = proof.written[meant.rule.number]
        if isinstance(written.rule, Entitlements):
            key = id(written)
            reached[key] = diagrams.any_of([reached.get(key, NONE), *meant.effective])
    for written in {id(written): written for written in proof.written}.values():
        if reached.get(id(written)) == NONE:
            proof.add("dead-rule", written.path, written.clause.id)
