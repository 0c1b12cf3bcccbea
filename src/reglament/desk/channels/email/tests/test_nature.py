"""Automatic letters, bounces, complaints, loops, and to what the desk may answer by itself."""

import json
from pathlib import Path

import pytest

from reglament.desk.channels.email.nature import Nature, Recognition, recognise
from reglament.desk.channels.email.reading import read_letter

SAMPLES = Path(__file__).parents[6] / "tests" / "letters" / "samples"
OURS = ("help@desk.example", "abuse@desk.example")
MARK = "desk-1.desk.example"


def recognised(raw: bytes | str, envelope_from: str = "anna@example.org") -> Recognition:
    """Recognise a raw letter, given as octets, as fields, or as the name of a sample."""
    if isinstance(raw, str):
        raw = (SAMPLES / raw).read_bytes() if raw.endswith(".eml") else f"{raw}\n\nwords".encode()
    return recognise(read_letter(raw), envelope_from=envelope_from, own_addresses=OURS, loop_mark=MARK)


def of(*fields: str, envelope_from: str = "anna@example.org") -> Recognition:
    """Recognise a letter from Anna with further fields."""
    return recognised("\n".join(["From: anna@example.org", *fields]), envelope_from)


def test_an_ordinary_letter_may_be_answered() -> None:
    assert of("Subject: Help") == Recognition(Nature.ORDINARY, "")
    assert of("Auto-Submitted: no (a comment)").may_answer
    assert of("Precedence: first-class").may_answer


@pytest.mark.parametrize(
    ("field", "nature", "reason"),
    [
        ("Auto-Submitted: auto-replied", Nature.REPLIED, "auto_submitted"),
        ("Auto-Submitted: (comment) Auto-Replied; owner-email=a@b", Nature.REPLIED, "auto_submitted"),
        ("Auto-Submitted: auto-generated", Nature.GENERATED, "auto_submitted"),
        ("Auto-Submitted: auto-notified", Nature.GENERATED, "auto_submitted"),
        ("X-Autoreply: yes", Nature.REPLIED, "autoreply_field"),
        ("X-Autorespond: x", Nature.REPLIED, "autoreply_field"),
        ("Precedence: auto_reply", Nature.REPLIED, "precedence"),
        ("Subject: Автоматический ответ: отпуск", Nature.REPLIED, "subject"),
        ("Subject: Out of Office", Nature.REPLIED, "subject"),
        ("Subject: Automatic reply: Re: x", Nature.REPLIED, "subject"),
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
            Nature.ORDINARY,
            "",
        ),
    ],
)
def test_automatic_letters_are_told_by_their_marks(field: str, nature: Nature, reason: str) -> None:
    found = of(field)
    assert (found.nature, found.reason, found.unanswerable) == (nature, reason, reason)


@pytest.mark.parametrize(
    "subject",
    ["Re: Автоматический ответ: отпуск", "Автоответ не включается", "Out of office printer is broken"],
)
def test_a_person_may_speak_of_automatic_answers(subject: str) -> None:
    assert of(f"Subject: {subject}").nature is Nature.ORDINARY


def test_a_letter_without_an_envelope_sender_is_never_answered_but_is_worth_a_ticket() -> None:
    found = of("Subject: Help", envelope_from="")
    assert (found.nature, found.may_answer) == (Nature.GENERATED, False)


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("List-Id: <news.example.org>", "mailing_list"),
        ("List-Unsubscribe: <mailto:x@y>", "mailing_list"),
        ("Precedence: bulk", "precedence"),
        ("Precedence: JUNK", "precedence"),
        ("X-Auto-Response-Suppress: DR, AutoReply", "suppressed"),
        ("Reply-To: noreply@example.org", "unattended_address"),
        ("Reply-To: HELP@desk.example", "own_address"),
    ],
)
def test_what_forbids_an_answer_does_not_make_a_letter_automatic(field: str, reason: str) -> None:
    found = of(field)
    assert (found.nature, found.unanswerable) == (Nature.ORDINARY, reason)


