"""Shows the pages of the gallery with their invented content."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.loader import render_to_string

from reglament.faces.common.tests.gallery.forms import GuestRequestForm
from reglament.faces.common.tests.gallery.rulers import MOSCOW, RULERS, at

PAGES = Path(__file__).parent / "pages"
NAMES = sorted(file.stem for file in PAGES.glob("*.html"))
ERRORS = ["400", "403", "403_csrf", "404", "413", "429", "500"]
NOW = at("2026-03-10 07:30")
LONG_WORD = "Электрогидродинамическоевысокоширотномагистральноеоборудование"


def show(request: HttpRequest, name: str) -> HttpResponse:
    """Show one page of the gallery."""
    from django.utils import timezone

    if name == "parts":
        messages.success(request, "Заявка подтверждена. Ответ обещан до 13:00.")
        messages.error(
            request, "Файл «Отчёт за февраль (окончательный, исправленный).docx» не принят: он больше 20 МБ."
        )
    text = (PAGES / f"{name}.html").read_text(encoding="utf-8")
    with timezone.override(MOSCOW):
        page = engines["django"].from_string(text).render(content(), request)
    return HttpResponse(page)


def show_error(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the error pages, as Django does: without a request."""
    return HttpResponse(render_to_string(f"{name}.html"), status=int(name[:3]))


def content() -> dict[str, Any]:
    """The invented content of all pages."""
    return {
        "now": NOW,
        "regulation_url": "/gallery/document/",
        "desk_zone": "Asia/Yekaterinburg",
        "received": at("2026-03-06 14:18"),
        "due": at("2026-03-10 08:18"),
        "later": at("2026-03-13 17:00"),
        "passed": at("2026-03-10 07:18"),
        "midnight": at("2026-03-12 00:00"),
        "left": timedelta(minutes=48),
        "much_left": timedelta(hours=31, minutes=30),
        "budget": timedelta(hours=4),
        "long_word": LONG_WORD,
        "rulers": RULERS,
        "ruling": RULERS["4 рабочих часа через длинные выходные"],
        "always": RULERS["1 час круглосуточно"],
        "late": RULERS["Просрочено на 12 минут"],
        "unlimited": RULERS["Срок не установлен"],
        "form": GuestRequestForm(),
        "faulty": faulty(),
        "page": Paginator(range(1000), 50).page(7),
        "queue": queue(),
        "none": [],
    }


def faulty() -> GuestRequestForm:
    return GuestRequestForm(
        {"address": "ivanov@", "inn": "12345", "description": "Не работает", "kind": ""}, auto_id="faulty_%s"
    )


def queue() -> list[dict[str, Any]]:
    """Rows of a queue, from the usual to the very long."""
    rows = [
        ("ALL-2207", "Потеряна база после сбоя диска", "ООО «Ромашка»", "критичная", "passed", None, "late"),
        ("ALL-2214", "502 на всех сайтах после обновления", "ИП Ветров", "срочная", "due", 48, "ruling"),
        ("ALL-2211", "Письма уходят с задержкой 20 минут", "АО «Сигма»", "обычная", "later", 190, "always"),
        (
            "ALL-2209",
            f"Сертификат {LONG_WORD} истекает в пятницу, а продление не срабатывает третью неделю подряд",
            "Федеральное государственное бюджетное образовательное учреждение высшего образования",
            "обычная",
            "later",
            302,
            "ruling",
        ),
        ("ALL-2213", "Изменить php.ini: memory_limit", "ООО «Ромашка»", "низкая", "later", 1890, "ruling"),
        ("ALL-2210", "Предложение: тёмная тема", "ЗАО «Клён»", "низкая", None, None, "unlimited"),
    ]
    moments = {
        "passed": at("2026-03-10 07:18"),
        "due": at("2026-03-10 08:18"),
        "later": at("2026-03-13 17:00"),
    }
    drawn = {"late": "Просрочено на 12 минут", "ruling": "4 рабочих часа через длинные выходные"}
    drawn |= {"always": "1 час круглосуточно", "unlimited": "Срок не установлен"}
    return [
        {
            "number": number,
            "title": title,
            "client": client,
            "severity": severity,
            "due": moments.get(due or ""),
            "left": None if left is None else timedelta(minutes=left),
            "ruler": RULERS[drawn[shape]],
        }
        for number, title, client, severity, due, left, shape in rows
    ]
