import pytest

from app.integrations.bank.parties import Party, PartyReader
from tests.integrations.bank.statements import OTHER, OWN, document, read_documents


def payer(**values: str) -> Party:
    (found,) = read_documents(*document(**{f"Плательщик{key}": value for key, value in values.items()})).documents
    return found.payer


def whole(text: str, **values: str) -> Party:
    (found,) = read_documents(*document(Плательщик=text, **values)).documents
    return found.payer


@pytest.mark.parametrize(
    "text",
    [
        'ИНН 7734660892 ООО "Ветер"',
        'ИНН7734660892 ООО "Ветер"',
        '7734660892 ООО "Ветер"',
        '7734660892, ООО "Ветер"',
        'ИНН 7734660892 КПП 773401001 ООО "Ветер"',
    ],
)
def test_inn_before_the_name_is_cut_and_used(text: str) -> None:
    party = whole(text)
    assert (party.inn, party.name) == ("7734660892", 'ООО "Ветер"')


def test_twelve_digits_of_an_entrepreneur_are_not_cut_to_ten() -> None:
    party = whole("ИНН 500100732259 ИП Вымышленный")
    assert (party.inn, party.name) == ("500100732259", "ИП Вымышленный")


@pytest.mark.parametrize("text", ['ООО "Ветер"', "1000 мелочей", "12345 ООО", "77346608920"])
def test_name_without_an_inn_is_left_whole(text: str) -> None:
    party = whole(text)
    assert (party.inn, party.name) == ("", text)


def test_separate_inn_and_name_are_preferred() -> None:
    party = whole("ИНН 7734660892 Старое", ПлательщикИНН="7702070139", Плательщик1='АО "Бета"')
    assert (party.inn, party.name) == ("7702070139", 'АО "Бета"')


def test_inn_of_the_whole_name_helps_a_name_in_parts() -> None:
    party = whole("ИНН 7734660892 Ветер", Плательщик1="Ветер")
    assert (party.inn, party.name) == ("7734660892", "Ветер")


@pytest.mark.parametrize("inn", ["", "0", "0000000000", "000000000000", "123", "77346608921"])
def test_inn_of_zeros_or_wrong_length_is_none(inn: str) -> None:
    assert payer(ИНН=inn).inn == ""


def test_zero_inn_in_the_name_is_cut_off() -> None:
    party = whole("ИНН 0 Иванов Иван")
    assert (party.inn, party.name) == ("", "Иванов Иван")


def test_five_digits_are_the_code_of_a_foreign_company() -> None:
    party = payer(ИНН="12345")
    assert (party.inn, party.kio) == ("", "12345")


@pytest.mark.parametrize("kpp", ["", "0", "000000000", "12"])
def test_empty_or_zero_kpp_is_none(kpp: str) -> None:
    assert payer(КПП=kpp).kpp == ""


def test_kpp_with_letters_is_kept() -> None:
    assert payer(КПП="7707aB001").kpp == "7707AB001"


@pytest.mark.parametrize(
    ("inn", "account", "doubtful"),
    [
        ("7707083893", "40817810352091093384", True),
        ("7707083893", "42307810352091093384", True),
        ("7707083893", "47422810352091093384", True),
        ("500100732259", "40817810352091093384", False),
        ("7707083893", "40702810352091093384", False),
        ("", "40817810352091093384", False),
    ],
)
def test_inn_of_a_bank_on_a_persons_account_is_doubtful(inn: str, account: str, doubtful: bool) -> None:
    assert payer(ИНН=inn, РасчСчет=account).inn_may_be_the_banks is doubtful


def test_account_of_the_clients_bank_is_shown_and_either_is_matched() -> None:
    party = payer(Счет="30101810400000000225", РасчСчет="40702 810 8 00000000111")
    assert (party.account, party.direct_account) == (OTHER, "30101810400000000225")
    assert party.own_account(frozenset({OTHER})) == OTHER
    assert party.own_account(frozenset({"30101810400000000225"})) == "30101810400000000225"
    assert party.own_account(frozenset({OWN})) == ""


def test_indirect_settlement_keeps_account_and_bank_in_the_name_lines() -> None:
    values = {"Счет": "30101810400000000225", "1": "Ветер", "2": "р/с", "3": "Банк"}
    assert (payer(**values).account, payer(**values).bank) == ("30101810400000000225", "")
    party = payer(**values | {"2": OTHER})
    assert (party.account, party.bank) == (OTHER, "Банк")


def test_bank_requisites_are_read() -> None:
    party = payer(Банк1="ПАО СБЕРБАНК", Банк2="г. Москва", БИК="044525225", Корсчет="30101810400000000225")
    assert (party.bank, party.bank_city) == ("ПАО СБЕРБАНК", "г. Москва")
    assert (party.bik, party.corr_account) == ("044525225", "30101810400000000225")


def test_equal_sides_are_shared_until_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PartyReader, "_LIMIT", 1)
    reader = PartyReader("Плательщик")
    first = reader.read({"плательщик1": "Первый"})
    assert reader.read({"плательщик1": "Первый"}) is first
    reader.read({"плательщик1": "Второй"})
    again = reader.read({"плательщик1": "Первый"})
    assert again == first
    assert again is not first
