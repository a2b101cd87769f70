"""People are told once, the way each has chosen, in their language."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.models.notices import Delivery, Notice, NoticeKind
from app.services.notices import (
    Told,
    choices_of,
    details_of,
    language_of,
    mark_all_read,
    mark_read,
    set_choices,
    sweep_notices,
    tell,
)
from app.services.notices.reading import KEPT_READ, KEPT_UNREAD
from app.texts import speaking
from tests.factories import NOON, TODAY, make_notice, make_user

ZONE = ZoneInfo("Europe/Moscow")


@pytest.fixture
def user(session: Session):
    return make_user(session)


def news(user, record_id: int = 1, **changes) -> Told:
    values = {"kind": NoticeKind.VISIT, "table": "visit", "day": TODAY, "arguments": {"what": "ТО"}}
    return Told(user.id, record_id=record_id, **values | changes)


def notices(session: Session) -> list[Notice]:
    session.expire_all()
    return list(session.scalars(select(Notice).order_by(Notice.id)))


def test_nothing_is_told_twice(session: Session, user):
    assert tell(session, [news(user), news(user), news(user, 2)]) == 2
    assert tell(session, [news(user), news(user, day=TODAY + timedelta(days=1))]) == 1
    assert tell(session, []) == 0
    assert len(notices(session)) == 3


def test_what_changes_again_on_the_same_day_is_unread_again_with_the_new_words(session: Session, user):
    tell(session, [news(user, again=True)])
    mark_all_read(session, user.id, NOON)
    tell(session, [news(user, again=True, arguments={"what": "Ремонт"})])
    [notice] = notices(session)
    assert (notice.arguments, notice.read_at) == ({"what": "Ремонт"}, None)


def test_each_kind_is_told_as_the_person_has_chosen(session: Session, user):
    assert set(choices_of(session, user.id).values()) == {Delivery.BELL}
    chosen = {
        NoticeKind.VISIT: Delivery.MAIL,
        NoticeKind.DEAL: Delivery.DIGEST,
        NoticeKind.CLAIM: Delivery.NONE,
        NoticeKind.CLIENT: Delivery.BELL,
    }
    set_choices(session, user.id, {NoticeKind.VISIT: Delivery.NONE}, "ru")
    set_choices(session, user.id, chosen, "en")

    tell(session, [news(user, kind=kind) for kind in chosen])

    assert {notice.kind: notice.mail_state for notice in notices(session)} == {
        NoticeKind.VISIT: "mail",
        NoticeKind.DEAL: "digest",
        NoticeKind.CLIENT: "",
    }
    assert choices_of(session, user.id) == dict.fromkeys(NoticeKind, Delivery.BELL) | chosen
    assert (language_of(session, user.id), language_of(session, make_user(session).id)) == ("en", "")


def test_only_one_s_own_notifications_are_marked(session: Session, user):
    mine, more, foreign = make_notice(session, user=user), make_notice(session, user=user), make_notice(session)
    assert mark_read(session, user.id, [mine.id, foreign.id], NOON) == 1
    assert mark_read(session, user.id, [mine.id], NOON) == 0
    assert mark_all_read(session, user.id, NOON) == 1
    session.expire_all()
    assert [each.read_at for each in (mine, more, foreign)] == [NOON, NOON, None]


def test_old_notifications_go(session: Session):
    now = utc_now()
    make_notice(session, read_at=now - KEPT_READ - timedelta(hours=1))
    make_notice(session, made_at=now - KEPT_UNREAD - timedelta(hours=1))
    kept = [make_notice(session, read_at=now), make_notice(session, made_at=now - KEPT_READ)]
    assert sweep_notices(session, now) == 2
    assert [notice.id for notice in notices(session)] == [notice.id for notice in kept]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "ТО · ООО «Ромашка» · 834\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}₽ · 23.11.2026, 12:00 · 23.11.2026"),
        ("en", "ТО · ООО «Ромашка» · 834,000.00\N{NO-BREAK SPACE}₽ · 23 Nov 2026, 12:00 · 23 Nov 2026"),
    ],
)
def test_the_words_are_the_reader_s(app: Flask, language: str, words: str):
    told = {
        "what": "ТО",
        "client": "ООО «Ромашка»",
        "sum": "834000.00",
        "at": NOON.isoformat(),
        "on": TODAY.isoformat(),
    }
    with app.test_request_context(), speaking(language):
        assert details_of(told, ZONE) == words


def test_words_that_are_not_there_leave_no_gap():
    assert details_of({"client": "ООО «Ромашка»"}, ZONE) == "ООО «Ромашка»"
