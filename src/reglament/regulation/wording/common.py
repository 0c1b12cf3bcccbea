"""The common words of every regulation, as people say them."""

from __future__ import annotations

LANGUAGES = ("ru", "en")

COMMON: dict[str, dict[str, tuple[str, str]]] = {
    "channel": {
        "portal": ("личный кабинет", "the client portal"),
        "guest_form": ("форма на сайте", "the form on the site"),
        "email": ("электронная почта", "e-mail"),
        "phone": ("телефон", "phone"),
        "letter": ("официальное письмо", "official letter"),
        "chat": ("онлайн-оператор", "online operator"),
        "product_ui": ("запрос из продукта", "a request from inside the product"),
        "personal_contact": ("личный контакт специалиста", "direct contact of the assigned specialist"),
        "messenger": ("мессенджер", "messenger"),
        "forum": ("форум", "forum"),
        "social": ("социальная сеть", "social network"),
    },
    "authentication": {
        "anonymous": ("отправитель не опознан", "the sender is not known"),
        "identified": ("клиент назван, но не подтверждён", "the client is named, not proven"),
        "authorised": ("личность подтверждена", "identity is proven"),
    },
    "outcome": {
        "informal": ("неофициальное обращение", "informal conversation"),
        "redirect": ("нужен другой канал или подтверждение", "another channel or a proof is needed"),
        "not_covered": ("не входит в поддержку", "not covered"),
        "needs_information": ("нужны сведения", "information is needed"),
        "accept": ("принято", "accepted"),
    },
    "offer": {
        "by_agreement": ("по отдельной договорённости", "by separate agreement"),
        "paid": ("за плату", "for a fee"),
        "separate_purchase": ("приобретается отдельно", "bought separately"),
    },
    "service_level": {
        "full": ("в полном объёме", "in full"),
        "consultation": ("на уровне консультации", "at the level of advice"),
        "known_solutions": ("известные решения и готовые исправления", "known solutions and existing fixes"),
        "best_effort": ("поможем чем сможем", "as far as we are able"),
        "none": ("не оказывается", "none"),
    },
    "responsibility": {
        "provider": ("поддержка", "support"),
        "client": ("клиент", "the client"),
        "outside": ("события вне нашего влияния", "events beyond anybody's control"),
    },
    "fulfilled_by": {
        "registration_notice": ("дошло уведомление с номером", "the notice with the number has arrived"),
        "staff_reply": ("ответил сотрудник", "a person has replied"),
        "completion": ("работа выполнена", "the work is done"),
    },
    "client.status": {
        "active": ("обслуживается", "active"),
        "suspended": ("обслуживание приостановлено", "suspended"),
        "blocked": ("обслуживание заблокировано", "blocked"),
    },
    "state": {
        "absent": ("нет", "absent"),
        "invalid": ("указано с ошибкой", "given, but wrong"),
        "valid": ("есть", "given"),
    },
    "number": {
        "absent": ("не ограничено", "not limited"),
        "zero": ("0", "0"),
        "more": ("больше 0", "above 0"),
    },
    "flag": {"True": ("да", "yes"), "False": ("нет", "no")},
    "then_by": {
        "received_at": ("по времени получения", "by the time of receipt"),
        "due_at": ("по ближайшему сроку", "by the nearest due time"),
    },
}  # fmt: skip
"""Words by what they are and by name: (Russian, English)."""

NAMES: dict[str, tuple[str, str]] = {
    "channel": ("канал", "channel"),
    "authentication": ("кто обращается", "who asks"),
    "kind": ("о чём обращение", "what is asked for"),
    "service": ("услуга", "service"),
    "stated_severity": ("названный уровень", "level as stated"),
    "severity": ("уровень", "level"),
    "responsibility": ("кто отвечает", "who answers for it"),
    "department": ("отдел", "department"),
    "service_level": ("объём поддержки", "level of service"),
    "client.status": ("состояние обслуживания", "status of the service"),
    "circumstances.rude": ("грубое обращение", "rude request"),
    "missing": ("не хватает", "missing"),
}


def word(group: str, name: object, language: str) -> str:
    """A common word in the language; its own name where it is not a common word."""
    said = COMMON.get(group, {}).get(str(name))
    return str(name) if said is None else said[language == "en"]


def name_of(what: str, language: str) -> str | None:
    """How the thing itself is called, or None where it is not common."""
    said = NAMES.get(what)
    return None if said is None else said[language == "en"]