def test_a_request_for_silence_on_receipts_alone_forbids_no_answer() -> None:
    assert of("X-Auto-Response-Suppress: RN, NRN").may_answer


@pytest.mark.parametrize(
    "sender",
    [
        "mailer-daemon@x.example", "postmaster@x.example", "owner-list@x.example", "list-request@x.example",
        "no-reply@x.example", "NoReply@x.example", "do_not_reply@x.example", "billing-noreply@x.example",
        "bounces+anna=example.org@x.example",
    ],
)  # fmt: skip
def test_addresses_that_nobody_reads_get_no_answer(sender: str) -> None:
    assert recognised(f"From: {sender}").unanswerable == "unattended_address"
    assert of(envelope_from=sender).unanswerable == "unattended_address"


def test_a_letter_of_ours_that_comes_back_is_a_loop() -> None:
    assert of(f"X-Reglament-Desk: {MARK.upper()}").nature is Nature.LOOP
    assert of("X-Reglament-Desk: another.desk.example").nature is Nature.ORDINARY
    assert recognised("From: Help@Desk.example").reason == "own_address"
    assert of(*["Received: from a by b"] * 51).reason == "too_many_hops"


def test_a_delivery_report_is_read_with_the_letter_that_it_speaks_of() -> None:
    bounce = recognised("11_bounce_failed.eml", "").bounce
    assert bounce is not None
    assert bounce.formal
    assert bounce.original_ids == ("<sd-1042.2.d4e5f6@desk.example.com>",)
    assert [report.as_json() for report in bounce.reports] == [
        {
            "recipient": "anna.petrova@example.org",
            "action": "failed",
            "status": "5.1.1",
            "diagnostic": "smtp; 550 5.1.1 User unknown",
            "permanent": True,
        }
    ]


def report_head(kind: str) -> str:
    """Write the fields of a report of this kind."""
    return f"From: robot@x.example\nContent-Type: multipart/report; report-type={kind}; boundary=e\n\n"


def report(*groups: str) -> bytes:
    """Write a delivery report with these groups."""
    head = report_head("delivery-status")
    body = "\n\n".join(["Reporting-MTA: dns; x.example", *groups])
    return f"{head}--e\n\nwords\n--e\nContent-Type: message/delivery-status\n\n{body}\n--e--\n".encode()


def test_each_recipient_of_a_delivery_report_has_its_own_state() -> None:
    bounce = recognised(
        report(
            "Final-Recipient: rfc822; a@x.example\nAction: delayed\nStatus: 4.4.7",
            "Final-Recipient: rfc822;<B@x.example>\nAction: Failed\nStatus: 5.2.2 (mailbox full)",
            "Original-Recipient: rfc822; c@x.example\nAction: delivered\nStatus: 2.0.0",
            "Final-Recipient: rfc822; d@x.example\nAction: failed\nStatus: 4.4.1",
        ),
        "",
    ).bounce
    assert bounce is not None
    assert [(one.recipient, one.action, one.status, one.permanent) for one in bounce.reports] == [
        ("a@x.example", "delayed", "4.4.7", False),
        ("b@x.example", "failed", "5.2.2", True),
        ("c@x.example", "delivered", "2.0.0", False),
        ("d@x.example", "failed", "4.4.1", False),
    ]


def test_a_bounce_in_plain_russian_is_read() -> None:
    raw = (
        "From: Mail Delivery System <mailer-daemon@yandex.example>\nTo: help@desk.example\n"
        "Subject: Недоставленное сообщение\nContent-Type: text/plain; charset=utf-8\n\n"
        "Это письмо создано почтовым сервером автоматически.\nПисьмо не доставлено: boris@client.example\n"
        "550 5.7.1 No such user!\n\n--- Заголовки письма ---\nMessage-ID: <one.two@desk.example>\n"
    ).encode()
    bounce = recognised(raw, "").bounce
    assert bounce is not None
    assert (bounce.formal, bounce.original_ids) == (False, ("<one.two@desk.example>",))
    assert [(one.recipient, one.action, one.status, one.permanent) for one in bounce.reports] == [
        ("boris@client.example", "failed", "5.7.1", True)
    ]


