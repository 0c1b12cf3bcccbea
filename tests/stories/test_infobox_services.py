"""The clauses of Infobox on its services: whose care something is, and how far support goes."""

from __future__ import annotations

import logging
import re

import pytest
from django.urls import reverse

from reglament.desk.operations.models import AuditEvent
from reglament.desk.tickets.models import Ticket
from tests.stories.cast import ANNA, BORIS, VERA
from tests.stories.reading import everywhere, rows_with
from tests.stories.staff import Declined
from tests.stories.stage import Stage

SCAN = ("scan.png", b"\x89PNG scan")


def care(stage: Stage, ticket: Ticket) -> tuple[str, str]:
    """Say whose care a request is, and how far support goes."""
    decision = stage.decision(ticket)
    return decision["responsibility"], decision["service_level"]


def test_INF_6_tested_software_draws_the_border_of_cloud_hosting(infobox: Stage) -> None:
    """INF-6: access by FileZilla is support's care, by another program the client's; unnamed, it is asked."""
    anna = infobox.signed_in(ANNA)
    tested = anna.asks(
        "access_problem", service="cloud_hosting", circumstances={"client_software": "filezilla"}
    )
    untested = anna.asks(
        "access_problem", service="cloud_hosting", circumstances={"client_software": "other"}
    )
    unnamed = infobox.mail(BORIS, "Услуга: Облачный хостинг\nНе могу войти на сервер.")
    infobox.agent.names(unnamed, "access_problem")

    assert care(infobox, tested) == ("provider", "full")
    assert care(infobox, untested) == ("client", "best_effort")
    assert care(infobox, unnamed) == ("provider", "full")
    assert "INF-6" in infobox.cites(untested)
    nobody_said = anna.asks("access_problem", service="cloud_hosting")
    assert "circumstances.client_software" in infobox.decision(nobody_said)["asks"]
    assert "Какой программой вы подключаетесь? (INF-6)" in infobox.words_to(ANNA)


def test_INF_6_a_letter_is_asked_for_the_program_once_its_kind_is_named(infobox: Stage) -> None:
    """INF-6: the question reaches the client, who answers it by mail or at the page, and it is judged so."""
    by_mail = infobox.mail(VERA, "Не пускает по FTP.")
    infobox.agent.names(by_mail, "access_problem", "cloud_hosting")
    asked = infobox.letters_to(VERA)
    assert len(asked) == 2
    assert asked[-1]["Auto-Submitted"] == "auto-generated"
    assert "Какой программой вы подключаетесь? (INF-6)" in infobox.words_to(VERA)
    answer = "Какой программой вы подключаетесь? PuTTY"
    infobox.mail(VERA, answer, subject=str(asked[-1]["Subject"]), answers=asked[-1])
    assert infobox.decision(by_mail)["asks"] == []
    assert infobox.request(by_mail).facts["circumstances.client_software"]["value"] == "putty"
    assert len(infobox.letters_to(VERA)) == 2

    anna = infobox.signed_in(ANNA)
    at_the_page = infobox.mail(ANNA, "Не пускает по FTP.")
    infobox.agent.names(at_the_page, "access_problem", "cloud_hosting")
    shown = anna.ticket(at_the_page)
    assert "Какой программой вы подключаетесь?" in shown.words
    assert "ничего не требуется" not in shown.words
    after = anna.tells(at_the_page, circumstances={"client_software": "other"})
    assert "Какой программой вы подключаетесь? другая" in after.words
    assert care(infobox, at_the_page) == ("client", "best_effort")
    assert "INF-11" in infobox.words_to(ANNA)


def test_INF_6_staff_ask_for_the_program_and_write_it_down(infobox: Stage) -> None:
    """INF-6: the question can be asked by a person, then it is the client's turn; the answer is a fact."""
    ticket = infobox.mail(ANNA, "Не пускает по FTP.")
    infobox.agent.names(ticket, "access_problem", "cloud_hosting")

    infobox.agent.asks_for(ticket, "circumstances.client_software")

    assert "Какой программой вы подключаетесь? (INF-6)" in infobox.words_to(ANNA)
    assert "ход клиента" in infobox.agent.ticket(ticket).words
    assert "Ваш ход: не хватает сведений" in infobox.signed_in(ANNA).ticket(ticket).words
    infobox.agent.corrects(ticket, {"circumstances.client_software": "filezilla"})
    assert infobox.decision(ticket)["asks"] == []
    assert not infobox.signed_in(ANNA).ticket(ticket).leads_to("/supply/1/")


