"""Letters that the desk sends."""
