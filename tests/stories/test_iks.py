"""The clauses of IKS on what to give, priorities and terms, as its clients and its desk live by them."""

from __future__ import annotations

import pytest

from tests.stories.cast import ANNA, BORIS, VERA
from tests.stories.reading import everywhere
from tests.stories.stage import Stage

INN, INN_OF_A_PERSON = "0099234090", "009902487117"
PETR = "petr@partner.example"
POLINA = "polina@premium.example"
MAXIM = "maxim@module.example"
TARAS = "taras@trial.example"
NIKITA = "nikita@recent.example"
LEV = "lev@lite.example"
SEMYON = "semyon@standard.example"
FULL = f"ИНН организации: {INN}\nВерсия программы: 10.1\nНе открывается почта."
FIELDS = {"inn": INN, "version": "10.1"}


def test_IKS_2_an_inn_whose_digits_do_not_agree_is_none(iks: Stage) -> None:
    """IKS-2: the form says so at once; by mail it counts as missing; of a sole proprietor it has twelve."""
    polina = iks.signed_in(POLINA)
    page = polina.form("setup")
    wrong = polina.browser.send(
        page,
        "",
        {"text": "Настройте VPN.", "fields.inn": "0099234091", "fields.version": "10.1"},
    )
    assert wrong.status == 422

    assert "Это не ИНН" in wrong.words
    assert not iks.desk.tickets.exists()

    letter = iks.mail(ANNA, FULL.replace(INN, "0099234091"))
    person = iks.mail(BORIS, FULL.replace(INN, f" {INN_OF_A_PERSON} "))
    empty = iks.mail(VERA, "Помогите.")

    decision = iks.decision(letter)
    assert (decision["outcome"], decision["missing"]) == ("needs_information", ["inn"])
    assert iks.decision(person)["outcome"] == "accept"
    assert iks.decision(empty)["missing"] == ["inn", "version"]
    assert "ИНН организации (IKS-2)" in iks.words_to(VERA)
    # An answer is owed whatever is missing.
    iks.later(minutes=20)
    iks.mail(ANNA, f"ИНН организации: {INN}", answers=iks.letters_to(ANNA)[-1])
    assert iks.decision(letter)["outcome"] == "accept"


def test_IKS_2_an_inn_and_a_version_are_read_by_their_short_names(iks: Stage) -> None:
    """IKS-2: whoever writes «ИНН» and «Версия» as everybody does is not asked for them again."""
    ticket = iks.mail(ANNA, f"ИНН: {INN}\nВерсия: 10.1\nНе включается фильтр.")

    decision = iks.decision(ticket)
    assert (decision["outcome"], decision["missing"]) == ("accept", [])
    assert iks.request(ticket).facts["fields.version"]["value"] == "10.1"


def test_IKS_3_staff_ask_for_logs_and_access_and_the_ticket_waits(iks: Stage) -> None:
    """IKS-3: the question lists what is wanted; access goes into the vault; then it is the desk's turn."""
    secret = "ssh-root-Zq93"
    polina = iks.signed_in(POLINA)
    ticket = polina.asks("defect", "Падает прокси.", fields=FIELDS)
    iks.later(minutes=15)

    iks.agent.asks_for(ticket, "logs", "system_access", text="Посмотрим сами.")

    ticket.refresh_from_db()
    assert ticket.state == "waiting_client"
    words = iks.words_to(POLINA)
    assert "журналы работы программы" in words.lower()
    assert "не присылайте письмом" in words
    assert iks.owed(ticket, "first_response").state == "met"

    iks.later(hours=1)
    page = polina.supplies(ticket, system_access=secret)

    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert secret not in page.words
    assert everywhere(secret) == []
    iks.agent.takes(ticket)
    assert iks.agent.reveals(ticket, "system_access", "смотрю журналы") == secret


