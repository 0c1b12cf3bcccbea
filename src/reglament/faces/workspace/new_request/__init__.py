"""Writing down a call, a talk or an official letter: a ticket in seconds, with the verdict at once."""
