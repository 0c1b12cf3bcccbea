"""The demonstration: everything of the product on one machine by one command, and a world around it."""
