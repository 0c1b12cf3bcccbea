"""The regulation as a document for people, from the same file that decides: Markdown, HTML, PDF."""

from reglament.regulation.rendering.document import Document, build_document

__all__ = ["Document", "build_document"]
