"""Charsets of letters: aliases, lies, guesses."""

import pytest

from reglament.desk.channels.email.charsets import codec_named, decode, guess, one_line, readable

RUSSIAN = (
    "Здравствуйте",
    "Не работает",
    "СРОЧНО: НЕ РАБОТАЕТ САЙТ",
    "Ошибка 500 на сайте",
    "акт",
    "Добрый день! Прошу прислать счёт за октябрь. С уважением, Ольга.",
)


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("windows-1251", "cp1251"),
        ("CP-1251", "cp1251"),
        ("win-1251", "cp1251"),
        ('"koi8-r"', "koi8-r"),
        ("KOI8-U", "koi8-u"),
        ("x-cp1251", "cp1251"),
        ("cp866", "cp866"),
        ("UTF8", "utf-8"),
        ("us-ascii", "ascii"),
    ],
)
def test_labels_are_aliases(label: str, codec: str) -> None:
    assert codec_named(label) == codec


@pytest.mark.parametrize(
    "label", ["punycode", "idna", "unicode_escape", "rot13", "zip", "none", "", "\x00", "я"]
)
def test_codecs_that_are_no_charsets_of_letters_are_refused(label: str) -> None:
    assert codec_named(label) is None


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r", "cp866", "utf-8"])
@pytest.mark.parametrize("text", RUSSIAN)
def test_russian_without_a_label_is_guessed(text: str, codec: str) -> None:
    assert guess(text.encode(codec)) == text


def test_an_unknown_label_is_a_defect_and_the_text_is_read_all_the_same() -> None:
    assert decode("Не работает".encode("cp1251"), "x-nonsense") == (
        "Не работает",
        ("charset_unknown", "charset_guessed"),
    )


@pytest.mark.parametrize("label", ["us-ascii", "iso-8859-1", "windows-1252", "koi8-r", "cp1251"])
def test_a_label_that_lies_about_utf_8_is_not_believed(label: str) -> None:
    assert decode("Не открывается".encode(), label)[0] == "Не открывается"


def test_a_western_label_on_russian_octets_is_not_believed() -> None:
    assert decode("Не открывается сайт".encode("cp1251"), "iso-8859-1")[0] == "Не открывается сайт"


def test_a_western_label_on_western_octets_is_believed() -> None:
    assert decode("Le café est fermé à midi".encode("latin-1"), "iso-8859-1")[0] == "Le café est fermé à midi"


def test_the_hint_is_taken_where_the_label_is_absent() -> None:
    assert decode("Иван".encode("koi8-r"), None, ("koi8-r",))[0] == "Иван"


def test_utf_8_with_a_broken_place_stays_utf_8() -> None:
    text, defects = decode("Перезагрузка не помогла".encode()[:-1], "utf-8")
    assert text == "Перезагрузка не помогл\ufffd"
    assert defects == ("charset_guessed", "charset_damaged")


def test_what_a_database_cannot_keep_is_taken_out_of_texts() -> None:
    assert readable("a\x00b\r\nc\ud800\rd\u2028e\x1b[1m\tf") == "ab\nc\nd\ne[1m\tf"


def test_a_field_is_one_line_without_characters_that_disguise() -> None:
    assert one_line(" счёт\u202egpj.exe\r\nBcc: x\x00 ") == "счётgpj.exe Bcc: x"
