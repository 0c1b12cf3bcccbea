"""One door: `read_request` checks what came in, `decide` says what the edition says about it."""

from reglament.regulation.deciding.decide import decide
from reglament.regulation.deciding.requests import read_request, received_moment

__all__ = ["decide", "read_request", "received_moment"]
