"""To which ticket a letter belongs."""

from reglament.desk.channels.email.reading import read_letter
from reglament.desk.channels.email.threads import (
    Clues,
    Known,
    Thread,
    base_address,
    clues_of,
    signed_address,
    signed_number,
    thread_of,
)

KEY = b"a secret of thirty-two characters"


def clues(*fields: str, to: str = "help@desk.example") -> Clues:
    """Gather the clues in a letter of these fields."""
    return clues_of(read_letter("\n".join([*fields, "", "words"]).encode()), to, "SD", KEY)


def test_clues_are_gathered_in_the_order_of_their_strength() -> None:
    found = clues(
        "Subject: Re: [SD-1042] and [sd-1043], not SD-7 nor [XX-8] [SD-1042]",
        "In-Reply-To: <c@x>",
        "References: <a@x> <b@x> <c@x>",
        to=signed_address("help@desk.example", 1001, KEY),
    )
    assert found == Clues(1001, ("<c@x>", "<b@x>", "<a@x>"), (1042, 1043))


def test_only_a_signature_of_ours_opens_a_ticket() -> None:
    address = signed_address("Help@Desk.example", 1042, KEY)
    assert signed_number(address, KEY) == 1042
    assert signed_number(address.upper(), KEY) == 1042
    assert signed_number(address.replace("1042", "1043"), KEY) is None
    assert signed_number(address.replace("help+", "sales+"), KEY) is None
    assert signed_number(address, b"another secret") is None
    assert signed_number("help+1042@desk.example", KEY) is None
    assert base_address(address) == "help@desk.example"
    assert base_address("Help@Desk.Example") == "help@desk.example"


SENT = {"<ours@x>": 1042, "<also@x>": 1043}


def test_an_answer_to_a_letter_of_ours_belongs_to_its_ticket() -> None:
    known = Known(sent=SENT, existing={1042}, taking_part={1042})
    assert thread_of(Clues(answered=("<ours@x>",)), known) == Thread(1042, "references", True)


def test_ids_of_other_peoples_letters_mean_nothing() -> None:
    assert thread_of(Clues(answered=("<theirs@x>",)), Known(existing={1042}, taking_part={1042})) is None


def test_a_strangers_answer_to_a_letter_of_ours_is_kept_apart() -> None:
    known = Known(sent=SENT, existing={1042})
    assert thread_of(Clues(answered=("<ours@x>",)), known) == Thread(1042, "references", False)


def test_a_number_in_the_subject_needs_a_participant_or_the_clients_proven_domain() -> None:
    named = Clues(named=(1042,))
    assert thread_of(named, Known(existing={1042})) is None
    assert thread_of(named, Known(existing={1042}, taking_part={1042})) == Thread(
        1042, "subject_reference", True
    )
    assert thread_of(named, Known(existing={1042}, of_proven_domain={1042})) == Thread(
        1042, "subject_reference", True
    )


def test_a_ticket_that_does_not_exist_is_not_threaded_to() -> None:
    assert thread_of(Clues(named=(9,)), Known(existing={1042}, taking_part={1042})) is None
    assert thread_of(Clues(signed=9, answered=("<ours@x>",)), Known(sent={"<ours@x>": 9})) is None


def test_the_sub_address_comes_before_the_answered_letter_and_that_before_the_subject() -> None:
    all_three = Clues(signed=1001, answered=("<ours@x>",), named=(1043,))
    everywhere = Known(sent=SENT, existing={1001, 1042, 1043}, taking_part={1001, 1042, 1043})
    assert thread_of(all_three, everywhere) == Thread(1001, "sub_address", True)
    assert thread_of(Clues(answered=("<ours@x>",), named=(1043,)), everywhere) == Thread(
        1042, "references", True
    )


def test_where_clues_conflict_the_ticket_of_the_participant_wins() -> None:
    known = Known(sent=SENT, existing={1042, 1043}, taking_part={1043})
    assert thread_of(Clues(answered=("<ours@x>",), named=(1043,)), known) == Thread(
        1043, "subject_reference", True
    )
    assert thread_of(Clues(answered=("<ours@x>", "<also@x>")), known) == Thread(1043, "references", True)
