"""The desk is killed, stalled and refused while letters come and go: nothing is lost or doubled."""

from __future__ import annotations

import faulthandler
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from email import message_from_bytes
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.dovecot import Dovecot
from tests.faults.conftest import Ground
from tests.faults.house import House, wait_until_open
from tests.faults.letters import MAY_END, Letter, Plan
from tests.faults.staff import Agent
from tests.faults.world import Incoming, Outgoing

pytestmark = [pytest.mark.slow, pytest.mark.database]

COUNTS = {True: (2000, 500), False: (60, 20)}
"""Letters by SMTP and by IMAP, of a full run and of a short one."""
KILLS = {"intake-1": 5, "intake-2": 5, "worker-1": 4, "worker-2": 4, "web": 4}
PATIENCE = 900.0
"""Seconds within which all letters have come in, on a busy machine too."""
SETTLES = 240.0
"""Seconds within which all that is on its way has arrived once nothing breaks any more."""


def test_nothing_is_lost_or_doubled(
    ground: Ground,
    tmp_path: Path,
    seed: int,
    dovecot: Dovecot | None,
    full: bool,
    record_property: Callable[[str, object], None],
) -> None:
    print(f"\nREGLAMENT_FAULTS_SEED={seed}")
    # It has deadlines of its own, which say more than where each thread stands.
    faulthandler.cancel_dump_traceback_later()
    by_smtp, by_imap = COUNTS[full]
    plan = Plan(seed, by_smtp, by_imap if dovecot is not None else 0)
    outgoing = Outgoing(seed)
    house = House(tmp_path, ground.address, outgoing.port)
    began = time.monotonic()
    try:
        house.migrate()
        made = house.ask("make", str(dovecot.port if dovecot is not None else 0))
        house.begin()
        for port in (house.web_port, *house.intake_ports):
            wait_until_open(port)
        incoming = Incoming(plan, outgoing, house.intake_ports, dovecot)
        agents = [
            Agent(place, seed, house.web_port, made["session"], made["cookies"][0], made["first_number"])
            for place in range(2)
        ]
        incoming.begin()
        for agent in agents:
            agent.begin()
        _break(house, incoming, ground.restart, seed, len(plan.kinds))
        for agent in agents:
            agent.end()
        fed = time.monotonic() - began
        outgoing.gentle = True
        house.ask("compare")
        _wait_until_settled(house, plan.by_imap)
        at_the_end = house.ask("tell")
        statuses = house.end()
    except BaseException:
        print(house.said)
        raise
    finally:
        house.end()
        outgoing.end()
    replies = {words: number for agent in agents for words, number in agent.said.items()}
    met = sum((agent.met for agent in agents), Counter[str]())
    counts = [
        f"REGLAMENT_FAULTS_SEED={seed}",
        f"{len(incoming.acknowledged)} letters in {fed:.0f} s, {time.monotonic() - began:.0f} s in all",
        f"brought again: {incoming.refused}; killed: {dict(house.killed)}; pages: {dict(met)}",
        f"replies: {len(replies)}; the outgoing server: {dict(outgoing.met)}, kept {len(outgoing.kept)}",
        *_counts(at_the_end),
    ]
    print("\n".join(counts))
    record_property("counts", "\n".join(counts))

    assert len(incoming.acknowledged) == len(plan.kinds)
    assert house.ended_by_themselves == {}, house.said
    assert set(statuses.values()) == {0}, statuses
    _every_letter_is_there_once(at_the_end, incoming.acknowledged)
    _every_reply_stands_in_its_ticket(at_the_end, replies)
    _nothing_was_handed_over_twice(at_the_end, outgoing, house, restarts=2 if ground.restart else 0)
    _nothing_is_stuck(at_the_end, made["first_number"])


