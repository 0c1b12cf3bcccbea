"""What is new in a reply, in the styles of mail programs that Russian clients use."""

from pathlib import Path

import pytest

from reglament.desk.channels.email.letter import Letter
from reglament.desk.channels.email.quotes import fragments_of_markup
from reglament.desk.channels.email.reading import read_letter
from reglament.desk.channels.email.replies import Kind, fragments_of, is_attribution, text_of_kind

SAMPLES = Path(__file__).parents[6] / "tests" / "letters" / "quoting"

NEW = {
    "apple_mac_ru": "Поставили, не помогло.",
    "apple_ru": "Поставили, не помогло.",
    "gmail_en": "Installed, thank you!",
    "gmail_ru": "Поставили, спасибо!",
    "gmail_ru_wrapped": "Поставили, спасибо!",
    "mailru": "Не помогло.",
    "mailru_marked": "Не помогло.",
    "outlook_mobile_ru": "Всё работает",
    "outlook_ru": "Добрый день!\nПосле обновления отчёт снова строится, спасибо.",
    "outlook_ru_fields": "Обновление поставили, не помогло.",
    "the_bat_ru": "Здравствуйте, Поддержка.\n\nПоставили, не помогло.",
    "thunderbird_ru_below": "Поставили, не помогло.",
    "thunderbird_ru_between": "Версия 7.0.\n\nDebian 12.",
    "yandex": "Не помогло, ошибка прежняя.",
    "yandex_short": "Не помогло, ошибка прежняя.",
}


def test_every_sample_is_expected() -> None:
    assert {path.stem for path in SAMPLES.glob("*.txt")} == set(NEW)


@pytest.mark.parametrize("name", sorted(NEW))
def test_only_the_new_text_of_a_reply_is_new(name: str) -> None:
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    assert text_of_kind(fragments_of(text, answers=True), Kind.NEW) == NEW[name]


@pytest.mark.parametrize("name", sorted(NEW))
@pytest.mark.parametrize("answers", [True, False])
def test_no_line_is_lost_by_folding(name: str, answers: bool) -> None:
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    kept = "\n".join(fragment.text for fragment in fragments_of(text, answers=answers)).split("\n")
    assert [line.rstrip() for line in text.split("\n") if line.strip()] == [
        line for line in kept if line.strip()
    ]


def test_fields_in_a_letter_that_answers_nothing_are_what_it_is_about() -> None:
    text = "Пришёл спам:\n\nFrom: a@b.example\nTo: c@d.example\nSubject: Win\nDate: today\n\nClick"
    assert text_of_kind(fragments_of(text, answers=False), Kind.NEW) == text


def test_a_forwarded_letter_is_content_even_in_an_answer() -> None:
    text = (
        "Вот их письмо.\n\n-------- Пересылаемое сообщение --------\n"
        '13.10.2026, 12:05, "Банк" <b@c.example>:\n\nСчёт закрыт.'
    )
    assert text_of_kind(fragments_of(text, answers=True), Kind.NEW) == text


def test_a_fact_below_the_greeting_is_no_signature() -> None:
    text = "Не работает сайт.\n\nС уважением, Иван\nЛогин: u1204\n-- \nИван\nТел.: 123-45-67"
    fragments = fragments_of(text, answers=False)
    assert "Логин: u1204" in text_of_kind(fragments, Kind.NEW)
    assert text_of_kind(fragments, Kind.SIGNATURE) == "--\nИван\nТел.: 123-45-67"


def test_a_single_line_with_a_mark_may_be_meant_so() -> None:
    text = "Журнал пишет:\n> 5\nи больше ничего."
    assert text_of_kind(fragments_of(text, answers=True), Kind.NEW) == text


def test_a_reply_of_marks_alone_has_no_new_text() -> None:
    assert text_of_kind(fragments_of("> Здравствуйте\n> Версия?", answers=True), Kind.NEW) == ""


def test_a_reply_that_would_be_all_quote_without_marks_is_new() -> None:
    text = "13.10.2026, 12:05, Поддержка <a@b.example>:\nобновление 7.1 не ставится"
    assert text_of_kind(fragments_of(text, answers=True), Kind.NEW) == text


@pytest.mark.parametrize(
    "line",
    [
        "Логин:",
        "Вчера в 12:05 сайт ответил так:",
        "Письмо от anna@example.org получено, а сайт не работает с 13.10.2026 12:05, вот журнал:",
        "x" * 1_000 + " 13.10.2026 12:05 пишет:",
    ],
)
def test_ordinary_lines_introduce_no_quote(line: str) -> None:
    assert not is_attribution(line)


def read(markup: str, subject: str) -> Letter:
    """Read a letter of HTML alone."""
    head = f"From: a@b.example\nSubject: {subject}\nContent-Type: text/html; charset=utf-8\n\n"
    return read_letter((head + markup).encode())


@pytest.mark.parametrize("program", sorted(path.stem for path in SAMPLES.glob("*.html")))
def test_quotes_in_the_html_of_mail_programs_are_folded_and_kept(program: str) -> None:
    letter = read((SAMPLES / f"{program}.html").read_text(encoding="utf-8"), "Re: x")
    assert letter.new_text == "Спасибо!"
    assert "Версия?" in letter.quoted_text


# Outlook marks answers and letters that are passed on alike: there only the subject tells them apart.
@pytest.mark.parametrize(
    ("program", "subject"),
    [
        (path.stem, subject)
        for path in sorted((SAMPLES / "forwarded").glob("*.html"))
        for subject in ("Fwd: x", "x", "Re: x")
        if (path.stem, subject) != ("outlook", "Re: x")
    ],
)
def test_what_is_passed_on_in_html_is_content(program: str, subject: str) -> None:
    letter = read((SAMPLES / "forwarded" / f"{program}.html").read_text(encoding="utf-8"), subject)
    assert letter.new_text.startswith("Посмотрите")
    assert "Версия?" in letter.new_text


def test_a_quote_above_a_letter_that_is_passed_on_is_folded_all_the_same() -> None:
    markup = (
        "<p>Смотрите</p><div class=gmail_quote>прежнее</div><p>-------- Пересылаемое сообщение --------</p>"
        "<blockquote type=cite>письмо банка</blockquote>"
    )
    letter = read(markup, "Re: x")
    assert ("прежнее" in letter.new_text, "письмо банка" in letter.new_text) == (False, True)
    assert letter.quoted_text == "прежнее"


def test_html_without_marks_is_left_to_its_lines() -> None:
    assert (
        fragments_of_markup("<p>Спасибо!</p><blockquote>цитата из книги</blockquote>", answers=True) is None
    )


def test_a_forwarded_letter_in_html_is_content() -> None:
    markup = (
        '<div>Их письмо:</div><div class="gmail_quote"><div>---------- Forwarded message ---------'
        "<br>От: Банк</div>Счёт закрыт</div>"
    )
    assert fragments_of_markup(markup, answers=True) is None
