"""Search through the trigram indexes finds what reading every row would find, and notices when it would not."""

from typing import Any

import pytest
from sqlalchemy import String, literal, select, text
from sqlalchemy.orm import Session

from app.database import holds
from app.models.clients import Client
from app.models.sales import Invoice
from app.services import trigram_indexes, trigrams
from app.services.trigram_indexes import differing_indexes, finds_russian, rebuild_indexes
from app.services.trigrams import counting_in_indexes, counting_in_texts, holding, matching
from tests.factories import make_client, make_invoice


@pytest.fixture(params=[5_000, 0], ids=["looked up", "read"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Every question is asked in both ways: by the index, and as if each word were common."""
    monkeypatch.setattr(trigrams, "COMMON", request.param)
    found: int = request.param
    return found


def found(session: Session, *variants: str) -> set[str]:
    words = [variant.split() for variant in variants]
    return set(session.scalars(select(Client.name).where(matching(session, Client, words))))


def test_a_part_in_the_middle_of_a_word_is_enough(session: Session, way: int):
    make_client(session, name="Подшипник")
    make_client(session, name="Шип и шина")

    assert found(session, "дшипн") == {"Подшипник"}
    assert found(session, "шип") == {"Подшипник", "Шип и шина"}
    assert found(session, "нет такого") == set()


def test_trigrams_that_stand_apart_make_no_word(session: Session, way: int):
    make_client(session, name="абвг вгда")

    assert found(session, "абвгда") == set()


def test_a_short_word_narrows_what_a_long_one_finds(session: Session, way: int):
    make_client(session, name="Гранит 17")
    make_client(session, name="Гранит 18")

    assert found(session, "гранит 17") == {"Гранит 17"}
    assert found(session, "18") == {"Гранит 18"}


def test_signs_of_patterns_and_of_fts_are_letters_like_others(session: Session, way: int):
    client = make_client(session)
    client.name = "x"
    session.flush()
    session.execute(text("update client set search_key = :key where id = :id"), {"key": 'a"b%c_d*e', "id": client.id})

    assert found(session, 'a"b%c_') == {"x"}
    assert found(session, "a%c") == set()


def test_one_variant_of_several_is_enough(session: Session, way: int):
    make_client(session, name="Ромашка")
    make_client(session, name="Вектор")
    make_client(session, name="Гранит")

    assert found(session, "ромашка", "вектор") == {"Ромашка", "Вектор"}
    assert found(session) == set()


def test_hits_are_counted_alike_in_texts_and_in_the_index(session: Session):
    for name in ("Маяк один", "Маяк два", "Якорь"):
        make_client(session, name=name)
    session.flush()
    words = ["маяк", "якорь", "гранит"]

    def counted(counting: Any) -> list[tuple[int, int]]:
        return sorted((place, count) for place, count in counting(session, [Client], words))

    assert counted(counting_in_texts) == [(0, 2), (1, 1), (2, 0)]
    if session.get_bind().dialect.name == "sqlite":
        assert counted(counting_in_indexes) == counted(counting_in_texts)


def test_an_invoice_is_found_by_its_client(session: Session, way: int):
    invoice = make_invoice(session, number="КС-17", client=make_client(session, name="Ромашка"))
    make_invoice(session, number="КС-18", client=make_client(session, name="Вектор"))
    relations = [(Invoice.client_id, Client)]

    for words in (["ромаш"], ["кс", "ромаш"], ["ромаш", "кс", "17"]):
        assert session.scalars(select(Invoice).where(matching(session, Invoice, [words], relations))).all() == [invoice]


def test_the_index_follows_changes_and_removals(session: Session):
    client = make_client(session, name="Ромашка")
    client.name = "Вектор"
    session.flush()
    assert (found(session, "ромашка"), found(session, "вектор")) == (set(), {"Вектор"})
    session.delete(client)
    session.flush()
    assert found(session, "вектор") == set()
    assert differing_indexes(session) == []


def test_an_index_that_fell_behind_is_noticed_and_mended(session: Session):
    if session.get_bind().dialect.name != "sqlite":
        assert (differing_indexes(session), rebuild_indexes(session)) == ([], 0)
        return
    make_client(session, name="Ромашка")
    session.execute(text("insert into client_search_key_trigram (client_search_key_trigram) values ('delete-all')"))

    assert differing_indexes(session) == ["client_search_key_trigram"]
    assert rebuild_indexes(session) > 10
    assert differing_indexes(session) == []
    assert found(session, "ромашка") == {"Ромашка"}


def test_russian_words_are_found_here(session: Session):
    assert finds_russian(session)


def test_a_server_that_makes_no_russian_trigrams_is_noticed(session: Session, monkeypatch: pytest.MonkeyPatch):
    class Deaf:
        class dialect:  # noqa: N801 (stands for an attribute)
            name = "postgresql"

    monkeypatch.setattr(session, "get_bind", lambda: Deaf)
    monkeypatch.setattr(session, "scalar", _false)
    assert not finds_russian(session)


def _false(_statement: Any) -> bool:
    return False


# --- The words of a record's own key, looked up together -----------------------------------------------------------


def test_all_words_must_be_held(session: Session):
    both = make_client(session, name="ООО «Маяк Казань»")
    make_client(session, name="ООО «Маяк Пермь»")
    make_client(session, name="ООО «Якорь Казань»")
    held = holding(session, Client, ["маяк", "казань", "ка"])
    assert session.scalars(select(Client.id).where(held)).all() == [both.id]


@pytest.mark.once
def test_only_so_many_of_the_newest_hits_below_a_key_are_looked_at(session: Session):
    """On SQLite; PostgreSQL reads them back from the newest by itself."""
    made = [make_client(session, name=f"ООО «Маяк 50% {number}»").id for number in range(5)]
    statement = select(Client.id).where(trigrams.newest_holding(Client, 2, 2)).order_by(Client.id.desc())
    given = trigrams.given_words(["маяк", "50"], made[4])
    assert session.scalars(statement, given).all() == [made[3], made[2]]
    assert session.scalars(statement, trigrams.given_words(["маяк", "5_"], made[4])).all() == []


def test_few_hits_are_given_as_keys(session: Session):
    made = [make_client(session, name=f"ООО «Маяк {number}»").id for number in range(3)]
    assert sorted(trigrams.find(session, Client, ["маяк"], 3).keys) == made
    assert trigrams.find(session, Client, ["маяк"], 2).keys is None
    assert trigrams.find(session, Client, ["маяк", "якорь"], 2).keys == []


@pytest.mark.parametrize(("words", "are"), [(["маяк"], True), (["якорь"], False), (["маяк", "якорь"], False)])
def test_so_many_hold_the_words_that_they_are_not_put_in_order(
    session: Session, monkeypatch: pytest.MonkeyPatch, words: list[str], are: bool
):
    monkeypatch.setattr(trigrams, "COMMON", 2)
    monkeypatch.setattr(trigrams, "MANY_OF_SAMPLE", 3)
    for name in ("Маяк 1", "Маяк 2", "Маяк 3", "Якорь"):
        make_client(session, name=f"ООО «{name}»")
    assert trigrams.find(session, Client, words, 9).are_many is are


def test_words_too_short_for_the_index_are_read_and_may_be_in_many(session: Session):
    client = make_client(session, name="ООО «Як»")
    assert trigrams.find(session, Client, ["як"], 9).are_many
    assert session.scalars(select(Client.id).where(holding(session, Client, ["як"]))).all() == [client.id]


def test_of_the_newest_records_those_count_that_hold_all_words(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trigrams, "SAMPLE", 2)
    for name in ("Маяк 1", "Маяк 2 Казань", "Якорь"):
        make_client(session, name=f"ООО «{name}»")
    assert len(session.execute(trigrams.among_newest(session, Client, ["маяк", "казань"])).all()) == 1


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("маяк", ["мая", "аяк"]),
        ("мая", ["мая"]),
        ("прогресс", ["про", "гре", "есс"]),
        ("003839986791", ["003", "839", "986", "791"]),
        ("ааааааа", ["ааа"]),
    ],
)
def test_pieces_of_a_word_leave_no_letter_out(word: str, pieces: list[str]):
    assert trigram_indexes.trigrams_of(word) == pieces


@pytest.mark.once
def test_a_text_of_the_pieces_of_a_word_is_not_the_word(session: Session):
    """On SQLite, whose index knows pieces alone."""
    make_client(session, name="ООО «Гресс Про»")
    word = ["прогресс"]
    hits = session.execute(trigram_indexes.in_mirror(trigram_indexes.index_of(Client), ["про", "гре", "есс"]))
    assert len(hits.all()) == 1
    assert trigrams.find(session, Client, word, 9) == trigrams.Found(are_many=False, keys=[])
    assert session.scalars(select(Client.id).where(holding(session, Client, word))).all() == []
    assert session.scalars(select(Client.id).where(matching(session, Client, [word]))).all() == []
    newest = select(Client.id).where(trigrams.newest_holding(Client, 1, 9))
    assert session.scalars(newest, trigrams.given_words(word, 2**62)).all() == []


@pytest.mark.parametrize(("word", "is_held"), [("5%", True), ("5_", False), ("5%с", False), ("СКИДКИ", False)])
def test_a_word_that_is_compared_stands_for_itself(session: Session, word: str, is_held: bool):
    question = select(holds(literal("маяк 5% скидки", String()), "word"))
    assert session.scalar(question, {"word": word}) is is_held


@pytest.mark.parametrize(
    ("words", "own"),
    [(["7"], None), (["007"], [[0]]), (["маяк", "007"], [[], [0]]), (["2026"], None)],
    ids=["too short for the index", "one has it", "none has one of them", "more have it"],
)
def test_the_records_that_have_a_word_themselves_are_found_in_the_same_question(
    session: Session, words: list[str], own: list[list[int]] | None
):
    made = [make_invoice(session, number=number).id for number in ("2026007", "2026008")]
    expected = own and {f"itself_{at}": [made[key] for key in keys] for at, keys in enumerate(own)}
    assert trigrams.find(session, Client, words, 9, (Invoice, 1)).own == expected


@pytest.mark.parametrize("few", [True, False])
def test_rows_are_compared_with_their_own_words_and_those_of_a_relation(session: Session, few: bool):
    client = make_client(session, name="ООО «Маяк»")
    both = [make_invoice(session, client=client, number=number).id for number in ("771", "781")]
    make_invoice(session, client=make_client(session, name="ООО «Якорь»"), number="7710")
    relations = [(Invoice.client_id, Client)]
    statement = select(Invoice.id).where(trigrams.comparing(Invoice, relations, 2, have_few=few)).order_by(Invoice.id)
    values = trigrams.compared_of_few if few else trigrams.compared
    for words, found in ((["маяк", "маяк"], both), (["маяк", "771"], both[:1]), (["маяк", "7%"], [])):
        assert session.scalars(statement, values(words)).all() == found


@pytest.mark.parametrize("are_given", [True, False])
def test_rows_of_related_records_are_found_and_those_that_have_a_word_themselves(session: Session, are_given: bool):
    client = make_client(session, name="ООО «Маяк Сервис»")
    both = [make_invoice(session, client=client, number=number).id for number in ("771", "781")]
    make_invoice(session, client=make_client(session, name="ООО «Якорь Сервис»"), number="7710")
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    for named in {is_sqlite, False}:
        assert_belonging(session, both, are_given=are_given, named=named)


def assert_belonging(session: Session, both: list[int], *, are_given: bool, named: bool) -> None:
    relation = (Invoice.client_id, Client)
    for words, found in ((["маяк", "сервис"], both), (["маяк", "771"], both[:1]), (["771", "781"], [])):
        known = trigrams.find(session, Client, words, 9, (Invoice, 9))
        given = {**trigrams.given_words(words, 0), **(known.own or {}), trigrams.RELATED: known.keys}
        belonging = trigrams.belonging(Invoice, relation, 2, are_given=are_given, named=named)
        assert session.scalars(select(Invoice.id).where(belonging).order_by(Invoice.id), given).all() == found


def test_in_texts_the_hits_are_those_among_the_newest(session: Session, monkeypatch: pytest.MonkeyPatch):
    """As PostgreSQL is asked; SQLite can be."""
    monkeypatch.setattr(trigrams, "SAMPLE", 2)
    made = [make_client(session, name=f"ООО «Маяк {number}»").id for number in range(3)]
    invoice = make_invoice(session, number="007").id
    hits, found, *own = trigrams.find_in_texts(session, Client, ["маяк"], (1, 9, 9), Invoice)
    assert (hits, [key for (key,) in found or ()], [each or [] for each in own]) == (1, made, [[]])
    assert trigrams.find_in_texts(session, Client, ["007"], (1, 9, 9), Invoice)[2] == [[invoice]]
    assert not trigrams.find_in_texts(session, Client, ["маяк"], (0, 9, 9), None)[1]