def test_a_person_who_speaks_of_undelivered_mail_is_no_bounce() -> None:
    assert of("Subject: Почта не доставляется").nature is Nature.ORDINARY


def test_a_complaint_is_read_by_its_fields() -> None:
    found = recognised("14_arf_complaint.eml")
    assert found.nature is Nature.COMPLAINT
    assert not found.may_answer
    assert found.complaint is not None
    assert found.complaint.as_json() == {
        "format": "arf",
        "feedback_type": "abuse",
        "source_ip": "192.0.2.55",
        "reported_domain": ["vps77.example.com"],
        "reported_uri": ["http://vps77.example.com/win"],
        "arrival_date": "2026-10-12T23:59:01+03:00",
        "original_mail_from": "news@vps77.example.com",
        "original_rcpt_to": ["victim@example.org"],
        "reporting_mta": "mail.example.org",
        "user_agent": "ExampleFBL/1.4",
        "incidents": 1,
        "other": {},
    }


def complaint(feedback: str, part: str = "") -> bytes:
    """Write a complaint with these fields and a third part."""
    head = report_head("feedback-report")
    body = f"--e\n\nw\n--e\nContent-Type: message/feedback-report\n\n{feedback}\n--e\n{part}\n--e--\n"
    return (head + body).encode()


def test_unknown_types_and_fields_of_complaints_are_kept() -> None:
    found = recognised(
        complaint(
            "Feedback-Type: invented\nIncidents: 7\nReported-Domain: a.example\nReported-Domain: b.example\n"
            "X-More: one\nX-More: two\nSource-IP: nonsense\nArrival-Date: someday"
        )
    ).complaint
    assert found is not None
    assert (found.feedback_type, found.incidents, found.source_ip, found.arrival_date) == (
        "invented",
        7,
        "",
        "someday",
    )
    assert found.reported_domain == ("a.example", "b.example")
    assert found.other == {"x-more": ["one", "two"]}


def test_a_complaint_in_json_is_read() -> None:
    said = json.dumps(
        {
            "xarf_version": "4.0.0",
            "category": "messaging",
            "type": "spam",
            "source_identifier": "2001:db8::5",
            "timestamp": "2026-10-12T20:59:01Z",
            "reporter": {"org": "X"},
            "url": "http://a.example/",
        }
    )
    found = recognised(
        complaint("Feedback-Type: xarf", f"Content-Type: application/json\n\n{said}")
    ).complaint
    assert found is not None
    assert (found.format, found.feedback_type, found.source_ip) == ("xarf", "spam", "2001:db8::5")
    assert (found.arrival_date, found.reported_uri) == ("2026-10-12T20:59:01+00:00", ("http://a.example/",))


@pytest.mark.parametrize("part", ["{", "[1]", "[" * 100_000, '"x"'])
def test_json_that_cannot_be_read_leaves_the_complaint_as_it_stands(part: str) -> None:
    found = recognised(
        complaint("Feedback-Type: xarf", f"Content-Type: application/json\n\n{part}")
    ).complaint
    assert found is not None
    assert (found.format, found.feedback_type) == ("arf", "xarf")


def test_a_complaint_in_the_old_form_is_read() -> None:
    raw = (
        b"From: a@x.example\nX-XARF: PLAIN\nContent-Type: multipart/mixed; boundary=e\n\n--e\n\nw\n--e\n"
        b"Content-Type: text/plain; name=report.txt\n\nReport-Type: login-attack\nSource: 192.0.2.9\n"
        b"Date: Mon, 12 Oct 2026 23:59:01 +0300\nService: ssh\n--e--\n"
    )
    found = recognised(raw).complaint
    assert found is not None
    assert (found.format, found.feedback_type, found.source_ip) == ("x-arf", "login-attack", "192.0.2.9")
    assert found.other == {"service": ["ssh"]}


def test_receipts_are_automatic_answers() -> None:
    body = "--e\n\nread\n--e\nContent-Type: message/disposition-notification\n\nDisposition: x\n--e--\n"
    assert recognised((report_head("disposition-notification") + body).encode()).nature is Nature.REPLIED
