"""Requests sent from inside the product, which staff log."""
