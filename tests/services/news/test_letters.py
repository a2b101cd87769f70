"""Letters about notifications: at once or once a day, in the reader's language, of nothing that is hidden from them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.mail import OutgoingMail
from app.models.notices import Delivery, NoticeKind
from app.models.service import WorkKind
from app.permissions import Role
from app.services.news import TARGETS, LetterOffice, Target, add_target, write_letters
from app.services.notices import set_choices
from tests.factories import (
    make_client,
    make_deal,
    make_employee,
    make_equipment,
    make_notice,
    make_user,
    make_work_kind,
)
from tests.factories.access import make_role

OFFICE = LetterOffice(ZoneInfo("Europe/Moscow"), "ru", "https://kontora.example.ru")


@pytest.fixture(autouse=True)
def speaking_app(app: Flask):
    with app.app_context():
        yield


@pytest.fixture
def anna(session: Session):
    user = make_user(session, email="anna@example.ru", roles=[make_role(session, Role.SALES)])
    return make_employee(session, user=user)


@pytest.fixture
def deal(session: Session, anna):
    return make_deal(session, client=make_client(session, responsible=anna), responsible=make_employee(session))


def note(session: Session, anna, record, **changes):
    values = {"kind": NoticeKind.DEAL, "mail_state": "mail", "arguments": {"what": "Поставка <b>ВК-20</b>"}}
    place = {"record_table": record.__tablename__, "record_id": record.id}
    return make_notice(session, user=anna.user, **place | values | changes)


def write(session: Session, **options) -> list[OutgoingMail]:
    write_letters(session, OFFICE, utc_now(), **options)
    session.expire_all()
    return list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_a_letter_at_once_says_what_and_leads_there(session: Session, anna, deal):
    notice = note(session, anna, deal)

    [mail] = write(session)

    link = f"https://kontora.example.ru/notifications/{notice.id}"
    assert (mail.recipients, mail.subject) == (["anna@example.ru"], "Новая сделка: Поставка <b>ВК-20</b>")
    assert link in mail.text
    assert f'<a href="{link}">Новая сделка</a>' in str(mail.html)
    assert "Поставка &lt;b&gt;ВК-20" in str(mail.html)
    assert notice.mail_state == ""
    assert write(session) == [mail]


def test_several_make_one_letter_in_the_language_of_the_reader(session: Session, anna, deal):
    set_choices(session, anna.user_id, {NoticeKind.DEAL: Delivery.MAIL}, "en")
    note(session, anna, deal)
    note(session, anna, deal.client, kind=NoticeKind.CLIENT)
    [mail] = write(session)
    assert mail.subject == "Kontora: 2 notifications"
    assert "Client handed over to you" in mail.text


def test_a_digest_comes_once_a_day_and_without_what_was_read(session: Session, anna, deal):
    note(session, anna, deal, mail_state="digest")
    note(session, anna, deal.client, mail_state="digest", read_at=utc_now(), arguments={"what": "Прочитано"})
    assert write(session) == []
    [mail] = write(session, digests=True)
    assert "Прочитано" not in mail.text


def test_no_letter_tells_of_what_its_reader_may_not_see(session: Session, anna, deal):
    hidden = [
        note(session, anna, make_deal(session)),
        note(session, anna, make_client(session), kind=NoticeKind.CLIENT),
        note(session, anna, make_equipment(session), kind=NoticeKind.MAINTENANCE_OVERDUE),
        make_notice(session, user=anna.user, record_table="ab_user", mail_state="mail"),
    ]
    assert write(session) == []
    assert {notice.mail_state for notice in hidden} == {""}

    engineer = make_employee(session, user=make_user(session, roles=[make_role(session, Role.ENGINEER)]))
    note(session, engineer, deal)
    debt = make_user(session, email="buyer@example.ru", roles=[make_role(session, Role.PURCHASING)])
    buyer = make_employee(session, user=debt)
    note(session, buyer, deal.client, kind=NoticeKind.DEBT_OVERDUE)
    assert write(session) == []
    note(session, buyer, deal.client, kind=NoticeKind.CLIENT)
    assert [mail.recipients for mail in write(session)] == [["buyer@example.ru"]]


@pytest.mark.parametrize("changes", [{"active": False}, {"email": ""}, {"email": "nobody"}])
def test_who_cannot_be_written_to_is_left_to_the_bell(session: Session, anna, deal, changes):
    for name, value in changes.items():
        setattr(anna.user, name, value)
    notice = note(session, anna, deal)
    assert write(session) == []
    assert notice.mail_state == ""


def test_old_news_are_not_mailed(session: Session, anna, deal):
    notice = note(session, anna, deal, made_at=utc_now() - timedelta(days=3))
    assert write(session) == []
    assert notice.mail_state == ""


def test_another_table_may_be_led_to(session: Session, anna, monkeypatch):
    monkeypatch.setattr("app.services.news.seeing.TARGETS", TARGETS.copy())
    kind = make_work_kind(session)
    add_target("work_kind", Target(WorkKind, "Visits", lambda _viewer: None))
    note(session, anna, kind)
    assert len(write(session)) == 1
