"""What was typed when a session ran out: kept over the sign-in, and put back into its form."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

KEY = "typed"
LONGEST = 100_000
"""Characters of a form that are kept; far more than anybody types into a reply.

Nobody is signed in yet, so that more would let anybody fill the table of sessions.
"""
FIELDS_AT_MOST = 100
_NEVER = ("csrfmiddlewaretoken", "fields.")
"""Beginnings of names that are not kept: any field of a regulation may hold a secret."""


def keep(request: HttpRequest) -> None:
    """Keep the texts of a form that was sent by nobody, in the visitor's session. Files are not kept.

    What may be a secret is not kept either: a session is no vault.
    """
    fields = {name: values for name, values in request.POST.lists() if not name.startswith(_NEVER)}
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if size <= LONGEST and sum(map(len, fields.values())) <= FIELDS_AT_MOST:
        request.session[KEY] = {"path": request.path, "fields": fields}


def typed_before(request: HttpRequest, path: str) -> dict[str, list[str]] | None:
    """Give what was typed into the form of a path before the sign-in, once; none where there is nothing."""
    found = request.session.get(KEY)
    if found is None or found["path"] != path:
        return None
    del request.session[KEY]
    fields: dict[str, list[str]] = found["fields"]
    return fields


def typed(request: HttpRequest) -> QueryDict | None:
    """Give what a form is bound to: what was sent, or what was typed before a sign-in; else nothing."""
    if request.method == "POST":
        return request.POST
    before = typed_before(request, request.path)
    if before is None:
        return None
    data = QueryDict(mutable=True)
    for name, values in before.items():
        data.setlist(name, values)
    return data
