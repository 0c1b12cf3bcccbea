"""The mailboxes that a desk reads."""
