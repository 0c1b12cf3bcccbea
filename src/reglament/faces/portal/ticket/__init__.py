"""One ticket: whose turn it is, what is owed and why, the conversation."""
