"""The addresses of the site. Each face brings its own list; here they only find their place."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("reglament.faces.account.urls")),
    path("api/", include("reglament.api.urls")),
    path("demo/", include("reglament.faces.demo.urls")),
    path("", include("reglament.faces.common.urls")),
    path("", include("reglament.faces.public.urls")),
    path("", include("reglament.faces.guest.urls")),
    path("", include("reglament.faces.portal.urls")),
    path("d/<slug:desk>/work/", include("reglament.faces.workspace.urls")),
]
