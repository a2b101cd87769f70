"""The bell, the list of notifications, and how a person wants to hear of what."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.menu import frame
from app.models.notices import Delivery, Notice, NoticeKind
from app.models.staff import Employee
from app.permissions import Role
from app.reports import panel
from app.services.notices import choices_of, language_of
from app.views import notices as screen
from tests.factories import make_client, make_deal, make_notice


@pytest.fixture
def person(client_as):
    return client_as(Role.SALES)


@pytest.fixture
def deal(session: Session, person):
    me = session.get(Employee, person.employee_id)
    return make_deal(session, client=make_client(session, responsible=me), responsible=me, title="Сделка с «Ромашкой»")


def note(session: Session, person, record, **changes) -> Notice:
    place = {"record_table": record.__tablename__, "record_id": record.id}
    values = {"kind": NoticeKind.DEAL, "arguments": {"what": "Поставка ВК-20"}, "user_id": person.user_id}
    made = make_notice(session, **values | place | changes)
    session.commit()
    return made


def test_the_bell_counts_what_is_unread_and_may_be_seen(person, session: Session, deal):
    session.execute(Notice.__table__.delete())
    assert 'class="badge">' not in bell(person)
    note(session, person, deal)
    note(session, person, make_deal(session))
    assert '<span class="badge">1</span>' in bell(person)


def test_the_bell_stops_counting(person, session: Session, deal, monkeypatch):
    for module in (frame, panel):
        monkeypatch.setattr(module, "MOST", 2)
    note(session, person, deal)
    note(session, person, deal.client)
    assert '<span class="badge">1+</span>' in bell(person)


def test_a_notification_about_a_further_table_counts_at_once_and_is_asked_for_once(
    person, session: Session, deal, count_queries
):
    session.execute(Notice.__table__.delete())
    note(session, person, deal)
    bell(person)
    with count_queries() as usual:
        bell(person)
    note(session, person, deal.client, kind=NoticeKind.CLIENT)
    with count_queries() as first:
        assert '<span class="badge">2</span>' in bell(person)
    with count_queries() as later:
        assert '<span class="badge">2</span>' in bell(person)
    assert len(first) == len(usual) + 1
    assert len(later) == len(usual)


def bell(person) -> str:
    page = person.get("/").text
    return page[page.index('href="/notifications/"') :][:600]


def test_opening_marks_as_read_and_leads_to_the_record(person, session: Session, deal):
    notice = note(session, person, deal)

    page = person.get("/notifications/").text
    answer = person.post(f"/notifications/{notice.id}/open")

    assert "Поставка ВК-20" in page
    assert answer.headers["Location"] == f"/deals/{deal.id}"
    assert "Поставка ВК-20" not in person.get("/notifications/").text
    assert "Поставка ВК-20" in person.get("/notifications/?tab=all").text


def test_a_letter_s_link_leads_there_and_marks_nothing(person, session: Session, deal):
    notice = note(session, person, deal)
    assert person.get(f"/notifications/{notice.id}").headers["Location"] == f"/deals/{deal.id}"
    session.expire_all()
    assert notice.read_at is None


@pytest.mark.parametrize("way", ["get", "post"])
def test_another_s_notification_or_a_hidden_record_is_not_found(person, session: Session, deal, way):
    hidden = note(session, person, make_deal(session))
    foreign = note(session, person, deal, user_id=make_notice(session).user_id)
    end = "" if way == "get" else "/open"
    answers = [getattr(person, way)(f"/notifications/{each.id}{end}").status_code for each in (hidden, foreign)]
    assert answers == [404, 404]


def test_one_or_all_are_marked_as_read(person, session: Session, deal):
    first, second, third = (note(session, person, record) for record in (deal, deal.client, make_deal(session)))
    person.post("/notifications/read", data={"notice": first.id, "tab": "all"})
    session.expire_all()
    assert [each.read_at is not None for each in (first, second, third)] == [True, False, False]
    person.post("/notifications/read")
    session.expire_all()
    assert second.read_at is not None


def test_a_long_list_comes_in_pages(person, session: Session, deal, monkeypatch):
    monkeypatch.setattr(screen, "SHOWN", 1)
    old = note(session, person, deal, arguments={"what": "Старое"})
    new = note(session, person, deal.client, arguments={"what": "Новое"})
    page = person.get("/notifications/?tab=all").text
    assert ("Новое" in page, "Старое" in page) == (True, False)
    assert f"before={new.id}" in page
    assert "Старое" in person.get(f"/notifications/?tab=all&before={new.id}").text
    assert person.get(f"/notifications/?before={old.id}").status_code == 200


def test_choices_are_kept_and_mail_is_offered_where_it_is_set_up(person, session: Session, app, monkeypatch):
    assert "почтовый сервер" in person.get("/notifications/settings", headers={"Accept-Language": "ru"}).text
    monkeypatch.setitem(app.config, "KONTORA", with_mail(app.config["KONTORA"]))
    assert 'value="digest"' in person.get("/notifications/settings").text

    sent = {f"kind-{NoticeKind.DEAL.value}": "digest", f"kind-{NoticeKind.CLAIM.value}": "none", "language": "en"}
    assert person.post("/notifications/settings", data=sent).status_code == 302

    chosen = choices_of(session, person.user_id)
    assert (chosen[NoticeKind.DEAL], chosen[NoticeKind.CLAIM], chosen[NoticeKind.VISIT]) == (
        Delivery.DIGEST,
        Delivery.NONE,
        Delivery.BELL,
    )
    assert language_of(session, person.user_id) == "en"


@pytest.mark.parametrize("sent", [{"kind-deal": "pigeon"}, {"language": "xx"}])
def test_a_choice_that_there_is_not_is_refused(person, session: Session, sent):
    assert person.post("/notifications/settings", data=sent).status_code == 400
    assert session.scalars(select(Notice)).all() == []


def with_mail(own):
    return type(own)(**{name: getattr(own, name) for name in own.__dataclass_fields__} | {"smtp_url": "smtp://x"})
