"""Work done apart from a page: durable, retried, at set times."""
