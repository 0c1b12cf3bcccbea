"""Past requests under two editions: what would have been decided otherwise."""
