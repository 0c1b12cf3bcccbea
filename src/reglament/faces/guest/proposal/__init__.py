"""A question that a client answers by the signed link of a letter."""
