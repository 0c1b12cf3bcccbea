"""Every part of the visual language on pages of invented content: to be looked at, and measured by tests."""
