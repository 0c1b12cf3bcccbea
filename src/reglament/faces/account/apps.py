"""The Django app of the account pages."""

from django.apps import AppConfig


class AccountFacesConfig(AppConfig):
    """`reglament.faces.account`; it stands before allauth, so that its templates are the ones used."""

    name = "reglament.faces.account"
    label = "faces_account"
    verbose_name = "Faces: account"