def test_IKS_5_the_client_closes_and_a_later_message_goes_on(iks: Stage) -> None:
    """IKS-5: closed by the client; a message soon after opens it again, a late one begins a linked ticket."""
    polina = iks.signed_in(POLINA)
    ticket = polina.asks("setup", fields=FIELDS)
    iks.agent.replies(ticket, "Готово.")
    iks.later(hours=1)
    polina.closes(ticket)
    ticket.refresh_from_db()
    assert ticket.state == "closed"

    iks.later(days=3)
    polina.writes(ticket, "Не готово.")
    ticket.refresh_from_db()
    assert ticket.state == "open"
    polina.closes(ticket)
    iks.later(days=15)
    page = polina.writes(ticket, "Снова не работает.")

    further = iks.desk.tickets.get(continues=ticket)
    assert page.address.endswith(f"/{further.number}/")
    ticket.refresh_from_db()
    assert ticket.state == "closed"


def test_IKS_6_a_matter_of_other_products_may_be_refused(iks: Stage) -> None:
    """IKS-6: setting up is what support is for; what is unrelated is a ground, and both clauses are cited."""
    setup, unrelated = iks.mail(ANNA, FULL), iks.mail(ANNA, FULL, subject="Принтер")
    iks.agent.names(setup, "setup")
    iks.agent.names(unrelated, "unrelated")

    assert iks.agent.grounds(setup) == {}
    assert iks.agent.grounds(unrelated) == {"unrelated": "IKS-16"}
    assert {"IKS-6", "IKS-16"} <= iks.cites(unrelated)
    assert setup.department.name == "support"


def test_IKS_7_the_published_regulation_names_the_products(iks: Stage) -> None:
    """IKS-7: all five editions stand in it, as they can be recorded of a client."""
    words = iks.visitor(VERA).reads("public:regulation").words

    for product in ("ИКС Стандарт", "ИКС ФСТЭК", "Контент-фильтр ИКС", "ИКС КУБ", "ИКС Lite"):
        assert product in words


def test_IKS_8_the_queue_goes_by_the_records_of_the_day(iks: Stage) -> None:
    """IKS-8: partners, Premium and module, trial, recent purchase, others; then by arrival."""
    order = [ANNA, LEV, NIKITA, TARAS, MAXIM, POLINA, PETR]
    tickets = {}
    for sender in order:
        tickets[sender] = iks.mail(sender, FULL)
        iks.later(minutes=1)

    assert [ticket.requester_address for ticket in iks.queue()] == [
        PETR,
        MAXIM,
        POLINA,
        TARAS,
        NIKITA,
        ANNA,
        LEV,
    ]
    assert [iks.decision(tickets[one])["queue"]["rank"] for one in (PETR, POLINA, LEV)] == [[1], [2], [5]]


def test_IKS_8_a_licence_counts_through_its_last_day_and_a_year_ends_on_its_date(iks: Stage) -> None:
    """IKS-8: on the 3rd of March the licence of the 2nd has run out, and the purchase is a year old."""
    licence, purchase = iks.mail(POLINA, FULL), iks.mail(NIKITA, FULL)
    iks.at("2026-03-03 00:01")
    licence_after, purchase_after = iks.mail(POLINA, FULL, subject="2"), iks.mail(NIKITA, FULL, subject="2")

    ranks = [iks.decision(one)["queue"]["rank"] for one in (licence, licence_after)]
    assert ranks == [[2], [5]]
    ranks = [iks.decision(one)["queue"]["rank"] for one in (purchase, purchase_after)]
    assert ranks == [[4], [5]]
    assert "IKS-8" in iks.cites(purchase)


def test_IKS_8_a_licence_entered_later_moves_the_ticket(iks: Stage) -> None:
    """IKS-8: a licence recorded after the letter came counts once the records are read anew."""
    ticket = iks.mail(ANNA, FULL)
    iks.lead.records(ANNA, "client.licence", "premium")
    iks.lead.records(ANNA, "client.licence_valid_until", "2026-12-31")
    assert iks.decision(ticket)["queue"]["rank"] == [5]

    iks.agent.reads_records_anew(ticket)

    assert iks.decision(ticket)["queue"]["rank"] == [2]
    assert iks.owes(ticket) == {"first_response": "2026-03-02 18:00"}


