"""The desks of this installation."""
