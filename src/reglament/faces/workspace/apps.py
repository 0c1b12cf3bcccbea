"""The Django app that carries the templates, static files and translations of the workspace."""

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """`reglament.faces.workspace`; it has no tables."""

    name = "reglament.faces.workspace"
    label = "faces_workspace"
    verbose_name = "Faces: workspace"