def test_IKS_9_the_longest_time_to_an_answer_goes_by_class(iks: Stage) -> None:
    """IKS-9: eight hours for partners, Premium and module, a day for trial and licence, else no limit."""
    due = {sender: iks.owes(iks.mail(sender, FULL)) for sender in (PETR, POLINA, MAXIM, TARAS, NIKITA, LEV)}
    due[ANNA] = iks.owes(iks.mail(ANNA, FULL))

    eight, day, unlimited = "2026-03-02 18:00", "2026-03-03 10:00", ""
    assert {sender: said["first_response"] for sender, said in due.items()} == {
        PETR: eight,
        POLINA: eight,
        MAXIM: eight,
        TARAS: day,
        NIKITA: day,
        LEV: unlimited,
        ANNA: unlimited,
    }
    assert "срок не ограничен" in iks.words_to(ANNA)


def test_IKS_9_what_the_table_gives_is_covered_and_the_rest_is_not(iks: Stage) -> None:
    """IKS-9: remote support for Premium, module and trial; the module gives no updates."""
    outcomes = {}
    for sender in (POLINA, MAXIM, TARAS, NIKITA, ANNA):
        for kind in ("remote_support", "product_update", "feature_development"):
            ticket = iks.agent.logs_call("Просит", of=sender, kind=kind)
            outcomes[sender, kind] = iks.decision(ticket)["outcome"]

    # What is covered only lacks what every request must give.
    assert {key for key, outcome in outcomes.items() if outcome == "needs_information"} == {
        (POLINA, "remote_support"),
        (POLINA, "product_update"),
        (POLINA, "feature_development"),
        (MAXIM, "remote_support"),
        (TARAS, "remote_support"),
        (TARAS, "product_update"),
        (NIKITA, "product_update"),
    }
    assert set(outcomes.values()) == {"needs_information", "not_covered"}


@pytest.mark.parametrize(
    ("sender", "rows"),
    [(POLINA, "+++++++"), (MAXIM, "++--+++"), (TARAS, "-+-++++"), (ANNA, "-------"), (PETR, "-++++++")],
)
def test_IKS_9_the_portal_shows_a_client_its_seven_rows(iks: Stage, sender: str, rows: str) -> None:
    """IKS-9: each row of the table with yes or no, and its clause."""
    shown = iks.signed_in(sender).entitlements()

    assert "".join("+" if has else "-" for has in shown.rows_of("IKS-9")) == rows
    assert "Удалённая поддержка по SSH" in shown.words


def test_IKS_10_the_channels_go_by_priority(iks: Stage) -> None:
    """IKS-10: the personal area for Premium, assigned specialists for partners, the product for the rest."""
    portal = iks.signed_in(POLINA).asks("setup", fields=FIELDS)
    specialist = iks.agent.logs_talk("personal_contact", FULL, of=PETR)
    stranger_to_it = iks.agent.logs_talk("personal_contact", FULL, of=POLINA)
    product = iks.agent.logs_request(FULL, of=ANNA)
    partners_product = iks.agent.logs_request(FULL, of=PETR)
    letter = iks.agent.logs_letter(FULL, {}, of=ANNA)

    outcomes = [iks.decision(one)["outcome"] for one in (portal, specialist, product)]
    assert outcomes == ["accept"] * 3
    for ticket in (stranger_to_it, partners_product, letter):
        assert iks.decision(ticket)["outcome"] == "redirect"
        assert "IKS-10" in iks.cites(ticket)
    assert "portal" in iks.decision(stranger_to_it)["redirect_to"]
    assert "personal_contact" in iks.decision(partners_product)["redirect_to"]
    elsewhere = iks.signed_in(PETR).new().words
    assert "Личный кабинет" not in elsewhere[elsewhere.index("Как обратиться") :]
    assert "интерфейса продукта" not in elsewhere
    assert "форум" not in elsewhere.lower()
    assert "Личный контакт закреплённого специалиста agent@iks.example Агент support" in elsewhere
    assert "интерфейса продукта" in iks.signed_in(ANNA).new().words
    assert "Личный контакт" not in iks.signed_in(ANNA).new().words
    assert not iks.signed_in(ANNA).new().leads_to("/portal/new/setup/")
    assert iks.signed_in(POLINA).new().leads_to("/portal/new/setup/")


def test_IKS_10_a_visitor_asks_by_the_form(iks: Stage) -> None:
    """IKS-10: the form on the site is open to everyone."""
    ticket = iks.visitor(VERA).asks("setup", fields=FIELDS)

    assert iks.decision(ticket)["outcome"] == "accept"
    assert iks.request(ticket).channel == "guest_form"


