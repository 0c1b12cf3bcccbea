"""Proofs about a regulation: gaps, contradictions, clauses that can never apply, and its owner's cases."""

from reglament.regulation.checking.cases import cases_beside, read_cases, red, run_case, run_cases
from reglament.regulation.checking.checking import check_file, check_regulation
from reglament.regulation.checking.findings import Finding
from reglament.regulation.checking.report import Report

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
