"""Proofs about values: each is settled for every request, and never in two ways."""

from __future__ import annotations

from itertools import combinations

from reglament.regulation.checking.diagrams import ALL, NONE
from reglament.regulation.model.edition import Define, Sets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from reglament.regulation.checking.edition import EditionUnderProof
    from reglament.regulation.checking.meaning import Meant


def prove_settled(proof: EditionUnderProof) -> None:
    """Finds gaps and contradictions."""
    _values_have_gaps(proof)
    _queue_has_gaps(proof)
    _definitions_have_gaps(proof)
    _tables_have_gaps(proof)
    _values_contradict(proof)
    _queues_contradict(proof)
    _offers_contradict(proof)
    _obligations_contradict(proof)
    _rows_overlap(proof)


def _values_have_gaps(proof: EditionUnderProof) -> None:
    meaning, diagrams = proof.meaning, proof.diagrams
    informal = meaning.spoken("informal")
    needed = {"service_level": ALL, "department": diagrams.opposite(informal)}
    if proof.program.severities:
        needed["severity"] = ALL
    if any(meaning.of("sets", "responsibility")):
        needed["responsibility"] = ALL
    for name, where in needed.items():
        rules = list(meaning.of("sets", name))
        unsettled = meaning.value(name, None) if rules else ALL
        gap = diagrams.both(where, unsettled)
        if gap != NONE:
            rule = rules[0].rule if rules else None
            path = proof.written[rule.number].path if rule else ()
            proof.add("gap/value", path, rule.clause if rule else "", shown_by=gap, name=name)


def _queue_has_gaps(proof: EditionUnderProof) -> None:
    meaning, diagrams = proof.meaning, proof.diagrams
    gap = diagrams.opposite(diagrams.either(meaning.spoken("queue"), meaning.spoken("informal")))
    if gap != NONE:
        first = next(meaning.of("queue"), None)
        path = proof.written[first.rule.number].path if first else ()
        proof.add("gap/queue", path, first.rule.clause if first else "", shown_by=gap)


def _definitions_have_gaps(proof: EditionUnderProof) -> None:
    """A word may be without a value only where nothing looks at it."""
    meaning, diagrams = proof.meaning, proof.diagrams
    looked_at: dict[int, int] = {}
    for meant in meaning.rules:
        for slot, where in _looks(proof, meant):
            looked_at[slot] = diagrams.either(looked_at.get(slot, NONE), where)
    for meant in meaning.of("define"):
        if meant.rule.several:
            continue
        slot = proof.program.slot(meant.rule.name)
        gap = diagrams.both(looked_at.get(slot, NONE), meaning.value(meant.rule.name, None))
        if gap != NONE:
            path = proof.written[meant.rule.number].path
            proof.add("gap/definition", path, meant.rule.clause, shown_by=gap, name=meant.rule.name)


def _looks(proof: EditionUnderProof, meant: Meant) -> Iterator[tuple[int, int]]:
    """The slots that a rule looks at, and where all else that it looks at together with them holds."""
    rule = meant.rule
    for row in rule.rows:
        yield from _looks_of(proof, row.condition, ALL)
    for row, effective in zip(rule.rows, meant.effective, strict=True):
        if rule.effect == "obligation":
            for condition, _ in row.value["within"]:
                yield from _looks_of(proof, condition, effective)
        elif rule.effect == "queue":
            for component in row.value["rank"]:
                if isinstance(component, str):
                    yield proof.program.slot(component), effective
                elif isinstance(component, list):
                    for condition, _ in component:
                        yield from _looks_of(proof, condition, effective)
        elif rule.effect in ("define", "sets") and isinstance(row.value, dict):
            yield row.value["slot"], effective


def _looks_of(proof: EditionUnderProof, condition: object, within: int) -> Iterator[tuple[int, int]]:
    meaning, diagrams = proof.meaning, proof.diagrams
    for conjunction in condition:  # type: ignore[attr-defined]
        for position, (slot, _) in enumerate(conjunction):
            if slot in meaning.values:
                others = conjunction[:position] + conjunction[position + 1 :]
                yield slot, diagrams.both(within, meaning.where([others]))


def _tables_have_gaps(proof: EditionUnderProof) -> None:
    meaning, diagrams = proof.meaning, proof.diagrams
    for meant in meaning.of("obligation"):
        covered = diagrams.any_of(meaning.where(cell) for cell, _ in meant.rule.rows[0].value["within"])
        gap = diagrams.both(_owed_at_all(proof, meant), diagrams.opposite(covered))
        if gap != NONE:
            path = (*proof.written[meant.rule.number].path, "within")
            proof.add("gap/table", path, meant.rule.clause, shown_by=gap, metric=meant.rule.name)


