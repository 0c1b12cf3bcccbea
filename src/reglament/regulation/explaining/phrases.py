"""The sentence of each effect, for a client and for those who work at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reglament.regulation.model.decision import INFORMATIVE
from reglament.regulation.model.edition import Entitlements, Mentions, ObligationRule, QueueRule
from reglament.regulation.wording.common import word
from reglament.regulation.wording.moments import moment
from reglament.regulation.wording.proving import proven_channels
from reglament.regulation.wording.spans import listed, sentence, span

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from reglament.regulation.model.decision import Decision, TraceRow
    from reglament.regulation.wording.facts import Labels

TOPICS = (
    "informal",
    "redirect",
    "not_covered",
    "offer",
    "missing",
    "asks",
    "obligation",
    "excuses",
    "severity",
    "service_level",
    "responsibility",
    "permission",
    "refusal",
    "mentions",
    "department",
    "queue",
    "accepted",
    "complete",
    "define",
)
"""What an explanation speaks of, in its order: first what the client must do, last what lies beneath."""


class Phrases:
    """Words the rows of one decision's trace."""

    def __init__(self, labels: Labels, decision: Decision, *, for_client: bool) -> None:
        self.labels = labels
        self.decision = decision
        self.for_client = for_client
        self._rules = {
            (clause.id, rule.line): rule for clause in labels.edition.clauses for rule in clause.rules
        }

    def topic(self, row: TraceRow) -> str:
        """Which of TOPICS the row belongs to."""
        effect = row.rule.effect
        if effect == "accepts":
            return "accepted" if isinstance(row.value, str) else "redirect"
        if effect == "requires":
            return "missing" if row.value else "complete"
        return row.rule.name if effect == "sets" else effect

    def say(self, row: TraceRow) -> str:
        """The sentence of one row."""
        says: Callable[[TraceRow], str] = getattr(self, f"_{self.topic(row)}")
        return says(row)

    def outcome(self) -> str:
        """What became of the request as a whole."""
        says = {
            "informal": (
                "Это разговор, а не заявка: регламент не принимает обращений по этому каналу.",
                "This is a conversation, not a ticket: no requests are taken through this channel.",
            ),
            "redirect": (
                "Обращение зарегистрировано, но сделать это можно только другим путём.",
                "The request is registered, but this can only be done another way.",
            ),
            "not_covered": (
                "Обращение зарегистрировано, но это не входит в поддержку по регламенту.",
                "The request is registered, but the regulation does not cover it.",
            ),
            "needs_information": (
                "Обращение зарегистрировано; чтобы начать, нужны сведения.",
                "The request is registered; to begin, information is needed.",
            ),
            "accept": ("Обращение принято в работу.", "The request is accepted."),
        }[self.decision.outcome]
        return self._pick(*says)

    def _pick(self, russian: str, english: str) -> str:
        return self.labels.pick(russian, english)

    def _to(self, client: tuple[str, str], staff: tuple[str, str]) -> str:
        return self._pick(*(client if self.for_client else staff))

    def _written(self, row: TraceRow) -> Any:
        return self._rules[row.clause, row.rule.line]

    def _word(self, group: str, name: object) -> str:
        return word(group, name, self.labels.language)

    def _informal(self, _: TraceRow) -> str:
        return self._to(
            (
                "Этот канал — для личного общения: разговор записан, заявкой он не стал.",
                "This channel is for personal talk: it is noted, and has not become a ticket.",
            ),
            (
                "Канал неофициальный: запись разговора, без заявки и без срока.",
                "Not an official channel: a note of the conversation, no ticket, nothing due.",
            ),
        )

    def _redirect(self, row: TraceRow) -> str:
        targets = self.labels.channels(tuple(row.value), last=self._pick("или", "or"))
        proof = ""
        if self.decision.redirect_needs:
            proof = self._pick(", с подтверждением личности", ", with proof of identity")
            if self.for_client:
                return self._unproven(tuple(row.value))
        return self._to(
            (f"Это делается только так: {targets}{proof}.", f"This is done only through {targets}{proof}."),
            (f"Направить: {targets}{proof}.", f"Point to {targets}{proof}."),
        )

    def _unproven(self, channels: tuple[str, ...]) -> str:
        ways = listed(
            proven_channels(self.labels, channels), self.labels.language, last=self._pick("или", "or")
        )
        return self._pick(
            f"Мы не смогли убедиться, кто это прислал. Подходит то, что подтверждает личность: {ways}.",
            f"We could not make sure who sent this. What proves who asks will do: {ways}.",
        )

    def _accepted(self, row: TraceRow) -> str:
        channel = self.labels.channel(row.value)
        return self._pick(f"Канал подходит: {channel}.", f"The channel is right: {channel}.")

    def _not_covered(self, row: TraceRow) -> str:
        terms = ""
        if row.value:
            offer = self._word("offer", row.value)
            terms = self._pick(f" Можно получить: {offer}.", f" It can be had {offer}.")
        return self._pick("В поддержку это не входит.", "This is not covered by support.") + terms

    def _offer(self, row: TraceRow) -> str:
        offer = self._word("offer", row.value)
        return self._pick(f"Условия: {offer}.", f"Terms: {offer}.")

    def _missing(self, row: TraceRow) -> str:
        items = listed([self.labels.demand(item) for item in row.value], self.labels.language)
        return self._to(
            (f"Пожалуйста, добавьте: {items}.", f"Please add: {items}."),
            (f"Не хватает: {items}.", f"Missing: {items}."),
        )

    def _complete(self, _: TraceRow) -> str:
        return self._pick("Нужные сведения на месте.", "The information needed is there.")

    def _asks(self, row: TraceRow) -> str:
        fact = self.labels.edition.facts[row.value]
        question = self.labels.text(fact.question or fact.title)
        return self._to(
            (f"Уточните, пожалуйста: {question}", f"Please tell us: {question}"),
            (f"Спросить в уведомлении: {question}", f"Ask in the notice: {question}"),
        )

    def _obligation(self, row: TraceRow) -> str:
        owed = row.value
        rule: ObligationRule = self._written(row)
        title = sentence(self.labels.text(rule.title))
        budget = span(owed.budget.amount, owed.budget.unit, self.labels.language)
        means = self._word("fulfilled_by", owed.fulfilled_by)
        if owed.due_at is None:
            return self._pick(
                f"{title}: срок регламентом не ограничен; исполнено, когда {means}.",
                f"{title}: the regulation sets no limit; it is met when {means}.",
            )
        due = moment(owed.due_at, self.labels.language)
        return self._pick(
            f"{title}, срок: {due} ({budget}). Исполнено, когда {means}.",
            f"{title} by {due} ({budget}). It is met when {means}.",
        )

    def _excuses(self, _: TraceRow) -> str:
        return self._pick(
            "Если этот срок будет нарушен, нарушение извинительно: причина вне нашего влияния.",
            "Should this be late, it is excused: the cause is beyond our control.",
        )

    def _severity(self, row: TraceRow) -> str:
        level = self.labels.severity(row.value)
        remark = self._remark(row)
        return self._pick(f"Уровень: {level}{remark}.", f"Level: {level}{remark}.")

    def _remark(self, row: TraceRow) -> str:
        said = row.rule.rows[row.row].remark
        if said == "unstated":
            return self._pick(" (не был назван)", " (was not stated)")
        return f" ({said})" if said else ""

    def _service_level(self, row: TraceRow) -> str:
        level = self._word("service_level", row.value)
        if row.weight == INFORMATIVE:
            return self._pick(f"Само по себе: поддержка {level}.", f"By itself: support {level}.")
        return self._pick(f"Поддержка: {level}.", f"Support: {level}.")

    def _responsibility(self, row: TraceRow) -> str:
        who = self._word("responsibility", row.value)
        if row.weight == INFORMATIVE and row.value != self.decision.responsibility:
            return self._pick(f"Само по себе отвечает {who}.", f"By itself, {who} answers for this.")
        return self._pick(f"За это отвечает: {who}.", f"Who answers for this: {who}.")

    def _permission(self, _: TraceRow) -> str:
        return self._to(
            (
                "Работа затрагивает ваши данные: без вашего разрешения она не выполняется.",
                "The work touches your data: it is not done without your permission.",
            ),
            (
                "Работа затрагивает данные клиента: сначала его разрешение.",
                "The work touches the client's data: his permission comes first.",
            ),
        )

    def _refusal(self, row: TraceRow) -> str:
        ground = self.labels.edition.grounds[row.rule.name]
        title, cure = self.labels.text(ground.title), self.labels.text(ground.cure)
        return self._to(
            (f"В выполнении может быть отказано: {title}. {cure}", f"This may be refused: {title}. {cure}"),
            (f"Можно отказать: {title}.", f"May be refused: {title}."),
        )

    def _mentions(self, row: TraceRow) -> str:
        rule = self._written(row)
        if isinstance(rule, Entitlements):
            title = self.labels.text(rule.title)
            return self._pick(f"Входит в поддержку: {title}.", f"Covered: {title}.")
        assert isinstance(rule, Mentions)
        return self.labels.text(rule.says)

    def _department(self, row: TraceRow) -> str:
        name = self.labels.department(row.value)
        return self._pick(f"Занимается: {name}.", f"In the hands of: {name}.")

    def _queue(self, row: TraceRow) -> str:
        rule: QueueRule = self._written(row)
        says = self.labels.text(rule.says)
        if self.for_client:
            return self._pick(f"Очередь: {says}.", f"Queue: {says}.")
        rank = ", ".join(str(part) for part in row.value)
        return self._pick(f"Очередь: {says}. Ранг: {rank}.", f"Queue: {says}. Rank: {rank}.")

    def _define(self, row: TraceRow) -> str:
        title = sentence(self.labels.text(self._written(row).title))
        return f"{title}: {self.labels.defined(row.rule.name, row.value)}{self._remark(row)}."
