"""The private link: to confirm what was sent, then to follow its ticket."""