def _break(
    house: House, incoming: Incoming, restart: Callable[[str], None] | None, seed: int, count: int
) -> None:
    """Kill processes, and restart the database server, while letters come in; return when all have."""
    chance = random.Random(f"{seed}-kills")
    acts: list[tuple[float, Callable[[], None]]] = []
    for name, times in KILLS.items():
        for _ in range(times if count >= sum(COUNTS[True]) // 2 else 1):
            acts.append((chance.uniform(0.02, 0.95), partial(house.kill, name, alone=chance.random() < 0.5)))
    if restart is not None:
        acts.append((chance.uniform(0.3, 0.5), partial(restart, "fast")))
        acts.append((chance.uniform(0.6, 0.8), partial(restart, "immediate")))
    acts.sort(key=lambda one: one[0])
    end = time.monotonic() + PATIENCE
    while incoming.at_work:
        assert time.monotonic() < end, f"{len(incoming.acknowledged)} of {count} letters came in"
        while acts and len(incoming.acknowledged) >= acts[0][0] * count:
            acts.pop(0)[1]()
            time.sleep(chance.uniform(0, 0.5))
        time.sleep(0.02)
    assert not acts


def _wait_until_settled(house: House, from_mailboxes: int) -> None:
    end = time.monotonic() + SETTLES
    while True:
        left = house.ask("progress")
        came = left.pop("from mailboxes")
        if not any(left.values()) and came >= from_mailboxes * 0.9:
            return
        assert time.monotonic() < end, f"still on its way: {left}, {came} of {from_mailboxes} from mailboxes"
        time.sleep(1)


def _counts(there: dict[str, Any]) -> list[str]:
    return [
        f"ledger: {dict(Counter((state, reason) for _, state, reason, *_ in there['letters']))}",
        f"outbox: {dict(Counter(state for _, state, *_ in there['outgoing']))}",
        f"tickets: {len(there['tickets'])}; jobs: {dict(Counter(there['jobs']))}; {there['compared']}",
    ]


def _every_letter_is_there_once(there: dict[str, Any], acknowledged: dict[int, Letter]) -> None:
    """Each acknowledged letter stands in the ledger once, in one final state, its words once in a ticket."""
    rows = defaultdict(list)
    for digest, *row in there["letters"]:
        rows[digest].append(row)
    wrong, taken = [], defaultdict(list)
    tickets = {message: ticket for message, ticket, *_ in there["messages"]}
    for number, letter in acknowledged.items():
        found = rows[sha256(letter.raw).hexdigest()]
        if len(found) != 1 or found[0][0] not in MAY_END[letter.kind]:
            wrong.append((number, letter.kind, found))
            continue
        state, _reason, ticket, message, _pk = found[0]
        if message is not None:
            taken[letter.token].append(state)
            if tickets[message] != ticket:
                wrong.append((number, letter.kind, found))
    assert not wrong, (len(wrong), wrong[:10])
    assert len(there["letters"]) == len(acknowledged)
    standing = Counter(
        token for *_, text in there["messages"] for token in text.split() if token.startswith("token-")
    )
    asked = {letter.token for letter in acknowledged.values() if letter.kind not in ("broken", "bounce")}
    asked -= {
        letter.token
        for letter in acknowledged.values()
        if letter.kind == "absence" and not taken[letter.token]
    }
    assert standing == Counter(asked)
    doubled = {token: states for token, states in taken.items() if len(states) != 1}
    assert not doubled


def _every_reply_stands_in_its_ticket(there: dict[str, Any], replies: dict[str, int]) -> None:
    """Each reply that was given stands once, in its ticket, and a letter was written for it."""
    standing = Counter((text, number) for _, number, kind, text in there["messages"] if kind == "staff")
    assert standing == Counter(replies.items())
    written = Counter(message for _, _, message, *_ in there["outgoing"] if message is not None)
    staff = [pk for pk, _, kind, _ in there["messages"] if kind == "staff"]
    assert set(staff) == set(written)
    assert replies


def _nothing_was_handed_over_twice(
    there: dict[str, Any], outgoing: Outgoing, house: House, restarts: int
) -> None:
    """The outgoing server took no letter twice, and the outbox knows of each what is known."""
    arrived = Counter(str(message_from_bytes(one)["Message-ID"]).strip() for one in outgoing.kept)
    assert max(arrived.values()) == 1
    states = {identifier: state for identifier, state, *_ in there["outgoing"]}
    assert set(arrived) <= set(states)
    assert set(states.values()) <= {"handed_over", "bounced", "refused", "unknown"}
    wrong = {
        identifier: state
        for identifier, state in states.items()
        if (state in ("handed_over", "bounced")) != (identifier in arrived) and state != "unknown"
    }
    assert not wrong
    # Whatever is not known has a cause: a connection that broke, or a worker or a database that died.
    broken = sum(
        count for temper, count in outgoing.met.items() if "hangs up" in temper or "stalls" in temper
    )
    killed = house.killed["worker-1"] + house.killed["worker-2"]
    unknown = sum(state == "unknown" for state in states.values())
    assert unknown <= broken + killed + 2 * restarts


def _nothing_is_stuck(there: dict[str, Any], first: int) -> None:
    """No job and no mark is left over, no ticket is unjudged, no number is missing, and nothing differs."""
    assert set(there["jobs"]) == {"SUCCESSFUL"}
    assert there["unmarked"] == 0
    assert (there["without_request"], there["undecided"]) == ([], [])
    assert there["tickets"] == list(range(first, there["next_number"]))
    for name, seen, stored, differing, fault in there["compared"]:
        assert (name, stored, differing, fault) == (name, seen, [], "")
        assert seen
