"""Decision diagrams: sets of requests as small graphs, on which every question is exact.

A request is a choice of one value for each of finitely many variables. A set of requests is a node:
0 is none, 1 is all, and any other node asks one variable and has a node for each of its values.
Nodes stand in the order of the variables and are never doubled, so two sets are equal exactly when
their numbers are; union, intersection and the rest cost no more than the graphs are large, while the
sets themselves may hold more requests than could be listed. Source: R. Bryant, Graph-based algorithms
for Boolean function manipulation (1986), with variables of any number of values.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

NONE, ALL = 0, 1


class Diagrams:
    """The sets of choices over variables of the given numbers of values."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = tuple(sizes)
        end = len(self.sizes)
        self._nodes: list[tuple[int, tuple[int, ...]]] = [(end, ()), (end, ())]
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._opposite: dict[int, int] = {NONE: ALL, ALL: NONE}

    def among(self, variable: int, allowed: Collection[int]) -> int:
        """Where the variable has one of the allowed values."""
        return self._node(variable, tuple(ALL if n in allowed else NONE for n in range(self.sizes[variable])))

    def both(self, left: int, right: int) -> int:
        if right in (left, ALL):
            return left
        if left == ALL:
            return right
        if NONE in (left, right):
            return NONE
        key = (left, right) if left < right else (right, left)
        known = self._both.get(key)
        if known is not None:
            return known
        (left_variable, left_branches), (right_variable, right_branches) = (
            self._nodes[left],
            self._nodes[right],
        )
        both = self.both
        if left_variable == right_variable:
            branches = tuple(map(both, left_branches, right_branches))
        elif left_variable < right_variable:
            branches = tuple([both(branch, right) for branch in left_branches])
        else:
            branches = tuple([both(left, branch) for branch in right_branches])
        result = self._both[key] = self._node(min(left_variable, right_variable), branches)
        return result

    def opposite(self, node: int) -> int:
        known = self._opposite.get(node)
        if known is None:
            variable, branches = self._nodes[node]
            known = self._node(variable, tuple(map(self.opposite, branches)))
            self._opposite[node] = known
            self._opposite[known] = node
        return known

    def either(self, left: int, right: int) -> int:
        return self.opposite(self.both(self.opposite(left), self.opposite(right)))

    def without(self, node: int, taken: int) -> int:
        """What is in `node` and not in `taken`."""
        return self.both(node, self.opposite(taken))

    def all_of(self, nodes: Iterable[int]) -> int:
        result = ALL
        for node in nodes:
            result = self.both(result, node)
        return result

    def any_of(self, nodes: Iterable[int]) -> int:
        result = NONE
        for node in nodes:
            result = self.either(result, node)
        return result

    def given(self, node: int, fixed: Mapping[int, int]) -> int:
        """The set as it is where the variables in `fixed` have these values, whatever they were."""
        done: dict[int, int] = {}

        def narrowed(inner: int) -> int:
            if inner in (NONE, ALL):
                return inner
            if inner not in done:
                variable, branches = self._nodes[inner]
                if variable in fixed:
                    done[inner] = narrowed(branches[fixed[variable]])
                else:
                    done[inner] = self._node(variable, tuple(map(narrowed, branches)))
            return done[inner]

        return narrowed(node)

    def one_of(self, node: int, preferred: Sequence[Sequence[int]]) -> dict[int, int]:
        """A choice that is in the set, of each variable that it depends on; `node` must not be empty.

        `preferred` lists the values of each variable, the best first.
        """
        choice: dict[int, int] = {}
        while node != ALL:
            variable, branches = self._nodes[node]
            value = next(value for value in preferred[variable] if branches[value] != NONE)
            choice[variable] = value
            node = branches[value]
        return choice

    def holds(self, node: int, choice: Sequence[int]) -> bool:
        """Whether a whole choice is in the set."""
        while node not in (NONE, ALL):
            variable, branches = self._nodes[node]
            node = branches[choice[variable]]
        return node == ALL

    def variables(self, node: int) -> set[int]:
        """The variables on which the set depends."""
        return {self._nodes[inner][0] for inner in self._reachable(node)}

    def _reachable(self, node: int) -> Iterator[int]:
        waiting, seen = [node], {NONE, ALL}
        while waiting:
            inner = waiting.pop()
            if inner not in seen:
                seen.add(inner)
                yield inner
                waiting += self._nodes[inner][1]

    def _node(self, variable: int, branches: tuple[int, ...]) -> int:
        first = branches[0]
        if branches.count(first) == len(branches):
            return first
        key = (variable, branches)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self._nodes)
            self._nodes.append(key)
        return number