def test_IKS_11_sales_help_partners_with_their_clients(iks: Stage) -> None:
    """IKS-11: a partner's request for help goes to sales; anybody else's is not covered."""
    partner, other = iks.mail(PETR, FULL), iks.mail(ANNA, FULL)
    for ticket in (partner, other):
        iks.agent.names(ticket, "sales_help")

    partner.refresh_from_db()
    assert partner.department.name == "sales"
    assert iks.decision(partner)["outcome"] == "accept"
    assert (iks.decision(other)["outcome"], other.department.name) == ("not_covered", "support")
    assert "IKS-11" in iks.words_to(PETR)


def test_IKS_12_the_module_counts_with_its_edition_only(iks: Stage) -> None:
    """IKS-12: in the FSTEC edition it gives the second priority, in another one nothing."""
    counts, does_not = iks.mail(MAXIM, FULL), iks.mail(SEMYON, FULL)

    assert iks.decision(counts)["queue"]["rank"] == [2]
    assert iks.decision(does_not)["queue"]["rank"] == [5]
    assert "IKS-12" in iks.cites(counts)


def test_IKS_12_a_year_is_proposed_for_a_premium_licence(iks: Stage) -> None:
    """IKS-12: once Premium is on record, its last day is proposed a year from the day of issue."""
    assert iks.lead.proposed_for(ANNA, "client.licence_valid_until") == ""

    iks.lead.records(ANNA, "client.licence", "premium")

    assert iks.lead.proposed_for(ANNA, "client.licence_valid_until") == "2027-03-02"
    iks.at("2028-02-29 12:00")
    assert iks.lead.proposed_for(ANNA, "client.licence_valid_until") == "2029-02-28"


def test_IKS_13_whoever_tries_the_product_may_ask_before_buying(iks: Stage) -> None:
    """IKS-13: the notice says so and points to webinars and documentation."""
    ticket = iks.mail(TARAS, FULL)

    assert iks.decision(ticket)["outcome"] == "accept"
    words = iks.words_to(TARAS)
    assert "IKS-13" in words
    assert "Обращаться можно и до покупки" in words


def test_IKS_14_the_two_last_priorities_get_advice(iks: Stage) -> None:
    """IKS-14: consultation for a recent purchase and for all others, full support above."""
    levels = {
        sender: iks.decision(iks.mail(sender, FULL))["service_level"] for sender in (TARAS, NIKITA, ANNA)
    }

    assert levels == {TARAS: "full", NIKITA: "consultation", ANNA: "consultation"}
    assert "IKS-14" in iks.words_to(ANNA)


def test_IKS_15_forum_and_social_networks_are_for_talk(iks: Stage) -> None:
    """IKS-15: a message on the forum is a note; the site gives the phone and the mail of two departments."""
    note = iks.agent.logs_note("forum", "Кто настраивал VPN?", of=ANNA)

    assert {"IKS-10", "IKS-15"} <= {cite["clause"] for cite in note.decision.decision["cites"]}
    assert not iks.desk.tickets.exists()
    words = iks.visitor(VERA).reads("public:desk").words
    for reached in (
        "+7 000 000-00-51",
        "support@iks.example.org",
        "+7 000 000-00-52",
        "sales@iks.example.org",
    ):
        assert reached in words


def test_IKS_16_old_versions_and_unreachable_clients_may_be_refused(iks: Stage) -> None:
    """IKS-16: an unsupported version, absent contact data, rudeness; the letter cites clause and cure."""
    old = iks.mail(ANNA, FULL)
    iks.agent.corrects(old, {"product.version_status": "unsupported"}, "версия 5")
    nameless = iks.agent.logs_call("Не представился")
    rude = iks.mail(BORIS, FULL)
    iks.agent.marks_rude(rude)

    assert iks.agent.grounds(old) == {"version_unsupported": "IKS-16"}
    assert iks.agent.grounds(nameless) == {"contact_missing": "IKS-16"}
    assert iks.agent.grounds(rude) == {"rudeness": "IKS-16"}
    iks.agent.refuses(old, "version_unsupported")
    words = iks.words_to(ANNA)
    assert "IKS-16" in words
    assert "Обновитесь до поддерживаемой версии" in words
