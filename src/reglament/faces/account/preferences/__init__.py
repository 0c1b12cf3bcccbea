"""How a person wants to read the pages: language and time zone."""
