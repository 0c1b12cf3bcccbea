"""One corpus of letters for two desks: Russian in three charsets, HTML, files, replies.

Made anew from its seed in each process, letter by letter, so that neither desk reads it from memory.
Nothing here needs a library: the environment of the peer has its own.
"""

from __future__ import annotations

import random
from base64 import encodebytes
from collections.abc import Callable, Iterator
from email.header import Header

CHARSETS = ("utf-8", "windows-1251", "koi8-r")
_WORDS = (
    "сайт сервер почта доступ ошибка панель домен оплата резервная копия настройка запрос письмо время "
    "работает открывается после вчера сегодня пожалуйста проверьте помогите адрес пароль тариф журнал диск"
)
WORDS = _WORDS.split()
FILE_SIZE = 100 * 1024


def letters(count: int, seed: int, to: str, reference: Callable[[int], str]) -> Iterator[tuple[bytes, str]]:
    """Give so many letters and their senders: octets as they come over the wire, without surprises.

    A fifth answer an earlier letter of the corpus, by In-Reply-To and by `reference(n)` in the subject,
    where `n` counts the letters that began a matter, from 0. A third have HTML beside the text, a
    seventh a file of 100 KB.
    """
    chance = random.Random(seed)  # noqa: S311 - a corpus, not a secret
    begun: list[tuple[str, str]] = []
    for number in range(count):
        identity = f"<{seed}.{number}@mail.example.org>"
        if number % 5 == 4 and begun:
            matter = chance.randrange(len(begun))
            sender, answered = begun[matter]
            subject = f"Re: [{reference(matter)}] {_words(chance, 4)}"
        else:
            sender, answered = f"client{chance.randrange(5_000)}@example.org", ""
            subject = _words(chance, 5)
            begun.append((sender, identity))
        yield _letter(chance, number, sender, to, subject, identity, answered), sender


def _letter(
    chance: random.Random, number: int, sender: str, to: str, subject: str, identity: str, answered: str
) -> bytes:
    charset = CHARSETS[number % 3]
    text = "\n".join(_words(chance, 12) for _ in range(8)) + "\n\n-- \nИван, отдел снабжения\n"
    parts = [("text/plain", text)]
    if number % 3 == 1:
        lines = "".join(f"<p>{line}</p>" for line in text.splitlines())
        parts.append(("text/html", f"<html><body>{lines}</body></html>"))
    body, content_type = _body(parts, charset)
    if number % 7 == 3:
        file = encodebytes(chance.randbytes(FILE_SIZE)).decode()
        body = (
            f"--outer\nContent-Type: {content_type}\n{body}\n--outer\n"
            'Content-Type: application/pdf; name="report.pdf"\nContent-Transfer-Encoding: base64\n'
            f'Content-Disposition: attachment; filename="report.pdf"\n\n{file}\n--outer--\n'
        )
        content_type = 'multipart/mixed; boundary="outer"\n'
    fields = [
        "Received: from mail.example.org by mx.example.com; Mon, 02 Mar 2026 10:15:00 +0300",
        f"From: {Header('Иван Кузнецов', charset).encode()} <{sender}>",
        f"To: {to}",
        f"Subject: {Header(subject, charset).encode()}",
        "Date: Mon, 02 Mar 2026 10:14:00 +0300",
        f"Message-ID: {identity}",
        *([f"In-Reply-To: {answered}", f"References: {answered}"] if answered else []),
        "MIME-Version: 1.0",
        f"Content-Type: {content_type}",
    ]
    return ("\n".join(fields) + body).replace("\n", "\r\n").encode("ascii")


def _body(parts: list[tuple[str, str]], charset: str) -> tuple[str, str]:
    """Give a body with the empty line before it, and its Content-Type with what else describes it."""
    coded = [(kind, encodebytes(text.encode(charset)).decode()) for kind, text in parts]
    encoding = "Content-Transfer-Encoding: base64"
    if len(coded) == 1:
        kind, content = coded[0]
        return f"\n{content}", f"{kind}; charset={charset}\n{encoding}\n"
    inner = "".join(
        f"--inner\nContent-Type: {kind}; charset={charset}\n{encoding}\n\n{content}\n"
        for kind, content in coded
    )
    return f"\n{inner}--inner--\n", 'multipart/alternative; boundary="inner"\n'


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))
