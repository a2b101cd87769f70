import pytest

from app.errors import IntegrationError
from app.integrations.bank import ErrorCode, StatementError, WarningCode
from app.services.statements import words
from app.services.statements.words import reason_text, refusal_text, warning_text


def test_unknown_code_is_shown_as_it_is():
    assert reason_text({"code": "of another version", "values": {}}) == "of another version"


def test_sum_that_is_none_stays_as_it_was_written():
    values = {"declared": "DOS", "actual": "utf-8", "stated": "no sum"}

    assert reason_text({"code": "number_date_differs", "values": values | {"number": "5"}}).endswith("no sum")


@pytest.mark.parametrize("code", WarningCode)
def test_every_warning_of_the_reader_has_words(code):
    assert str(code) in words._WARNINGS
    names = ("declared", "actual", "key", "section", "number", "text", "first", "second", "account", "stated", "count")
    values = dict.fromkeys((*names, "counted", "date", "amount"), "1")

    assert "%(" not in warning_text({"code": str(code), "values": values})


@pytest.mark.parametrize("code", ErrorCode)
def test_every_refusal_of_the_reader_has_words(code):
    assert refusal_text(StatementError(code, "detail")) != "detail"


def test_refusal_of_another_system_keeps_its_words():
    assert refusal_text(IntegrationError("The disk is full")) == "The disk is full"


def test_no_text_has_a_sign_that_would_break_it():
    for texts in (words._REASONS, words._WARNINGS, words._LEFT_OUT):
        for text in texts.values():
            assert str(text).count("%") == str(text).count("%(")
