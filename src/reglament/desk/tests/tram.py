"""A regulation that no pack knows, for tests of the desk: the support of a tram depot in Vladivostok.

It has what the desk must be steered by: two departments, levels that change by consent, actions that
must be confirmed in the portal and need a permission, secrets, promises of each sort, talks that are no
requests, and a letter's check-list.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from reglament.desk.channels.incoming import Incoming, Taken
from reglament.desk.channels.intake import receive
from reglament.desk.people.models import Contact, Role, StaffMember
from reglament.desk.regulations.actions import create_desk
from reglament.desk.regulations.models import Desk
from reglament.desk.tests.rows import make_account, make_contact, make_organisation
from reglament.desk.tickets.models import Request, Ticket

NOW = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
"""A Monday, 10:30 at the depot."""
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

TRAM = """
regulation: tram
edition: 2020-01-01
title: {ru: "Регламент трамвайного депо", en: "Regulation of the tram depot"}
provider: {ru: "Трамвайное депо", en: "The tram depot"}
timezone: Asia/Vladivostok
number_prefix: TR
calendars:
  always: {title: {ru: "часы подряд", en: "elapsed hours"}, hours: always}
  depot: {title: {ru: "часы депо", en: "depot hours"}, hours: "08:00-20:00"}
channels:
  portal: {}
  guest_form: {}
  email: {address: help@tram.example.org}
  phone: {}
departments:
  depot: {title: {ru: "Депо", en: "Depot"}}
  office: {title: {ru: "Контора", en: "Office"}}
severities:
  halt:
    title: {ru: "остановка", en: "halt"}
    meaning: {ru: "трамваи стоят", en: "trams stand still"}
  delay:
    title: {ru: "задержка", en: "delay"}
    meaning: {ru: "трамваи опаздывают", en: "trams are late"}
kinds:
  question: {title: {ru: "Вопрос", en: "Question"}}
  repair: {title: {ru: "Ремонт", en: "Repair"}}
  card_change: {title: {ru: "Смена карты", en: "Change of a card"}}
  refund: {title: {ru: "Возврат", en: "Refund"}}
  tour: {title: {ru: "Экскурсия", en: "Tour"}}
  unclassified: {title: {ru: "Ещё не определено", en: "Not named yet"}}
  other: {title: {ru: "Другое", en: "Something else"}}
facts:
  client.plan:
    title: {ru: "тариф пассажира", en: "the passenger's plan"}
    type: choice
    values: {plain: {ru: "простой", en: "plain"}, gold: {ru: "золотой", en: "gold"}}
    default: plain
    known_from: [form, records, staff]
  client.plan_proven:
    title: {ru: "золотой тариф подтверждён", en: "gold proven"}
    type: flag
    known_from: [records, staff]
  circumstances.vandalism:
    title: {ru: "сломали нарочно", en: "broken on purpose"}
    type: flag
    known_from: [staff]
  circumstances.portal_down:
    title: {ru: "кабинет недоступен", en: "the portal is down"}
    type: flag
    known_from: [switch, staff, records]
    needs_reason: true
fields:
  topic: {title: {ru: "тема", en: "topic"}, type: text, from_letter: subject}
  route: {title: {ru: "маршрут", en: "route"}, type: text}
  pass_code: {title: {ru: "код пропуска", en: "pass code"}, type: secret}
  photo: {title: {ru: "снимок", en: "photo"}, type: files}
grounds:
  rudeness:
    title: {ru: "грубость", en: "rudeness"}
    cure: {ru: "Напишите вежливо.", en: "Write politely."}
