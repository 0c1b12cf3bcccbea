"""The published regulation."""