def test_INF_7_access_that_lies_open_in_a_letter_is_taken_into_the_vault(infobox: Stage) -> None:
    """INF-7: a letter names the access in a line: nobody but the assignee reads it, whatever the kind is."""
    value = "root@203.0.113.7 / S3cretPW77"
    ticket = infobox.mail(ANNA, f"Поставьте панель.\nДоступ к серверу: {value}\nСпасибо!")
    assert "Доступ к серверу: ••• в сейфе" in infobox.agent.ticket(ticket).words
    assert "Доступ к серверу: ••• в сейфе" in ticket.messages.get().text
    assert infobox.request(ticket).facts["fields.server_access"]["value"].startswith("vault:")
    assert rows_with("S3cretPW77") == []
    assert "S3cretPW77" not in infobox.agent.ticket(ticket).words
    assert "S3cretPW77" not in infobox.words_to(ANNA)

    infobox.agent.names(ticket, "rented_software_installation", "vps")
    assert infobox.decision(ticket)["missing"] == []
    infobox.agent.takes(ticket)
    assert infobox.agent.reveals(ticket, "server_access", "ставлю панель") == value

    infobox.later(minutes=5)
    infobox.mail(ANNA, "Доступ к серверу: root / An0therPW88", answers=infobox.letters_to(ANNA)[-1])
    assert rows_with("An0therPW88") == []
    infobox.request(ticket).secrets.get(field="server_access", created_at=infobox.now)

    letter = infobox.desk.raw_letters.get(message=ticket.messages.order_by("pk").first())
    address = reverse("workspace:letter", args=[infobox.desk.slug, letter.pk])
    browser = infobox.agent.browser
    page = browser.open(address)
    assert "S3cretPW77" not in page.words
    shown = browser.send(page, "", {"reason": "письмо пришло искажённым"})
    assert "S3cretPW77" in shown.words
    assert infobox.audited("read_letter_source").reason == "письмо пришло искажённым"


def test_INF_7_what_must_be_confirmed_and_what_is_missing_are_told_in_one_letter(infobox: Stage) -> None:
    """INF-7: rented software is asked for by mail: one letter says where to confirm, and what to give."""
    ticket = infobox.mail(BORIS, "Поставьте панель управления.")

    infobox.agent.names(ticket, "rented_software_installation", "vps")

    letters = infobox.letters_to(BORIS)
    assert len(letters) == 2
    said = infobox.words_to(BORIS)
    assert "Нужно ваше подтверждение" in said
    assert "INF-3" in said
    assert "(INF-7)" in said
    assert "Пароли и другой доступ не присылайте письмом" in said
    shown = infobox.signed_in(BORIS).ticket(ticket).words
    assert "Ваш ход: подтвердите" in shown
    assert "ход клиента" in infobox.agent.ticket(ticket).words


def test_INF_7_the_form_demands_the_service_even_where_it_is_chosen_already(infobox: Stage) -> None:
    """INF-7: rented software belongs to a service; one that the address names may change, not go."""
    anna = infobox.signed_in(ANNA)
    chosen = anna.form("rented_software_installation", service="vps")

    assert "ни о какой" not in chosen.words
    assert "ни о какой" not in anna.form("rented_software_installation").words
    assert "ни о какой" in anna.form("consultation", service="vps").words


def test_INF_8_the_mail_program_is_asked_for_when_the_kind_is_named(infobox: Stage) -> None:
    """INF-8: a letter about mail that names no program is answered with the question."""
    ticket = infobox.mail(VERA, "Почта не приходит.")

    infobox.agent.names(ticket, "mail_access_problem", "office24")

    assert "Какой программой вы подключаетесь? (INF-8)" in infobox.words_to(VERA)


def test_INF_9_the_page_of_terms_names_the_days_of_a_replacement(infobox: Stage) -> None:
    """INF-9: beside the first answer, the client reads within how many days a component is replaced."""
    shown = infobox.signed_in(ANNA).entitlements().words

    assert re.search(r"Первый ответ .{0,20}INF-2 1 час", shown)
    assert re.search(r"Замена комплектующих .{0,20}INF-9 5 рабочих дней", shown)


def test_INF_6_own_scripts_are_the_clients(infobox: Stage) -> None:
    """INF-6: an unavailable environment is support's care, an error in the client's own script is not."""
    anna = infobox.signed_in(ANNA)
    environment = anna.asks("environment_unavailable", service="cloud_hosting")
    script = anna.asks("script_error", service="cloud_hosting")

    assert care(infobox, environment) == ("provider", "full")
    assert care(infobox, script) == ("client", "best_effort")
    assert "INF-6" in anna.ticket(script).words


