"""Proofs about a regulation: gaps, contradictions, clauses that can never apply, and its owner's cases."""

from reglament.regulation.checking.cases import cases_beside, read_cases, red, run_case, run_cases
from reglament.regulation.checking.checking import Report, check_file, check_regulation
from reglament.regulation.checking.findings import Finding

__all__ = [
    "Finding",
    "Report",
    "cases_beside",
    "check_file",
    "check_regulation",
    "read_cases",
    "red",
    "run_case",
    "run_cases",
]
