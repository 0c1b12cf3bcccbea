"""Addresses of the choices that every page offers."""

from django.urls import path
from django.views.i18n import set_language

from reglament.faces.common.views import choose_theme

app_name = "common"
urlpatterns = [
    path("choose/theme/", choose_theme, name="choose_theme"),
    path("choose/language/", set_language, name="choose_language"),
]
