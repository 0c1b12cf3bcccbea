"""The door of the portal: whoever is not signed in signs in first, and whoever is no client finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from reglament.desk.faults import NotThere
from reglament.faces.common.way_back import may_lead_back
from reglament.faces.public.desk_page import DeskPage, open_page

Given = ParamSpec("Given")
Seen = Callable[Concatenate[DeskPage, Given], HttpResponse]
View = Callable[Concatenate[HttpRequest, str, Given], HttpResponse]


def portal_page(view: Seen[Given]) -> View[Given]:
    """Open a page of a desk's portal to its clients; the view gets the page instead of the desk's name."""

    @wraps(view)
    def opened(request: HttpRequest, slug: str, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        page = open_page(request, slug)
        if not request.user.is_authenticated:
            back = request.get_full_path()
            return redirect_to_login(back if may_lead_back(back) else reverse("portal:tickets", args=[slug]))
        if page.contact is None:
            raise NotThere
        return view(page, *args, **kwargs)

    # The views are called by the names of their address, which the type cannot say.
    return cast("View[Given]", never_cache(opened))
