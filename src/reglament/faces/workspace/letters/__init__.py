"""The letters that reached a desk, as they came, with what became of each."""
