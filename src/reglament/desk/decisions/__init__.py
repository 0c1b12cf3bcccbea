"""What the regulation decided, what is owed by it, and what the client is asked to agree to."""
