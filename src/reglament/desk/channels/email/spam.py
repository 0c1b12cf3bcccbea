"""Whether the desk's border calls a letter spam.

Only the fields that the border and its filters wrote count, in the same places as their verdict on who
wrote the letter: above the border's own Received, and just below it, where filters of some servers put
them. What a sender or a server on the way wrote says nothing.
"""

import re

from reglament.desk.channels.email.authentication import written_by_border
from reglament.desk.channels.email.headers import Headers

_FIELD = re.compile(r"([!-9;-~]{1,100}?)\s*(?::\s*(\S.{0,100})?)?", re.DOTALL)
_YES = frozenset({"yes", "true", "spam", "1"})


def spam_verdict(headers: Headers, border: str, field: str) -> bool:
    """Say whether the border calls a letter spam.

    Takes the letter's fields, the border's name (as in its Received), and the field in which it says so:
    by its name alone, such as `X-Spam-Flag`, where the first word of what it says is yes, true, spam or
    1; or with the value that means spam, such as `X-Yandex-Spam: 4`. Case does not matter. Empty field
    or border: nothing is spam. Of several such fields, one that says so is enough.
    """
    named = _FIELD.fullmatch(field.strip())
    if named is None:
        return False
    name, wanted = named[1].lower(), " ".join((named[2] or "").lower().split())
    for found, value in written_by_border(headers, border):
        if found != name:
            continue
        said = " ".join(value.decode("utf-8", "replace").lower().split())
        first = re.split(r"[\s,;(]", said, maxsplit=1)[0]
        if wanted in (said, first) if wanted else first in _YES:
            return True
    return False
