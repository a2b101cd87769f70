import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.names import company_key, is_legal_form, search_key

NAMES = st.text() | st.text('оОпПаАёЁиИ чЧ"«»().-1278+ ')


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ('ООО "Ромашка"', "ромашка"),
        ("Общество с ограниченной ответственностью «РОМАШКА»", "ромашка"),
        ("РОМАШКА ООО", "ромашка"),
        ("ООО Ромашка-Торг", "ромашка торг"),
        ("ИП Иванов Иван Иванович", "иванов иван иванович"),
        ("Иванов Иван Иванович (ИП)", "иванов иван иванович"),
        ("Индивидуальный предприниматель Иванов И.И.", "иванов и и"),
        ("ПАО СБЕРБАНК", "сбербанк"),
        ("АО «Альфа-Банк»", "альфа банк"),
        ('ООО "Ёлки-Палки"', "елки палки"),
        ('ОП ООО "Вектор" в г. Тула', "вектор в г тула"),
        ('ООО ТД "Ромашка"', "тд ромашка"),
        ("Общество с ООО ограниченной ответственностью Луч", "луч"),
        ("Оптима", "оптима"),
        ("Аои\u0306", "аой"),
    ],
)
def test_spellings_of_a_company_have_one_key(name: str, key: str) -> None:
    assert company_key(name) == key


def test_name_that_is_only_a_legal_form_keeps_it() -> None:
    assert company_key("ООО «ООО»") == "ооо ооо"


@settings(deadline=None)
@given(NAMES)
def test_key_of_a_key_is_the_key(name: str) -> None:
    assert company_key(company_key(name)) == company_key(name)


@settings(deadline=None)
@given(NAMES)
def test_search_key_of_a_search_key_is_the_same(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


def test_search_key_joins_the_parts_of_a_record() -> None:
    key = search_key('ООО "Ёлки-Палки"', "7707083893", None, "", "—", "8 (495) 123-45-67", "info@elki.ru")
    assert key == "елки палки 7707083893 74951234567 info elki ru"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("8 (495) 123-45-67", "74951234567"),
        ("+7 495 123 45 67", "74951234567"),
        ("8 495 123 456 7", "74951234567"),
        ("(495) 123-45-67", "4951234567"),
        ("88005553535", "78005553535"),
        ("7707083893 5", "7707083893 5"),
        ("7707083893 8 495 123-45-67", "7707083893 74951234567"),
        ("Салон 8", "салон 8"),
        ("1 495 123 45 67", "1 4951234567"),
        ("Бур 5 мм 12 34", "бур 5 мм 12 34"),
        ("٨ 495 123 45 67", "٨ 4951234567"),
    ],
)
def test_phone_in_a_search_key_is_bare_digits(text: str, key: str) -> None:
    assert search_key(text) == key


def test_what_is_typed_is_found_in_the_key() -> None:
    key = search_key("ООО «Ромашка»", "+74951234567")
    for typed in ("ромаш", "РОМАШКА ООО", "8 495 123-45-67", "(495) 123-45-67"):
        assert search_key(typed) in key


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("ООО", True),
        (" ооо «", True),
        ("Общество с ограниченной ответственностью", True),
        ("ООО Маяк", False),
        ("оооо", False),
        ("", False),
        ("«»", False),
    ],
)
def test_a_legal_form_alone_is_told_from_a_name(text: str, is_one: bool) -> None:
    assert is_legal_form(text) is is_one
