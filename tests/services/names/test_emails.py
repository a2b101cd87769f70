import pytest

from app.errors import RuleError
from app.services.names import check_email, email_key, emails


def test_field_with_several_addresses_is_split() -> None:
    typed = " Anna@Romashka.RU; a+tag@romashka.ru,bad@ почта@romashka.ru\nAnna@romashka.ru"
    assert emails(typed) == ["Anna@romashka.ru", "a+tag@romashka.ru"]


def test_field_without_an_address_gives_none() -> None:
    assert emails("") == []


def test_typed_address_comes_back_without_blanks() -> None:
    assert check_email(" Anna@Romashka.RU ") == "Anna@romashka.ru"


@pytest.mark.parametrize("text", ["", "info", "info@", "почта@romashka.ru", "a@b.ru c@d.ru"])
def test_text_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="not an e-mail address"):
        check_email(text)


def test_key_has_no_capitals() -> None:
    assert email_key(" Anna@Romashka.RU ") == "anna@romashka.ru"
    assert email_key("Не Адрес") == "не адрес"


def test_both_spellings_of_a_cyrillic_domain_have_one_key() -> None:
    assert email_key("info@xn--e1afmkfd.xn--p1ai") == email_key("info@ПРИМЕР.рф")
