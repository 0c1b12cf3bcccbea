"""The messages of the reader of regulation files, said in Russian.

The reader words its faults in English as it finds them. Here each of its sentences has a Russian one;
a sentence that is not known stays as it is.
"""

from __future__ import annotations

import re

SENTENCES: tuple[tuple[str, str], ...] = (
    # The YAML itself
    (r"is not YAML: (.*)", r"это не YAML: \1"),
    (r"the file has over (\d+) characters", r"в файле больше \1 знаков"),
    (r"split it", "разделите его"),
    (r"is nested deeper than (\d+) levels", r"вложенность больше \1 уровней"),
    (r"is an alias of another place", "ссылка на другое место файла"),
    (r"write the value out", "напишите само значение"),
    (r"a key must be a plain word", "ключ должен быть простым словом"),
    (r"(.+) stands here twice", r"\1 стоит здесь дважды"),
    (r"keep one of the two", "оставьте что-то одно"),
    (r"(.+) is not a whole number", r"\1 — не целое число"),
    (r"quote it if it is a text", "если это текст, возьмите его в кавычки"),
    (r"(.+) is not used here", r"\1 здесь не используется"),
    (r"take the tag away", "уберите тег"),
    # The grammar
    (r"the file holds no regulation", "в файле нет регламента"),
    (r"a regulation is a map of its parts", "регламент — словарь его частей"),
    (r"(.+) is not known here", r"\1 здесь неизвестно"),
    (r"take it away", "уберите его"),
    (r"(.+) is missing", r"не хватает: \1"),
    (r"add it", "добавьте"),
    (
        r"is no rule of the language; a rule has one of the keys (.+?)( \(it is .*)?",
        r"это не правило: у правила есть один из ключей \1",
    ),
    (r"string should match pattern (.+?)( \(it is (.*)\))?", r"не подходит по форме \1 (значение: \3)"),
    (r"input should be a valid string", "здесь нужен текст"),
    (r"input should be a valid (dictionary|mapping).*", "здесь нужен словарь"),
    (r"input should be a valid list", "здесь нужен список"),
    (r"input should be a valid integer.*", "здесь нужно целое число"),
    (r"input should be a valid boolean.*", "здесь нужно true или false"),
    (r"input should be a valid date.*", "здесь нужна дата ГГГГ-ММ-ДД"),
    (r"input should be (.+) or (.+?)( \(it is (.*)\))?", r"должно быть: \1 или \2 (значение: \4)"),
    (r"input should be (.+?)( \(it is (.*)\))?", r"должно быть: \1 (значение: \3)"),
    (r"did you mean (.+)\?", r"может быть, \1?"),
    (r"one of (.+)", r"что-то из: \1"),
    # Names
    (r"every regulation says what becomes of it", "каждый регламент говорит, что с ним делать"),
    (r"(.+) is a kind as well", r"\1 — ещё и вид обращения"),
    (r"give the group another name", "назовите группу иначе"),
    (r"the field (.+) is called (.+) as well", r"поле \1 тоже называют \2"),
    (
        r"a line of a letter must lead to one field; leave the word to one of them",
        "строка письма должна вести к одному полю; оставьте слово за одним из них",
    ),
    (r"number it anew", "дайте другой номер"),
    (r"(.+) is defined already", r"\1 уже определено"),
    (r"give it another name", "назовите иначе"),
    (r"needs either 'is' or 'rows'", "нужно либо 'is', либо 'rows'"),
    (r"is a fact of every regulation and cannot be changed", "это факт всех регламентов, его не изменить"),
    (r"keep its type and values", "оставьте его тип и значения"),
    (
        r"values belong to a choice, and a choice needs them",
        "значения бывают только у choice, и там они нужны",
    ),
    (r"say type: choice and its values", "напишите type: choice и значения"),
    (r"(.+) is no value of it", r"\1 — не его значение"),
    (r"take one of its values", "возьмите одно из его значений"),
    (r"only staff are asked for a reason", "причину спрашивают только у сотрудников"),
    (r"add staff to known_from", "добавьте staff в known_from"),
    (r"(.+) is not a kind or a group of this regulation", r"в этом регламенте нет вида или группы \1"),
    (r"(.+) is not a kind of this regulation", r"в этом регламенте нет вида обращения \1"),
    (r"(.+) is not a clause of this regulation", r"в этом регламенте нет пункта \1"),
    (r"(.+) is not a calendar of this regulation", r"в этом регламенте нет календаря \1"),
    (r"(.+) is not a ground of this regulation", r"в этом регламенте нет основания отказа \1"),
    (r"(.+) is not a fact of this regulation", r"в этом регламенте нет факта \1"),
    (r"(.+) is not an obligation of this regulation", r"в этом регламенте нет обязательства \1"),
    # Rules and conditions
    (r"the rules (.+) wait for one another", r"правила \1 ждут друг друга"),
    (r"let one of them rest on facts instead", "пусть одно из них опирается на факты"),
    (r"(.+) is no fact or defined word", r"\1 — не факт и не определённое слово"),
    (r"(.+) is not among the values", r"\1 — не одно из значений"),
    (r"(.+) is no field", r"\1 — не поле"),
    (r"(.+) asks for a service, and there are none", r"\1 спрашивает услугу, а услуг в регламенте нет"),
    (r"the shortest of different units cannot be told", "сроки в разных единицах не сравнить"),
    (r"use one unit", "возьмите одну единицу"),
    (r"is no table by (.+)", r"это не таблица по \1"),
    (r"write a span for each of its values", "напишите срок для каждого значения"),
    (r"(.+) is no defined word whose values are whole numbers", r"\1 — не слово с целыми числами"),
    (r"has no last row that always holds", "нет последней строки без условия"),
    (r"add a row with only 'is'", "добавьте строку, где есть только 'is'"),
    (r"is too intricate to be proved", "слишком запутано, чтобы это доказать"),
    (r"split the rule, or define a word for a part", "разделите правило или определите слово для его части"),
    (
        r"is not a condition; a map of facts and what they must be",
        "это не условие: нужен словарь «факт: значение»",
    ),
    (r"takes a list of conditions", "здесь нужен список условий"),
    (r"(.+) is no fact, field or defined word", r"\1 — не факт, не поле и не определённое слово"),
    (r"is no expectation", "так значение не ждут"),
    (r"a value, a list of values, or \{not: …\}", "значение, список значений или {not: …}"),
    (r"a member, a list of members, or \{not: …\}", "член, список членов или {not: …}"),
    (r"(.+) is no value of (.+)", r"у \2 нет значения \1"),
    (r"(.+) is no member of (.+)", r"в \2 нет члена \1"),
    (r"is no test of a date", "это не проверка даты"),
    (r"(.+) is no test of a date", r"\1 — не проверка даты"),
    (r"(.+) is no number of years", r"\1 — не число лет"),
    (r"(\{on_or_after: receipt\}.*) or (\{less.*)", r"\1 или \2"),
    (
        r"(.+) is not a span; a number and minutes.*",
        r"\1 — не срок: нужны число и единица, например «4 working hours», или «unlimited»",
    ),
    # Hours and editions
    (r"(.+) is not a day of this calendar; of (.+)", r"\1 — не день этого календаря; его дни: \2"),
    (r"the calendar never opens", "по этому календарю никогда не работают"),
    (r"working days need a source of days off: (.+)", r"рабочим дням нужен источник выходных: \1"),
    (r"(.+) is no span of hours like (.+), nor 'always'", r"\1 — не часы вида \2 и не 'always'"),
    (
        r"(.+) ends before it begins; past midnight write (.+)",
        r"\1 кончается раньше, чем начинается; за полночь пишут \2",
    ),
    (r"(.+) is no time zone", r"\1 — не часовой пояс"),
    (r"write a name like (.+)", r"напишите, например, \1"),
    (
        r"the edition of (.+) of (.+) stands after that of (.+) of (.+)",
        r"редакция \1 (\2) стоит после редакции \3 (\4)",
    ),
    (
        r"one file holds one regulation, its editions from the oldest to the newest",
        "в файле один регламент, его редакции — от старой к новой",
    ),
    # Calendars
    (r"(.+) names no days off; one of (.+)", r"\1 — не источник выходных; что-то из: \2"),
    (r"(.+) is no layer over (.+); one of (.+)", r"\1 — не слой над \2; что-то из: \3"),
    (r"a layer lies over days off; name the days off too", "слой лежит над выходными: назовите и выходные"),
)
"""A pattern for a whole sentence of the reader, and the sentence in Russian."""

_SENTENCES = [(re.compile(pattern, re.DOTALL), words) for pattern, words in SENTENCES]


def in_russian(sentence: str) -> str:
    """A sentence of the reader in Russian; unchanged where it is not known."""
    for pattern, words in _SENTENCES:
        match = pattern.fullmatch(sentence)
        if match is not None:
            return match.expand(words).replace(" (значение: )", "")
    return sentence
