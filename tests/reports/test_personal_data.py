"""The extract for a person, the texts to look through, and who is kept too long."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from app.models.clients import ClientComment, ContactEmail, ContactPhone
from app.models.personal_data import ErasureBasis, ErasureStatus
from app.reports.erasure_print import ACT_CATEGORIES, erasure_form, erasure_pdf, extract_pdf
from app.reports.personal_data import KEPT_FIELDS, desk_figures, expired_contacts, mentions, subject_extract
from app.services.audit import log_access
from app.services.personal_data import CATEGORIES
from tests.factories import (
    NOON,
    TODAY,
    make_claim,
    make_consent,
    make_contact,
    make_employee,
    make_erasure,
    make_incoming_mail,
    make_interaction,
    make_organisation,
    make_outgoing_mail,
    make_phone_call,
    make_request,
    make_user,
    make_visit,
)
from tests.reports.rendering.test_forms import text_of

MOSCOW = ZoneInfo("Europe/Moscow")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def contact(session: Session):
    made = make_contact(session, family_name="Ключёва", portrait="Ценит точность", birth_date=date(1980, 5, 1))
    made.phones.append(ContactPhone(number="+79990000001"))
    made.emails.append(ContactEmail(address="klyucheva@example.test"))
    session.flush()
    return made


def test_the_extract_holds_everything_of_the_person(session: Session, contact):
    held = {"client": contact.client, "contact": contact}
    make_consent(session, contact=contact)
    make_interaction(session, comment="Спросила о сроке", result="Ответили", **held)
    make_visit(session, **held)
    make_request(session, **held)
    make_claim(session, **held)
    log_access(session, contact.id, ["portrait", "extract"])

    extract = subject_extract(session, contact, now=NOON, zone=MOSCOW)

    words = repr(extract.as_json())
    for value in ("Ключёва", "Ценит точность", "01.05.1980", "+79990000001", "klyucheva@", "Спросила", "Ответили"):
        assert value in words
    titles = [section.title for section in extract.sections]
    assert titles == ["Personal data", "Consents", "Interactions", "Documents", "Who opened restricted fields"]
    assert len(extract.sections[3].rows) == 3
    assert "Ключёва" in text_of(extract_pdf(extract))


def test_the_extract_lists_letters_and_calls(session: Session, contact):
    address, hour = "klyucheva@example.test", timedelta(hours=1)
    make_outgoing_mail(session, recipients=[address], subject="Счёт № 5", text="Высылаем счёт", made_at=NOON)
    make_outgoing_mail(session, recipients=["a@example.test"], copies=[address], subject="Всем", made_at=NOON - hour)
    make_incoming_mail(session, sender=address, subject="Вопрос", text="Когда отгрузка?", written_at=NOON + hour)
    make_incoming_mail(session, recipients=[address], subject="Копия", written_at=NOON - 2 * hour)
    make_phone_call(session, number="+79990000001", recording="https://records.example/1", started_at=NOON)
    make_phone_call(session, number="+79990000001", started_at=NOON - hour)
    make_phone_call(session)

    sections = {each.title: each for each in subject_extract(session, contact, now=NOON, zone=MOSCOW).sections}

    assert sections["Letters"].rows == (
        ("23.11.2026 13:00", "Incoming", address, "Вопрос", "Когда отгрузка?"),
        ("23.11.2026 12:00", "Outgoing", address, "Счёт № 5", "Высылаем счёт"),
        ("23.11.2026 11:00", "Outgoing", "", "Всем", ""),
        ("23.11.2026 10:00", "Incoming", "", "Копия", ""),
    )
    assert [row[1:] for row in sections["Calls"].rows] == [
        ("Incoming", "Rings", "+7 999 000-00-01", "Yes"),
        ("Incoming", "Rings", "+7 999 000-00-01", "No"),
    ]


def test_an_extract_leaves_empty_parts_out(session: Session):
    extract = subject_extract(session, make_contact(session), now=NOON, zone=MOSCOW)

    assert [section.title for section in extract.sections] == ["Personal data"]


def test_texts_that_name_the_person_are_listed(session: Session, contact):
    talk = make_interaction(session, client=contact.client, topic="Ключёва просит счёт", comment="Сроки")
    session.add(ClientComment(client=contact.client, text="Решает Ключёва"))
    make_interaction(session, topic="Ключёва другого клиента")
    session.flush()

    found = mentions(session, contact)

    assert [(each.record.__tablename__, each.field) for each in found] == [
        ("interaction", "topic"),
        ("client_comment", "text"),
    ]
    assert found[0].record is talk
    contact.family_name = "Ян"
    assert mentions(session, contact) == []


def test_people_who_left_long_ago_are_kept_too_long(session: Session):
    left = make_contact(session, is_active=False, created_at=LONG_AGO)
    make_contact(session, is_active=False)
    make_contact(session, created_at=LONG_AGO)
    make_contact(session, is_active=False, created_at=LONG_AGO, erased_at=NOON)
    spoken = make_contact(session, is_active=False, created_at=LONG_AGO)
    make_interaction(session, client=spoken.client, contact=spoken, starts_at=NOON)

    assert expired_contacts(session, TODAY, MOSCOW) == [left]


def test_the_desk_counts_what_is_due(session: Session):
    make_erasure(session, due_on=TODAY - timedelta(days=1))
    make_erasure(session, due_on=TODAY)
    make_erasure(session, due_on=TODAY - timedelta(days=9), status=ErasureStatus.DONE)
    make_consent(session, valid_until=TODAY + timedelta(days=30))
    make_consent(session, valid_until=TODAY + timedelta(days=31))

    figures = desk_figures(session, TODAY, MOSCOW)

    assert (figures.open_erasures, figures.overdue_erasures, figures.ending_consents) == (2, 1, 1)
    assert figures.expired_contacts == 0


def test_the_register_names_what_stands_behind_a_right():
    behind = {kept.column for kept in KEPT_FIELDS if kept.right}

    assert behind == {"birth_date", "portrait"}


@pytest.mark.parametrize("who", ["employee", "login", "nobody"])
def test_the_act_says_what_was_destroyed_why_and_by_whom(session: Session, contact, who):
    make_organisation(session)
    user = make_user(session, first_name="Анна", last_name="Учётная")
    if who == "employee":
        make_employee(session, user=user, family_name="Кадрова", position="Администратор")
    erasure = make_erasure(
        session,
        contact=contact,
        basis=ErasureBasis.UNLAWFUL,
        status=ErasureStatus.DONE,
        done_at=NOON,
        done_by_id=None if who == "nobody" else user.id,
        destroyed=[["phones", 2], ["portrait", 1], ["letters_out", 3]],
    )

    form = erasure_form(session, erasure, "Ключёва Ольга", MOSCOW)

    assert form.destroyed == (
        ("номера телефонов", 2),
        ("психологический портрет", 1),
        ("исходящие письма: адреса, темы и тексты", 3),
    )
    assert form.at == "23.11.2026 12:00"
    assert form.by_name.split(" ")[0] == {"employee": "Кадрова", "login": "Учётная", "nobody": ""}[who]
    if who == "login":
        text = text_of(erasure_pdf(session, erasure, "Ключёва Ольга", MOSCOW))
        assert "Ключёва Ольга" in text
        assert "номера телефонов" in text


def test_the_act_has_words_for_everything_that_can_be_destroyed():
    assert list(ACT_CATEGORIES) == list(CATEGORIES)
