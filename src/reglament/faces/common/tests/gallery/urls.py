"""The addresses of the gallery, served by tests only."""

from django.urls import include, path

from reglament.faces.common.tests.gallery import views

urlpatterns = [
    path("gallery/<slug:name>/", views.show, name="gallery"),
    path("error/<slug:name>/", views.show_error, name="error"),
    path("account/", include("allauth.account.urls")),
    path("", include("reglament.faces.common.urls")),
]
