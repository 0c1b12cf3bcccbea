"""The portal of clients who are signed in."""
