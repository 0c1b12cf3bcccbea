"""Proofs about a regulation: gaps, contradictions, clauses that can never apply, and its owner's cases."""
