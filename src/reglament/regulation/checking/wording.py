"""The words of findings in both languages: what is wrong, and how to mend it."""

from __future__ import annotations

from reglament.regulation.checking.in_russian import in_russian

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "red-case": {
        "ru": (
            "случай «{case}» не сходится (ожидалось ≠ получено): {differences}",
            "исправьте правило или, если оно верно, сам случай",
        ),
        "en": (
            "the case “{case}” does not come out (expected ≠ came): {differences}",
            "mend the rule or, where it is right, the case",
        ),
    },
    "case-form/shape": {
        "ru": (
            "здесь должен быть случай: файл — список случаев или словарь с ключами defaults и cases",
            "начните случай с «- case: …»",
        ),
        "en": (
            "a case should stand here: the file is a list of cases, or a map of defaults and cases",
            "begin a case with “- case: …”",
        ),
    },
    "case-form/unknown-key": {
        "ru": ("у случая нет ключа {key}", "подойдёт: {near}"),
        "en": ("{key} is no key of a case", "write {near}"),
    },
    "case-form/unknown-default": {
        "ru": ("defaults — часть обращения, а {key} в обращении не бывает", "подойдёт: {near}"),
        "en": ("defaults is a part of a request, and a request has no {key}", "write {near}"),
    },
    "case-form/nameless": {
        "ru": ("у случая нет имени", "скажите после «case:», что он показывает"),
        "en": ("the case has no name", "say after “case:” what it shows"),
    },
    "case-form/clauses": {
        "ru": ("clauses — это список номеров пунктов", "перечислите пункты, которые показывает случай"),
        "en": ("clauses is a list of clause ids", "list the clauses that the case shows"),
    },
    "case-form/request": {
        "ru": ("request — это обращение: словарь его фактов", "напишите факты обращения"),
        "en": ("request is a request: a map of its facts", "write the request's facts"),
    },
    "case-form/expects": {
        "ru": (
            "случай должен ожидать либо решения (expect), либо отказа решать (fault)",
            "оставьте что-то одно",
        ),
        "en": ("a case expects either a decision (expect) or a fault (fault)", "keep exactly one of the two"),
    },
    "case-form/fault": {
        "ru": ("fault — это место в обращении, например received_at", "назовите место"),
        "en": ("fault is a place in the request, such as received_at", "name the place"),
    },
    "case-form/unknown-expectation": {
        "ru": ("ожидать {key} нельзя: такого ключа у решения нет", "подойдёт: {near}"),
        "en": ("{key} cannot be expected: a decision has no such key", "write {near}"),
    },
    "case-form/unknown-clause": {
        "ru": ("случай «{case}» показывает пункт, которого в регламенте нет", "исправьте номер пункта"),
        "en": ("the case “{case}” shows a clause that the regulation does not have", "mend the clause's id"),
    },
    "no-case": {
        "ru": (
            "пункт действует, но ни один случай владельца его не показывает",
            "добавьте в cases/ случай, который называет этот пункт и в решении которого пункт есть",
        ),
        "en": (
            "the clause acts, but no case of the owner shows it",
            "add a case to cases/ that names the clause and whose decision cites it",
        ),
    },
    "gap/value": {
        "ru": (
            "есть обращения, для которых значение {name} не задано ни одним правилом",
            "добавьте правило «sets: {name}» или последнюю строку без условия",
        ),
        "en": (
            "there are requests for which no rule settles {name}",
            "add a rule “sets: {name}”, or a last row without a condition",
        ),
    },
    "gap/queue": {
        "ru": (
            "есть обращения, для которых нет места в очереди",
            "добавьте правило queue или расширьте его условие",
        ),
        "en": (
            "there are requests that have no place in a queue",
            "add a queue rule, or widen its condition",
        ),
    },
    "gap/definition": {
        "ru": (
            "слово {name} не определено там, где на него смотрит другое правило",
            "добавьте последнюю строку без условия",
        ),
        "en": (
            "the word {name} is not defined where another rule looks at it",
            "add a last row without a condition",
        ),
    },
    "gap/table": {
        "ru": (
            "обязательство {metric} возникает, но в таблице сроков нет подходящей строки",
            "добавьте строку или сузьте условие правила",
        ),
        "en": (
            "the obligation {metric} arises, but its table of spans has no row that fits",
            "add a row, or narrow the rule's condition",
        ),
    },
    "contradiction/value": {
        "ru": (
            "для одного обращения {name} — и {first} (по {other}, строка {line}), и {second}",
            "разведите условия или пометьте исключение «overrides: true»",
        ),
        "en": (
            "for one request {name} is both {first} (by {other}, line {line}) and {second}",
            "part the conditions, or mark the exception with “overrides: true”",
        ),
    },
    "contradiction/queue": {
        "ru": (
            "для одного обращения есть два места в очереди: другое — по {other}, строка {line}",
            "разведите условия правил queue",
        ),
        "en": (
            "one request has two places in a queue: the other by {other}, line {line}",
            "part the conditions of the queue rules",
        ),
    },
    "contradiction/offer": {
        "ru": (
            "для одного обращения предложено и {first}, и {second}: другое — по {other}, строка {line}",
            "разведите условия",
        ),
        "en": (
            "one request is offered both {first} and {second}: the other by {other}, line {line}",
            "part the conditions",
        ),
    },
    "contradiction/obligation": {
        "ru": (
            "для одного обращения обязательство {metric} возникает дважды: ещё раз по {other}, строка {line}",
            "разведите условия или сведите сроки в одну таблицу",
        ),
        "en": (
            "for one request the obligation {metric} arises twice: once more by {other}, line {line}",
            "part the conditions, or put the spans into one table",
        ),
    },
    "overlap": {
        "ru": (
            "строка {row} пересекается со строкой файла {line}, а таблица помечена unique",
            "разведите условия строк или уберите unique",
        ),
        "en": (
            "row {row} overlaps with that on line {line}, and the table is marked unique",
            "part the rows' conditions, or take unique away",
        ),
    },
    "dead-rule": {
        "ru": (
            "правило не действует никогда: его условие не выполняется ни для одного обращения",
            "исправьте условие или уберите правило",
        ),
        "en": (
            "the rule never acts: no request fulfils its condition",
            "mend the condition, or take the rule away",
        ),
    },
    "dead-row/covered": {
        "ru": (
            "до строки {row} дело не доходит: всё, что ей подходит, забирают другие строки",
            "поставьте её выше, исправьте условие или уберите её",
        ),
        "en": (
            "row {row} is never reached: other rows take all that fits it",
            "move it up, mend its condition, or take it away",
        ),
    },
    "dead-row/never": {
        "ru": ("условие строки {row} не выполняется никогда", "исправьте условие или уберите строку"),
        "en": ("the condition of row {row} never holds", "mend the condition, or take the row away"),
    },
    "idle-override": {
        "ru": (
            "исключение ничего не меняет: другого значения {name} там нет",
            "уберите «overrides: true» или само правило",
        ),
        "en": (
            "the exception changes nothing: there is no other value of {name} where it holds",
            "take “overrides: true” away, or the rule",
        ),
    },
    "empty-redirect": {
        "ru": (
            "обращение не принимают, но направить его некуда: у {clauses} нет общего канала",
            "дайте правилам общий канал в redirect_to",
        ),
        "en": (
            "a request is turned away with nowhere to go: {clauses} have no channel in common",
            "give the rules a common channel in redirect_to",
        ),
    },
    "redirect-loop/again": {
        "ru": (
            "обращение направляют в канал {channel}, а там его не примут даже с подтверждением",
            "примите такое обращение в канале {channel} или направьте в другой",
        ),
        "en": (
            "a request is pointed to {channel}, which turns it away even with the strongest proof",
            "accept such a request through {channel}, or point elsewhere",
        ),
    },
    "redirect-loop/informal": {
        "ru": (
            "обращение направляют в канал {channel}, а он неофициальный",
            "направьте в канал, где обращения принимают",
        ),
        "en": (
            "a request is pointed to {channel}, which is not official",
            "point to a channel through which requests are taken",
        ),
    },
    "demanded-nowhere": {
        "ru": (
            "поле {field} требуется там, где его негде передать: {channels}",
            "не требуйте его в этих каналах или направьте такое обращение в другой канал",
        ),
        "en": (
            "the field {field} is demanded where nothing can carry it: {channels}",
            "do not demand it through these channels, or redirect such a request",
        ),
    },
    "unused/define": {
        "ru": ("слово {name} определено, но ни одно правило на него не смотрит", "уберите определение"),
        "en": ("the word {name} is defined, and no rule looks at it", "take the definition away"),
    },
    "unused/group": {
        "ru": ("группа {name} нигде не используется", "уберите её"),
        "en": ("the group {name} is used nowhere", "take it away"),
    },
    "unused/calendar": {
        "ru": ("по календарю {name} ничего не считается, и текст его не называет", "уберите его"),
        "en": ("nothing runs by the calendar {name}, and no text names it", "take it away"),
    },
    "unused/ground": {
        "ru": (
            "основание отказа {name} не даёт ни одно правило",
            "уберите его или добавьте «refusal: {name}»",
        ),
        "en": ("no rule gives the ground of refusal {name}", "take it away, or add “refusal: {name}”"),
    },
    "unused/field": {
        "ru": (
            "поле {name} никто не требует и ни одна форма не предлагает",
            "уберите его или скажите в asked_for, для чего его спрашивать",
        ),
        "en": (
            "the field {name} is demanded by nothing and offered by no form",
            "take it away, or say in asked_for what to ask it for",
        ),
    },
    "unused/fact": {
        "ru": ("на факт {name} не смотрит ни одно правило", "уберите его или используйте в условии"),
        "en": ("no rule looks at the fact {name}", "take it away, or use it in a condition"),
    },
    "digits": {
        "ru": (
            "число в словах пункта: {digits}; оно разойдётся с правилом, когда правило изменят",
            "возьмите число из правила подстановкой, а число в названии напишите как {{=…}}",
        ),
        "en": (
            "a number in the clause's words: {digits}; it will differ from the rule once that is changed",
            "take it from the rule by a placeholder; write a number in a name as {{=…}}",
        ),
    },
    "unknown-placeholder": {
        "ru": ("подставить {{{name}}} нечего", "подойдёт: {near}"),
        "en": ("there is nothing to put for {{{name}}}", "write {near}"),
    },
    "unknown-placeholder/brace": {
        "ru": ("фигурная скобка без пары", "закройте подстановку или уберите скобку"),
        "en": ("a brace without its other half", "close the placeholder, or take the brace away"),
    },
    "placeholders-differ": {
        "ru": (
            "подстановки по-русски и по-английски разные: {only}",
            "используйте в обоих языках одни и те же",
        ),
        "en": (
            "Russian and English use different placeholders: {only}",
            "use the same ones in both languages",
        ),
    },
    "clause-order": {
        "ru": ("пункт стоит после {after}", "расставьте пункты по возрастанию номеров"),
        "en": ("the clause stands after {after}", "put the clauses in ascending order"),
    },
    "clause-prefix": {
        "ru": ("номер начинается не с {prefix}", "напишите {right}"),
        "en": ("the id does not begin with {prefix}", "write {right}"),
    },
    "last-minute": {
        "ru": ("часы {span} календаря {name} теряют последнюю минуту суток", "напишите {right}"),
        "en": ("the hours {span} of the calendar {name} lose the last minute of the day", "write {right}"),
    },
    "calendar": {
        "ru": ("календарь {name} не составить: {fault}", "исправьте описание календаря"),
        "en": ("the calendar {name} cannot be made: {fault}", "mend the calendar"),
    },
}
"""By message: in each language what is wrong and how to mend it, with the names of the values in braces."""


OF_THE_FILE = "/file"
"""Ends the message of a finding that the reader of the file made, with its words among the values."""


def in_words(message: str, language: str, values: Mapping[str, object]) -> tuple[str, str]:
    """What a finding says in a language (`ru` or `en`), and how to mend it."""
    if message.endswith(OF_THE_FILE):
        place = f"{values['place']}: " if values["place"] else ""
        said = [str(values["message"]), str(values["mend"])]
        if language == "ru":
            said = [in_russian(sentence) for sentence in said]
        return place + said[0], said[1]
    what, mend = WORDS[message][language]
    if language == "ru":
        values = {**values, **{name: in_russian(str(values[name])) for name in ("fault",) if name in values}}
    return what.format_map(values), mend.format_map(values)
