"""The clients of a desk: organisations, the people there with their addresses, and what each holds."""
