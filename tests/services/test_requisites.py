import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import RuleError
from app.services.requisites import (
    account_key,
    account_warning,
    check_account,
    check_bik,
    check_inn,
    check_kpp,
    check_ogrn,
    clean_digits,
    is_valid_account,
    is_valid_bik,
    is_valid_inn,
    is_valid_kpp,
    is_valid_ogrn,
)

GOOD_ACCOUNTS = [
    ("40702810138250123017", "044525225"),
    ("40702810938120061991", "044525225"),
    ("40817810352091093384", "046015602"),
    ("40702810400000004583", "046015804"),
    ("40702810942020002415", "042202603"),
    ("30101810400000000225", "044525225"),
    ("30101810145250000411", "044525411"),
    ("40102810545370000046", "015402901"),
    ("40101810400000010002", "046015001"),
]


@pytest.mark.parametrize(
    "inn",
    ["7707083893", "7736050003", "7702070139", "6154569327", "7728168971", "7707049388", "500100732259"],
)
def test_right_inn_is_valid(inn: str) -> None:
    assert is_valid_inn(inn)


@pytest.mark.parametrize(
    "inn",
    [
        "7702070138",
        "500100732258",
        "0000000000",
        "000000000000",
        "",
        "770708389",
        "77 07083893",
        "77О7083893",
        "٧707083893",
    ],
)
def test_wrong_inn_is_not_valid(inn: str) -> None:
    assert not is_valid_inn(inn)


@pytest.mark.parametrize("ogrn", ["1027700132195", "1027700149124", "1157746078984", "304500116000157"])
def test_right_ogrn_is_valid(ogrn: str) -> None:
    assert is_valid_ogrn(ogrn)


@pytest.mark.parametrize(
    "ogrn",
    [
        "1027700132196",
        "304500116000158",
        "0000000000000",
        "000000000000000",
        "102770013219",
        "1027700132195 ",
    ],
)
def test_wrong_ogrn_is_not_valid(ogrn: str) -> None:
    assert not is_valid_ogrn(ogrn)


@settings(deadline=None)
@given(st.integers(min_value=30_000_000_000_000, max_value=32_999_999_999_999))
def test_every_ogrnip_with_the_last_digit_of_the_remainder_is_valid(number: int) -> None:
    number *= 10
    body = number % 10**14 or 1
    digits = f"{body:014d}"
    assert is_valid_ogrn(f"{digits}{int(digits) % 13 % 10}")
    assert not is_valid_ogrn(f"{digits}{(int(digits) % 13 + 1) % 10}")


@pytest.mark.parametrize(
    ("kpp", "expected"), [("770701001", True), ("7707AB001", True), ("77070100", False), ("7707аб001", False)]
)
def test_kpp_is_known_by_its_shape(kpp: str, expected: bool) -> None:
    assert is_valid_kpp(kpp) is expected


@pytest.mark.parametrize(
    ("bik", "expected"),
    [
        ("044525225", True),
        ("015402901", True),
        ("010702101", True),
        ("144525225", False),
        ("04452522", False),
    ],
)
def test_bik_is_known_by_its_shape(bik: str, expected: bool) -> None:
    assert is_valid_bik(bik) is expected


@pytest.mark.parametrize(("account", "bik"), GOOD_ACCOUNTS)
def test_right_account_agrees_with_its_bank(account: str, bik: str) -> None:
    assert is_valid_account(account, bik)
    assert account_warning(account, bik) is None


@pytest.mark.parametrize(("account", "bik"), GOOD_ACCOUNTS)
@settings(deadline=None)
@given(place=st.integers(0, 19), shift=st.integers(1, 9))
def test_one_wrong_digit_is_noticed(account: str, bik: str, place: int, shift: int) -> None:
    wrong = account[:place] + str((int(account[place]) + shift) % 10) + account[place + 1 :]
    if wrong.startswith(account[:5]):
        assert not is_valid_account(wrong, bik)


@pytest.mark.parametrize(
    ("account", "bik"),
    [
        ("40702810900000002851", "044525225"),
        ("40702810267020000630", "044525225"),
        ("4070281013825012301", "044525225"),
        ("40702810138250123017", "04452522"),
    ],
)
def test_account_of_another_bank_is_not_valid(account: str, bik: str) -> None:
    assert not is_valid_account(account, bik)


def test_treasury_account_is_not_checked() -> None:
    assert is_valid_account("03100643000000015400", "015402901")


@pytest.mark.parametrize(
    ("account", "bik", "key"),
    [("30101810000000000746", "049805000", "8"), ("40602810900000000025", "049805746", "7")],
)
def test_key_follows_the_examples_of_the_order(account: str, bik: str, key: str) -> None:
    assert account_key(account, bik) == key


def test_account_with_its_own_key_is_valid() -> None:
    account = "40702810000000000001"
    right = account[:8] + account_key(account, "044525225") + account[9:]
    assert is_valid_account(right, "044525225")


def test_key_of_no_account_is_an_error() -> None:
    with pytest.raises(ValueError, match="not an account"):
        account_key("407", "044525225")
    with pytest.raises(ValueError, match="not an account"):
        account_key("40702810000000000001", "")


@pytest.mark.parametrize("letter", ["С", "C"])
def test_letter_of_a_clearing_currency_counts_as_its_digit(letter: str) -> None:
    with_digit = "40702210000000000001"
    key = account_key(with_digit, "044525225")
    assert is_valid_account(f"40702{letter}10{key}00000000001", "044525225")


def test_typed_requisites_come_back_bare() -> None:
    assert check_inn(" ИНН 7707 083893 ") == "7707083893"
    assert check_ogrn("1 02 77 00 13219 5") == "1027700132195"
    assert check_kpp(" 7707ab001 ") == "7707AB001"
    assert check_bik("04 45 25 225") == "044525225"
    assert check_account("40702.810.1.38250123017") == "40702810138250123017"
    assert clean_digits("тел. +7 (495)²") == "7495"


@pytest.mark.parametrize(
    ("check", "text", "reason"),
    [
        (check_inn, "770708389", "10 digits"),
        (check_inn, "7702070138", "check digit of the INN"),
        (check_ogrn, "102770013219", "13 digits"),
        (check_ogrn, "1027700132196", "check digit of the OGRN"),
        (check_kpp, "77070100", "9 characters"),
        (check_bik, "4452522", "9 digits"),
        (check_account, "4070281013825012301", "20 digits"),
    ],
)
def test_wrong_requisite_is_refused_with_its_reason(check, text, reason) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RuleError, match=reason):
        check(text)


def test_account_with_a_wrong_key_is_a_warning() -> None:
    warning = account_warning("40702810900000002851", "044525225")
    assert warning == "The key of account 40702810900000002851 does not match BIK 044525225."


def test_correspondent_account_of_another_bank_is_a_warning() -> None:
    account = "30101810000000000411"
    account = account[:8] + account_key(account, "044525225") + account[9:]
    assert "last three digits" in (account_warning(account, "044525225") or "")
