"""What a client is entitled to today."""
