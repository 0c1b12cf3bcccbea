"""Official letters on paper, which staff check and log."""