def test_INF_7_access_to_a_server_lies_in_the_vault_and_nowhere_else(
    infobox: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """INF-7: rented software needs access, which only the assignee sees, with a reason that is kept."""
    caplog.set_level(logging.DEBUG)
    secret = "root/Zq81-tayna-kljuch"
    anna = infobox.signed_in(ANNA)
    ticket = anna.asks("rented_software_installation", "Поставьте панель.", service="vps", incomplete=True)
    assert infobox.decision(ticket)["missing"] == ["server_access"]
    assert "INF-7" in infobox.words_to(ANNA)

    infobox.later(minutes=5)
    shown = anna.supplies(ticket, server_access=secret)
    infobox.agent.replies(ticket, "Доступ получили.")
    infobox.work()

    assert infobox.decision(ticket)["outcome"] == "accept"
    pages = shown.words + anna.ticket(ticket).words + anna.why(ticket).words
    assert secret not in pages + caplog.text
    assert everywhere(secret) == []
    with pytest.raises(Declined):
        infobox.agent.reveals(ticket, "server_access", "посмотреть")
    infobox.agent.takes(ticket)
    with pytest.raises(Declined):
        infobox.agent.reveals(ticket, "server_access", " ")
    assert infobox.agent.reveals(ticket, "server_access", "ставлю панель") == secret
    seen = AuditEvent.objects.get(what="reveal_secret")
    assert (seen.account, seen.reason) == (infobox.agent.member.account, "ставлю панель")
    assert everywhere(secret) == []


def test_INF_7_the_panel_is_ours_the_services_within_are_not(infobox: Stage) -> None:
    """INF-7: the panel in full; paid administration by an assignment; other administering is the client's."""
    anna = infobox.signed_in(ANNA)
    panel = anna.asks("panel_unavailable", service="vps")
    administered = anna.asks("service_administration", service="vps")
    paid = anna.asks(
        "paid_administration", service="vps", fields={"technical_assignment": "Настроить nginx."}
    )

    assert care(infobox, panel) == ("provider", "full")
    assert care(infobox, administered) == ("client", "best_effort")
    assert care(infobox, paid) == ("provider", "full")
    assert infobox.decision(paid)["offer"] == "paid"
    assert "за плату" in infobox.words_to(ANNA)


def test_INF_8_an_old_mail_program_and_https_without_a_certificate_are_the_clients(infobox: Stage) -> None:
    """INF-8: tested mail programs are support's care while they are up to date, SharePoint by http always."""
    anna = infobox.signed_in(ANNA)
    mac = {"client_software": "outlook_2011_mac"}
    https = {"protocol": "https"}
    current = anna.asks("mail_access_problem", service="office24", circumstances=mac)
    outdated = anna.asks(
        "mail_access_problem", service="office24", circumstances={**mac, "client_updated": "false"}
    )
    bought = anna.asks("sharepoint_unavailable", service="office24", circumstances=https)
    not_bought = anna.asks(
        "sharepoint_unavailable", service="office24", circumstances={**https, "certificate": "false"}
    )
    lync = anna.asks("lync_unavailable", service="office24", circumstances={"client_software": "other"})

    ours, theirs = ("provider", "full"), ("client", "best_effort")
    assert [care(infobox, one) for one in (current, outdated)] == [ours, theirs]
    assert [care(infobox, one) for one in (bought, not_bought)] == [ours, theirs]
    assert care(infobox, lync) == theirs
    assert "INF-8" in infobox.cites(outdated)


def test_INF_9_a_component_is_replaced_within_five_working_days(infobox: Stage) -> None:
    """INF-9: five working days from Monday the 2nd of March end with the 10th, since the 9th is a day off."""
    anna = infobox.signed_in(ANNA)
    ticket = anna.asks("component_replacement", "Сгорел диск.", service="dedicated_server")
    assert infobox.owes(ticket) == {
        "first_response": "2026-03-02 11:00",
        "component_replacement": "2026-03-11 00:00",
    }
    assert "10 марта, 24:00" in anna.ticket(ticket).words

    infobox.agent.replies(ticket, "Заменим.")
    infobox.at("2026-03-10 23:00")
    infobox.agent.completes(ticket)
    infobox.at("2026-03-11 12:00")
    infobox.work()
    assert infobox.owed(ticket, "component_replacement").state == "met"


def test_INF_9_a_server_is_rebooted_only_by_an_authorised_request(infobox: Stage) -> None:
    """INF-9: asked for by phone, a reboot leads to the panel and owes no answer; confirmed there, it does."""
    ticket = infobox.agent.logs_call(
        "Просит перезагрузить", of=ANNA, kind="reboot", service="dedicated_server"
    )
    decision = infobox.decision(ticket)
    assert (decision["outcome"], decision["redirect_to"]) == ("redirect", ["portal"])
    assert "INF-4" in infobox.agent.kept_from(ticket, "complete")

    infobox.later(minutes=2)
    infobox.signed_in(ANNA).confirms(ticket)

    assert infobox.owes(ticket) == {"first_response": "2026-03-02 11:02"}
    infobox.agent.completes(ticket)
    assert infobox.decision(ticket)["service_level"] == "full"


def test_INF_10_a_server_goes_to_a_trusted_person_with_a_power_of_attorney(infobox: Stage) -> None:
    """INF-10: without the power of attorney it is asked for; with its scan the request is complete."""
    anna = infobox.signed_in(ANNA)
    person, purpose = {"recipient": "trusted_person"}, {"purpose": "вывоз"}
    without = anna.asks(
        "server_handover", service="colocation", circumstances=person, fields=purpose, incomplete=True
    )
    assert infobox.decision(without)["missing"] == ["power_of_attorney"]
    assert "Доверенность (INF-10)" in infobox.words_to(ANNA)

    complete = anna.asks(
        "server_handover",
        service="colocation",
        circumstances=person,
        fields=purpose,
        files={"fields.power_of_attorney": SCAN},
    )
    assert infobox.decision(complete)["outcome"] == "accept"
    assert care(infobox, complete) == ("provider", "full")


def test_INF_10_a_component_that_is_not_in_stock_cannot_be_lent(infobox: Stage) -> None:
    """INF-10: a loan is a paid service; out of stock it is not covered, and the terms stand."""
    ticket = infobox.signed_in(ANNA).asks("component_loan", service="colocation")
    assert infobox.decision(ticket)["outcome"] == "accept"

    infobox.agent.corrects(ticket, {"circumstances.in_stock": False}, "на складе пусто")

    decision = infobox.decision(ticket)
    assert (decision["outcome"], decision["offer"]) == ("not_covered", "paid")
    assert "INF-10" in infobox.cites(ticket)


def test_INF_11_beyond_the_border_support_still_tries(infobox: Stage) -> None:
    """INF-11: what is foreign to the service is accepted with best effort; the client reads both clauses."""
    anna = infobox.signed_in(ANNA)
    ticket = anna.asks("sharepoint_unavailable", service="vps")

    assert infobox.decision(ticket)["outcome"] == "accept"
    assert care(infobox, ticket) == ("client", "best_effort")
    assert {"INF-7", "INF-11"} <= infobox.cites(ticket)
    assert "INF-11" in infobox.words_to(ANNA)
    assert "INF-7" in anna.why(ticket).words


def test_INF_11_the_service_must_be_known_to_draw_the_border(infobox: Stage) -> None:
    """INF-11: a letter that names no service is asked for it, and complete once the agent knows."""
    ticket = infobox.mail(VERA, "Пропало питание.")
    infobox.agent.names(ticket, "power_loss")
    decision = infobox.decision(ticket)
    assert (decision["outcome"], decision["missing"]) == ("needs_information", ["service"])

    infobox.agent.names(ticket, "power_loss", "colocation")

    assert infobox.decision(ticket)["outcome"] == "accept"
    assert care(infobox, ticket) == ("provider", "full")


def test_INF_12_force_majeure_excuses_the_work_and_not_the_answer(infobox: Stage) -> None:
    """INF-12: a flood excuses the breach of the replacement, with the clause; the answer is still owed."""
    anna = infobox.signed_in(ANNA)
    ticket = anna.asks("component_replacement", "Сгорел диск.", service="dedicated_server")
    infobox.later(minutes=10)
    infobox.agent.corrects(ticket, {"circumstances.cause": "force_majeure"}, "наводнение")
    assert care(infobox, ticket) == ("outside", "best_effort")

    infobox.at("2026-03-11 09:00")
    infobox.work()

    answer = infobox.owed(ticket, "first_response")
    work = infobox.owed(ticket, "component_replacement")
    assert (answer.state, work.state) == ("breached", "excused")
    assert work.excused_by == "INF-12"
    assert "INF-12" in anna.ticket(ticket).words


def test_INF_12_a_term_that_is_excused_neither_reads_as_late_nor_stands_first(infobox: Stage) -> None:
    """INF-12: with the answer given, what a flood holds up waits behind what is still due."""
    flooded = infobox.signed_in(ANNA).asks(
        "component_replacement", "Сгорел диск.", service="dedicated_server"
    )
    infobox.agent.corrects(flooded, {"circumstances.cause": "force_majeure"}, "наводнение")
    infobox.later(minutes=10)
    infobox.agent.replies(flooded, "Ждём, пока сойдёт вода.")
    infobox.at("2026-03-11 09:00")
    infobox.work()
    other = infobox.mail(ANNA, "Какой тариф выбрать?", subject="Тариф")

    assert infobox.queue("support") == [other, flooded]
    shown = infobox.agent.ticket(flooded).words
    assert "просрочено" not in shown
    assert "без нарушения" in shown
    assert "INF-12" in shown
