"""Where a person goes after signing in."""
