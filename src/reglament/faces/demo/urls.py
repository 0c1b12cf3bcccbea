"""Addresses of the demonstration's pages; without a demonstration each of them is not found."""

from django.urls import path

from reglament.faces.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.letters, name="letters"),
    path("letters/<str:identifier>/", views.letter, name="letter"),
    path("letters/<str:identifier>/html/", views.letter_html, name="letter_html"),
    path("letters/<str:identifier>/files/<int:place>/", views.file, name="file"),
    path("write/", views.write, name="write"),
    path("people/", views.people, name="people"),
]
