from reglament.regulation.model.edition import Define


def defined(*values: str, rows: list[object]) -> Define:
    titles = {value: {"ru": value, "en": value} for value in values}
    title = {"ru": "слово", "en": "word"}
    return Define.model_validate({"define": "word", "title": title, "values": titles, "rows": rows})


def test_a_value_written_in_digits_is_the_number_that_a_row_names() -> None:
    rule = defined("1", "2", rows=[{"is": 2}])
    assert tuple(rule.values) == (1, 2)
    assert rule.rows[0].value in rule.values


def test_a_value_written_in_letters_stays_a_word() -> None:
    assert tuple(defined("basic", "extended", rows=[{"is": "basic"}]).values) == ("basic", "extended")
