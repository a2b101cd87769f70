"""Clients entered twice are found while typing and stopped before saving, whoever's clients they are."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.clients import Client, ClientKind, ContactEmail, ContactPhone
from app.models.duplicates import ClientKey, DuplicatePair, PairState
from app.permissions import WRITE, FieldRight, Scope, Viewer
from app.services.duplicates import (
    Card,
    DuplicateError,
    Match,
    Reason,
    Typed,
    card_of,
    check_duplicates,
    compare,
    find_duplicates,
    note_saved_anyway,
    words_of,
)
from app.services.duplicates.cards import inn_shape, load_cards
from app.services.duplicates.keys import clients_without_keys, fingerprints, refresh_keys
from app.services.duplicates.likeness import CERTAIN, STRONG, WEAK
from app.services.duplicates.sounds import name_likeness, name_sounds, word_sound
from bench.duplicates import measure
from tests import factories as make

INN, OTHER_INN = "7707083893", "7736050003"
PERSON_INN = "500100732259"


def card(name: str = "ООО «Ромашка»", **given: object) -> Card:
    return card_of(Typed(name=name, **given))  # type: ignore[arg-type]


def as_viewer(session: Session, employee: object, *, may_save: bool) -> None:
    rights = frozenset({(WRITE, FieldRight.SAVE_DUPLICATE)}) if may_save else frozenset()
    user = make.make_user(session)
    session.info["viewer"] = Viewer(user.id, employee.id, Scope.OWN_CLIENTS, rights)  # type: ignore[attr-defined]


class TestNames:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("ООО «Ромашка»", "РОМАШКА ООО"),
            ("ООО «Ромашка»", "Romashka LLC"),
            ("ООО «Стройинвест»", "Stroyinvest"),
            ("ИП Ёлкин", "ИП Елкин"),
            ("ТД «Ромашка»", "Торговый дом Ромашка"),
            ("ООО «Тепло-Сервис»", "Сервис Тепло"),
            ("ООО «Строй Торг»", "СтройТорг"),
            ("Вектор2", "Вектор 2"),
        ],
    )
    def test_one_firm_written_two_ways_sounds_alike(self, one: str, other: str) -> None:
        assert name_likeness(name_sounds(one), name_sounds(other)) == 1

    @pytest.mark.parametrize(
        ("one", "other"),
        [("Промтехника", "Промтехинка"), ("Электромонтаж", "Элктромонтаж"), ("Иванов И. И.", "Иванов Иван Ильич")],
    )
    def test_a_slip_of_the_finger_and_initials_are_alike(self, one: str, other: str) -> None:
        assert 0.85 <= name_likeness(name_sounds(one), name_sounds(other)) < 1

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Ромашка", "Ромашка Торг"),
            ("Вектор Ю", "Вектор"),
            ("Альянс плюс", "Альянс"),
            ("Школа 1", "Школа 12"),
            ("Школа 1", "Лицей 2"),
            ("Ока", "Ода"),
            ("И И", "И Иван"),
            ("Ян И И", "Иванов Иван"),
            ("", "Ромашка"),
            ("Горизонт", "Меридиан"),
        ],
    )
    def test_another_word_or_number_is_another_firm(self, one: str, other: str) -> None:
        assert name_likeness(name_sounds(one), name_sounds(other)) < 0.85

    def test_a_number_keeps_its_value_and_a_lone_sign_itself(self) -> None:
        assert (word_sound("007"), word_sound("0"), word_sound("ъ")) == ("7", "0", "ъ")


class TestComparing:
    def test_the_same_inn_is_the_same_client(self) -> None:
        assert compare(card(inn=INN), card("Другое имя", inn=INN)).strength == CERTAIN

    def test_one_inn_with_two_kpp_is_a_branch_and_no_duplicate(self) -> None:
        found = compare(card(inn=INN, kpp="770701001"), card(inn=INN, kpp="540243001"))
        assert WEAK <= found.strength < STRONG
        assert found.reasons[0] is Reason.BRANCH

    def test_a_sole_proprietor_has_no_branches(self) -> None:
        assert compare(card(inn=PERSON_INN, kpp="1"), card(inn=PERSON_INN, kpp="2")).strength == CERTAIN

    def test_the_same_ogrn_is_nearly_certain(self) -> None:
        assert compare(card(ogrn="1027700132195"), card("Иное", ogrn="1027700132195")).is_strong

    def test_two_inns_are_two_clients_however_alike(self) -> None:
        found = compare(
            card(inn=INN, town="Тула", phones=["+74950000001"]),
            card(inn=OTHER_INN, town="Тула", phones=["84950000001"]),
        )
        assert not found.is_strong
        assert Reason.OTHER_INN in found.reasons
        assert compare(card(inn=INN), card("Горизонт", inn=OTHER_INN)).strength == 0

    @pytest.mark.parametrize(
        ("one", "other", "is_strong"),
        [
            ({"phones": ["8 (495) 000-00-01"]}, {"phones": ["+74950000001"]}, True),
            ({"emails": ["Info@Example.ru"]}, {"emails": ["info@example.ru"]}, True),
            ({"people": ["Иванов Иван Ильич"]}, {"people": ["Иванов И.И."]}, True),
            ({"town": "Тула"}, {"town": "тула"}, True),
            ({"town": "Тула"}, {}, True),
            ({"town": "Тула"}, {"town": "Орёл"}, False),
        ],
    )
    def test_one_name_needs_the_town_or_a_way_to_reach_them(self, one, other, is_strong: bool) -> None:
        assert compare(card(**one), card(**other)).is_strong is is_strong

    @pytest.mark.parametrize(
        ("kind", "town", "is_strong"), [(ClientKind.PERSON, "Тула", True), (ClientKind.PERSON, "", False)]
    )
    def test_namesakes_among_people_are_common(self, kind: ClientKind, town: str, is_strong: bool) -> None:
        one = card("Иванов Иван Ильич", kind=kind, town=town)
        assert compare(one, one).is_strong is is_strong

    def test_a_similar_name_alone_is_weak_and_with_a_phone_strong(self) -> None:
        here, there = {"town": "Тула"}, {"town": "Орёл"}
        assert WEAK <= compare(card("Промтехника", **here), card("Промтехинка", **here)).strength < STRONG
        assert WEAK <= compare(card("Промтехника"), card("Промтехинка")).strength < STRONG
        assert compare(card("Промтехника", **here), card("Промтехинка", **there)).strength == 0
        person = {"kind": ClientKind.PERSON, "town": "Тула"}
        assert compare(card("Иванов Иван", **person), card("Иванов Ивам", **person)).strength < STRONG
        phone = {"phones": ["84950000001"]}
        assert compare(card("Промтехника", **phone), card("Промтехинка", **phone)).is_strong

    def test_a_shared_switchboard_is_worth_a_look_only(self) -> None:
        phone, mail, person = {"phones": ["84950000001"]}, {"emails": ["a@example.ru"]}, {"people": ["Иванов Иван"]}
        others = [phone, mail, phone | mail, phone | mail | person, person | {"town": "Тула"}]
        assert all(WEAK <= compare(card(**each), card("Горизонт", **each)).strength < STRONG for each in others)
        everything = phone | mail | person
        assert compare(card("Ромашка Торг", **everything), card("Ромашка", **everything)).is_strong
        assert compare(card(**person), card("Горизонт", people=["Иванов Пётр"])).strength == 0

    def test_a_leading_zero_lost_in_a_spreadsheet_is_put_back(self) -> None:
        assert inn_shape("278000001") == "278000001"
        assert inn_shape("ИНН 7707 083893") == INN


class TestFingerprints:
    def test_cards_of_one_firm_meet(self) -> None:
        for other in ("Ромшака", "Рмашка", "Роомашка", "Romashka"):
            assert fingerprints(card("Ромашка")) & fingerprints(card(other))
        long = "Научный городок приборостроителей"
        assert fingerprints(card(long)) & fingerprints(card("Научный городок приборостроитилей"))
        assert not fingerprints(card(""))

    def test_they_follow_the_client_and_its_contacts(self, session: Session) -> None:
        client = make.make_client(session, name="ООО «Ромашка»", phone="+74950000001")
        contact = make.make_contact(session, client=client, family_name="Иванов")
        contact.phones = [ContactPhone(number="+79160000001")]
        contact.emails = [ContactEmail(address="a@example.ru")]
        session.flush()
        assert keys_of(session, client) == fingerprints(load_cards(session, [client.id])[client.id])
        for change in (
            lambda: setattr(client, "name", "ООО «Горизонт»"),
            lambda: setattr(contact.phones[0], "number", "+79160000002"),
            lambda: contact.emails.clear(),
            lambda: session.delete(contact),
        ):
            before = keys_of(session, client)
            change()
            session.flush()
            assert keys_of(session, client) != before
            assert keys_of(session, client) == fingerprints(load_cards(session, [client.id])[client.id])

    def test_a_contact_that_leaves_takes_its_fingerprints_along(self, session: Session) -> None:
        old, new = make.make_client(session), make.make_client(session)
        contact = make.make_contact(session, client=old, family_name="Редкофамильный")
        taken = keys_of(session, old)
        contact.client = new
        session.flush()
        assert keys_of(session, old) < taken
        contact.client_id = old.id
        session.flush()
        assert keys_of(session, old) == taken

    def test_a_change_that_tells_nothing_apart_touches_none(self, session: Session, count_queries) -> None:
        client = make.make_client(session)
        client.comment = "Звонить утром"
        with count_queries() as queries:
            session.flush()
        assert not any("client_key" in query for query in queries)

    def test_what_came_past_the_session_is_found_and_mended(self, session: Session) -> None:
        client = make.make_client(session)
        session.query(ClientKey).delete()
        assert client.id in clients_without_keys(session)
        refresh_keys(session.connection(), [client.id])
        assert client.id not in clients_without_keys(session)

    def test_a_rollback_forgets_what_was_to_be_kept(self, session: Session) -> None:
        client = make.make_client(session)
        client.name = "x" * 10
        session.info["duplicate_keys_pending"] = [client]
        session.rollback()
        assert "duplicate_keys_pending" not in session.info


def keys_of(session: Session, client: Client) -> set[int]:
    return set(session.scalars(select(ClientKey.key).where(ClientKey.client_id == client.id)))


class TestFinding:
    def test_the_best_match_stands_first(self, session: Session) -> None:
        weak = make.make_client(session, name="Промтехинка", town="Тула")
        strong = make.make_client(session, name="ООО «Промтехника»", town="Тула", inn=INN)
        found = find_duplicates(session, card("Промтехника", town="Тула", inn=INN))
        assert [match.card.id for match in found] == [strong.id, weak.id]
        assert find_duplicates(session, card("")) == []
        assert find_duplicates(session, card("Неслыханное")) == []

    def test_a_contact_of_another_client_is_met_by_phone(self, session: Session) -> None:
        client = make.make_client(session)
        contact = make.make_contact(session, client=client)
        contact.phones = [ContactPhone(number="+79160000009")]
        session.flush()
        (match,) = find_duplicates(session, card("Горизонт", phones=["тел. 8 916 000-00-09 Иван"]))
        assert match.likeness.reasons == (Reason.PHONE,)

    def test_of_a_colleagues_client_only_the_responsible_is_told(self, session: Session) -> None:
        anna, boris = make.make_employee(session), make.make_employee(session, family_name="Чужаков")
        client = make.make_client(session, name="ООО «Тайна»", inn=INN, responsible=boris)
        as_viewer(session, anna, may_save=False)
        (match,) = find_duplicates(session, card("Иное", inn=INN))
        assert (match.is_mine, match.responsible) == (False, str(boris))
        assert client.name not in words_of(match)
        assert str(boris) in words_of(match)

    def test_a_merged_card_is_found_no_more(self, session: Session) -> None:
        kept = make.make_client(session)
        gone = make.make_client(session, inn=INN)
        gone.merged_into_id = kept.id
        session.flush()
        assert find_duplicates(session, card(inn=INN)) == []


class TestSaving:
    def new(self, session: Session, **given: object) -> Client:
        return Client(**{"name": "ООО «Ромашка»", "kind": ClientKind.COMPANY, "inn": INN} | given)

    def test_a_duplicate_is_not_saved_without_the_right(self, session: Session) -> None:
        kept = make.make_client(session, inn=INN)
        as_viewer(session, kept.responsible, may_save=False)
        with pytest.raises(DuplicateError, match=kept.name) as refused:
            check_duplicates(session, self.new(session), reason="Другая фирма")
        assert [match.card.id for match in refused.value.matches] == [kept.id]

    def test_nor_without_a_reason(self, session: Session) -> None:
        kept = make.make_client(session, inn=INN)
        as_viewer(session, kept.responsible, may_save=True)
        for reason in ("", " нет ", "x" * 301):
            with pytest.raises(DuplicateError):
                check_duplicates(session, self.new(session), reason=reason)

    def test_a_reason_lets_it_pass_and_is_kept(self, session: Session) -> None:
        kept = make.make_client(session, inn=INN)
        as_viewer(session, kept.responsible, may_save=True)
        client = self.new(session, responsible=kept.responsible)
        with session.no_autoflush:
            checked = check_duplicates(session, client, reason="Обособленный склад")
        session.add(client)
        session.flush()
        note_saved_anyway(session, client, checked)
        pair = session.scalars(select(DuplicatePair)).one()
        assert (pair.state, pair.note, pair.decided_by_id) == (
            PairState.DIFFERENT,
            "Обособленный склад",
            session.info["viewer"].user_id,
        )
        client.name = "Ромашка и партнёры"
        assert check_duplicates(session, client).matches == ()
        note_saved_anyway(session, client, checked)
        assert len(session.scalars(select(DuplicatePair)).all()) == 1

    def test_only_what_the_change_makes_alike_stops_a_kept_client(self, session: Session) -> None:
        first, second = make.make_client(session, inn=INN), make.make_client(session, inn=INN)
        third = make.make_client(session, name="ООО «Одинокий»", town="Тула")
        as_viewer(session, first.responsible, may_save=False)
        session.info["viewer"] = replace(session.info["viewer"], scope=Scope.ALL)
        second.comment = "Звонить утром"
        assert check_duplicates(session, second).matches == ()
        with session.no_autoflush:
            second.phone = "+74950000001"
            assert check_duplicates(session, second).matches == ()
            third.inn = INN
            with pytest.raises(DuplicateError):
                check_duplicates(session, third)

    def test_a_merged_card_is_not_checked(self, session: Session) -> None:
        gone = make.make_client(session, inn=INN)
        make.make_client(session, inn=INN)
        gone.merged_into_id, gone.name = gone.id, "Иное"
        assert check_duplicates(session, gone).matches == ()

    def test_without_a_viewer_nothing_is_saved_twice(self, session: Session) -> None:
        make.make_client(session, inn=INN)
        with pytest.raises(DuplicateError):
            check_duplicates(session, self.new(session), reason="Из файла")


def test_recall_and_precision_on_a_generated_sample() -> None:
    found = measure(1_500, seed=11)
    assert found.recall >= 0.98, found.missed
    assert found.precision >= 0.95, found.mistaken


def test_a_match_needs_no_database() -> None:
    match = Match(card(), compare(card(inn=INN), card(inn=INN)), "", is_mine=True)
    assert match.card.name in words_of(match)
