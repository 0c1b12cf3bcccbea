"""The pages: one folder per page; they read through queries and write through actions."""