clauses:
  - id: TR-1
    title: {ru: "Отделы", en: "Departments"}
    text: {ru: "Возвратами занимается контора, остальным депо.", en: "Refunds: the office."}
    rules:
      - sets: department
        rows: [{when: {kind: refund}, is: office}, {is: depot}]
      - sets: service_level
        is: full
  - id: TR-2
    title: {ru: "Каналы", en: "Channels"}
    text: {ru: "Пишите и звоните.", en: "Write and call."}
    rules:
      - accepts: [portal, guest_form, email, phone]
        unless: {kind: card_change}
      - accepts: {portal: authorised}
        when: {kind: card_change}
      - informal: true
        when: {channel: [chat, messenger]}
      - practice: confirmation
        when: {kind: card_change}
        terms: {channel: portal}
      - practice: letter_check
        terms: {checks: {stamp: {ru: "печать", en: "stamp"}, signature: {ru: "подпись", en: "signature"}}}
      - practice: portal_switch
        terms: {fact: circumstances.portal_down}
      - mentions: thanks
        says: {ru: "Спасибо, что ездите с нами.", en: "Thank you for riding with us."}
  - id: TR-3
    title: {ru: "Уровни", en: "Levels"}
    text: {ru: "Уровень называет пассажир.", en: "The passenger names the level."}
    rules:
      - sets: severity
        rows:
          - {when: {stated_severity: absent}, is: delay, remark: unstated}
          - {is: {same_as: stated_severity}}
      - practice: severity_change
        terms: {needs: consent}
  - id: TR-4
    title: {ru: "Сроки", en: "Terms"}
    text: {ru: "Отвечаем в срок: {table.answer}", en: "We answer in time: {table.answer}"}
    rules:
      - define: plan
        title: {ru: "тариф", en: "plan"}
        values: {plain: {ru: "простой", en: "plain"}, gold: {ru: "золотой", en: "gold"}}
        rows:
          - {when: {client.plan: gold, client.plan_proven: true}, is: gold}
          - {is: plain}
      - obligation: answer
        title: {ru: "ответ", en: "answer"}
        when: {department: depot}
        clock: always
        fulfilled_by: staff_reply
        within:
          by: [severity, plan]
          halt: {plain: 2 hours, gold: 1 hour}
          delay: {plain: 8 hours, gold: 4 hours}
      - obligation: registration
        title: {ru: "регистрация", en: "registration"}
        clock: depot
        fulfilled_by: registration_notice
        within: 2 working hours
      - obligation: repair
        title: {ru: "починка", en: "repair"}
        when: {kind: repair}
        clock: depot
        fulfilled_by: completion
        within: 10 working hours
      - excuses: repair
        when: {circumstances.vandalism: true}
      - obligation: payout
        title: {ru: "выплата", en: "payout"}
        when: {department: office}
        clock: depot
        fulfilled_by: completion
        within: 2 working days
      - queue:
          - - {when: {severity: halt}, is: 0}
            - {is: 1}
        then_by: due_at
        says: {ru: "сначала остановки", en: "halts first"}
  - id: TR-5
    title: {ru: "Что сообщить", en: "What to give"}
    text: {ru: "Нужны маршрут и код.", en: "Route and code are needed."}
    rules:
      - requires: [route]
        when: {kind: repair}
      - requires: [pass_code]
        when: {kind: refund}
      - not_covered: true
        offer: by_agreement
        when: {kind: tour}
  - id: TR-6
    title: {ru: "Разрешение", en: "Permission"}
    text: {ru: "Без разрешения карту не меняем.", en: "No card is changed without permission."}
    rules:
      - permission: required
        when: {kind: card_change}
        unless: {channel: portal, authentication: authorised}
      - practice: completion_permission
        when: {kind: card_change}
  - id: TR-7
    title: {ru: "Вежливость", en: "Politeness"}
    text: {ru: "Грубым можем отказать.", en: "The rude may be refused."}
    rules:
      - refusal: rudeness
        when: {circumstances.rude: true}
      - practice: stop_support
        when: {circumstances.rude: true}
"""


def tram_desk(**values: Any) -> Desk:
    """Make a desk that runs by the regulation of the tram depot."""
    return create_desk(TRAM, at=NOW - timedelta(days=30), **{"slug": "tram", "name": "Tram", **values})


def staff_at(desk: Desk, role: Role = Role.AGENT, *departments: str) -> StaffMember:
    """Make a member of staff of some departments; of all of them where none is named."""
    member = StaffMember.objects.create(
        desk=desk, account=make_account(), role=role, joined_at=NOW - timedelta(days=20)
    )
    rows = desk.departments.all()
    member.departments.set(rows.filter(name__in=departments) if departments else rows)
    return member


def client_of(desk: Desk, address: str = "rider@example.org", *, account: bool = True) -> Contact:
    """Make a client with a known address that is on its list, and, unless told otherwise, an account."""
    contact = make_contact(
        make_organisation(desk), email=address, account=make_account() if account else None
    )
    contact.addresses.create(
        desk=desk,
        address=address,
        recorded_at=NOW - timedelta(days=9),
        authorised_from=NOW - timedelta(days=9),
    )
    return contact


def arrive(desk: Desk, at: datetime = NOW, **values: Any) -> tuple[Ticket, Request]:
    """Let something arrive at a desk, and give the ticket and the request that it became."""
    taken = receive(coming(desk, at, **values), values.get("recorded_at", at))
    assert taken.ticket_id is not None
    ticket = Ticket.objects.get(pk=taken.ticket_id)
    request = ticket.requests.order_by("-position")[0]
    return ticket, request


def request_of(taken: Taken) -> Request:
    """Give the request that something became."""
    assert taken.request_id is not None
    return Request.objects.get(pk=taken.request_id)


def outcome_of(taken: Taken) -> str:
    """Give how the request that something became was judged."""
    record = request_of(taken).current_decision
    assert record is not None
    return record.outcome


def coming(desk: Desk, at: datetime = NOW, **values: Any) -> Incoming:
    """Give something on its way to a desk: a letter from nobody known, unless told otherwise."""
    return Incoming(
        **{
            "desk_id": desk.pk,
            "channel": "email",
            "received_at": at,
            "recorded_at": at,
            "sender_address": "somebody@example.com",
            "subject": "Trams",
            "text": "The tram is late.",
            **values,
        }
    )
