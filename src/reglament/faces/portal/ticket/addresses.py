"""Where the pages about one ticket are: in the portal by its number, for a guest by the private link."""

from __future__ import annotations

from django.urls import reverse


class Addresses:
    """The addresses of one ticket's pages in a face."""

    def __init__(self, face: str, *key: str | int) -> None:
        """Take the face (`portal`, `guest`) and what its addresses begin with."""
        self.face, self.key = face, key

    def to(self, page: str, *more: object) -> str:
        """Give the address of a page by its name in the face."""
        return reverse(f"{self.face}:{page}", args=[*self.key, *more])

    @property
    def ticket(self) -> str:
        """The page of the ticket itself."""
        return self.to("ticket" if self.face == "portal" else "follow")

    @property
    def close(self) -> str:
        """Where it is closed."""
        return self.to("close")
