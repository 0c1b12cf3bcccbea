"""The front page of a desk."""
