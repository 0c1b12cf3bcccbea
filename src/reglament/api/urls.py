"""The addresses of the HTTP interface."""

from django.urls import path

from reglament.api.decide import decide_requests

urlpatterns = [path("v1/regulations/<str:pack>/decide", decide_requests)]
