"""What is written into a field arrives as it was written."""

from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from hypothesis import given
from hypothesis import strategies as st

from reglament.desk.notices.mime import WIRE

WORDS = st.lists(
    st.text(st.sampled_from("абвгдеёжзийклмнопрстуфхцчшщъыьэюяabc№«»—0123"), min_size=1, max_size=24),
    min_size=1,
    max_size=20,
).map(" ".join)


def _shown(field: str) -> str:
    return str(make_header(decode_header(field)))


@given(subject=WORDS, name=WORDS)
def test_no_space_is_lost_between_encoded_words(subject: str, name: str) -> None:
    message = EmailMessage(policy=WIRE)
    message["Subject"] = f"[X-1001] {subject}"
    message["From"] = Address(display_name=name, addr_spec="desk@example.org")
    message.set_content("…", cte="quoted-printable")
    raw = message.as_bytes()
    read = message_from_bytes(raw)
    assert _shown(read["Subject"]) == f"[X-1001] {subject}"
    shown, address = parseaddr(read["From"])
    assert (_shown(shown), address) == (name, "desk@example.org")
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


def test_a_long_russian_subject_is_folded_into_short_lines() -> None:
    message = EmailMessage(policy=WIRE)
    message["Subject"] = "[X-1001] Приняли ваше обращение: Не открывается сайт после обновления окружения"
    lines = message.as_bytes().split(b"\r\n")
    assert max(len(line) for line in lines) <= 78