def _values_contradict(proof: EditionUnderProof) -> None:
    meaning, diagrams = proof.meaning, proof.diagrams
    for name in ("severity", "responsibility", "department", "service_level"):
        rules = list(meaning.of("sets", name))
        exceptions = [meant for meant in rules if meant.rule.overrides]
        excepted = diagrams.any_of(part for meant in exceptions for part in meant.effective)
        plain = [meant for meant in rules if not meant.rule.overrides]
        for group, open_ in ((plain, diagrams.opposite(excepted)), (exceptions, ALL)):
            for one, other in _pairs(group):
                clash = _first_clash(proof, one, other, open_)
                if clash is not None:
                    first, second, where = clash
                    _clash(proof, "value", one, other, where, name=name, first=first, second=second)


def _first_clash(
    proof: EditionUnderProof, one: Meant, other: Meant, within: int
) -> tuple[object, object, int] | None:
    """Two different values that two rules give one request, and where; None where they never do."""
    also = proof.meaning.said(other)
    for first, where in proof.meaning.said(one).items():
        for second, there in also.items():
            if first != second and None not in (first, second):
                clash = proof.diagrams.all_of([where, there, within])
                if clash != NONE:
                    return first, second, clash
    return None


def _queues_contradict(proof: EditionUnderProof) -> None:
    meaning, diagrams = proof.meaning, proof.diagrams
    for one, other in _pairs(list(meaning.of("queue"))):
        together = diagrams.both(one.effective[0], other.effective[0])
        first, second = one.rule.rows[0].value, other.rule.rows[0].value
        if first["then_by"] != second["then_by"] or len(first["rank"]) != len(second["rank"]):
            differ = together
        else:
            same = ALL
            for left, right in zip(first["rank"], second["rank"], strict=True):
                left_values, right_values = meaning.component(left), meaning.component(right)
                agree = [diagrams.both(left_values[n], right_values.get(n, NONE)) for n in left_values]
                same = diagrams.both(same, diagrams.any_of(agree))
            differ = diagrams.without(together, same)
        if differ != NONE:
            _clash(proof, "queue", one, other, differ)


def _offers_contradict(proof: EditionUnderProof) -> None:
    meaning, diagrams = proof.meaning, proof.diagrams
    offering = []
    for meant in sorted(meaning.rules, key=_order):
        if meant.rule.effect in ("not_covered", "offer"):
            where: dict[str, int] = {}
            for row, effective in zip(meant.rule.rows, meant.effective, strict=True):
                if row.value:
                    where[row.value] = diagrams.either(where.get(row.value, NONE), effective)
            if where:
                offering.append((meant, where))
    for (one, first), (other, second) in combinations(offering, 2):
        clashes = [(a, b, diagrams.both(first[a], second[b])) for a in first for b in second if a != b]
        for a, b, clash in clashes:
            if clash != NONE:
                _clash(proof, "offer", one, other, clash, first=a, second=b)
                break


def _obligations_contradict(proof: EditionUnderProof) -> None:
    meaning, diagrams = proof.meaning, proof.diagrams
    rules = list(meaning.of("obligation"))
    for one, other in _pairs(rules):
        if one.rule.name != other.rule.name:
            continue
        clash = diagrams.both(_owed_at_all(proof, one), _owed_at_all(proof, other))
        if clash != NONE:
            _clash(proof, "obligation", one, other, clash, metric=one.rule.name)


def _rows_overlap(proof: EditionUnderProof) -> None:
    diagrams = proof.diagrams
    for meant in proof.meaning.rules:
        part = proof.written[meant.rule.number].rule
        if not isinstance(part, Define | Sets) or not part.unique:
            continue
        for first, second in combinations(range(len(meant.holds)), 2):
            overlap = diagrams.both(meant.holds[first], meant.holds[second])
            if overlap != NONE:
                path = proof.row_path(meant.rule, second)
                line = proof.document.line(proof.row_path(meant.rule, first))
                proof.add("overlap", path, meant.rule.clause, shown_by=overlap, line=line, row=second + 1)


def _clash(
    proof: EditionUnderProof, variant: str, one: Meant, other: Meant, where: int, **values: object
) -> None:
    path = proof.written[other.rule.number].path
    proof.add(
        f"contradiction/{variant}",
        path,
        other.rule.clause,
        shown_by=where,
        other=one.rule.clause,
        line=proof.document.line(proof.written[one.rule.number].path),
        **values,
    )


def _pairs(rules: list[Meant]) -> Iterator[tuple[Meant, Meant]]:
    return combinations(sorted(rules, key=_order), 2)


def _order(meant: Meant) -> int:
    return meant.rule.number


def _owed_at_all(proof: EditionUnderProof, meant: Meant) -> int:
    """Where an obligation is listed: not of a mere conversation, and work only of what is accepted."""
    meaning, diagrams = proof.meaning, proof.diagrams
    if meant.rule.rows[0].value["fulfilled_by"] == "completion":
        return diagrams.both(meant.effective[0], meaning.accepted())
    return diagrams.without(meant.effective[0], meaning.spoken("informal"))
