"""What a regulation leaves open for a request: `check` reports it, deciding refuses to guess."""

from __future__ import annotations


class RegulationGap(ValueError):
    """The rules settle nothing where a decision needs a value; says what is lacking."""
