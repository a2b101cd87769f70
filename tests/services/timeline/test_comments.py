import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import User
from app.errors import RuleError
from app.models.clients import ClientComment, Pin
from app.models.notices import Notice
from app.models.staff import Employee
from app.permissions import ROLES, Role, Scope, Viewer
from app.services.timeline import (
    PINNED,
    add_comment,
    delete_comment,
    edit_comment,
    mentioned,
    pin,
    tell_mentioned,
    unpin,
)
from tests.factories import make_client, make_deal, make_employee, make_equipment, make_user
from tests.factories.access import make_role


def test_a_comment_belongs_to_the_client_and_to_what_it_was_written_at(session: Session) -> None:
    deal = make_deal(session)
    machine = make_equipment(session)

    of_deal, of_machine = add_comment(session, deal, " О сделке "), add_comment(session, machine, "О машине")
    of_client = add_comment(session, deal.client, "О клиенте")

    assert (of_deal.text, of_deal.client_id, of_deal.deal_id) == ("О сделке", deal.client_id, deal.id)
    assert (of_machine.client_id, of_machine.equipment_id) == (machine.client_id, machine.id)
    assert (of_client.client_id, of_client.deal_id, of_client.equipment_id) == (deal.client_id, None, None)


@pytest.mark.parametrize("text", ["   ", "я" * 4001])
def test_an_empty_or_too_long_comment_is_refused(session: Session, text: str) -> None:
    with pytest.raises(RuleError):
        add_comment(session, make_client(session), text)


def test_only_the_author_changes_and_deletes_a_comment(session: Session) -> None:
    me, other = make_user(session), make_user(session)
    comment = add_comment(session, make_client(session), "Было")
    comment.created_by_id = me.id
    pin(session, comment.client_id, "client_comment", comment.id)
    author, stranger = Viewer(me.id, None, Scope.ALL), Viewer(other.id, None, Scope.ALL)

    edit_comment(session, comment, "Стало", author)
    assert comment.text == "Стало"
    with pytest.raises(RuleError):
        edit_comment(session, comment, "Чужое", stranger)
    with pytest.raises(RuleError):
        delete_comment(session, comment, stranger)
    delete_comment(session, comment, author)
    assert session.scalars(select(ClientComment)).all() == []
    assert session.scalars(select(Pin)).all() == []


def test_who_may_delete_clients_may_delete_comments(session: Session) -> None:
    head = Viewer(0, None, Scope.ALL, rights=ROLES[Role.SALES_HEAD])
    comment = add_comment(session, make_client(session), "Ничей")
    with pytest.raises(RuleError):
        edit_comment(session, comment, "Чей?", head)
    delete_comment(session, comment, head)
    assert session.scalars(select(ClientComment)).all() == []


def test_pins_are_few_and_none_is_doubled(session: Session) -> None:
    client = make_client(session)
    for number in range(1, PINNED + 1):
        pin(session, client.id, "visit", number)
    pin(session, client.id, "visit", 1)
    with pytest.raises(RuleError, match=str(PINNED)):
        pin(session, client.id, "visit", 99)
    unpin(session, "visit", 1)
    unpin(session, "visit", 1)
    pin(session, client.id, "visit", 99)
    assert len(session.scalars(select(Pin)).all()) == PINNED


# --- Mentions -------------------------------------------------------------------------------------------------------


def test_logins_are_read_from_a_text() -> None:
    assert mentioned("@Anna, спросите (@boris.) info@example.test и @anna; @пётр-2") == ["anna", "boris", "пётр-2"]
    assert mentioned("почта: a.b@c.ru") == []
    assert len(mentioned(" ".join(f"@u{number}" for number in range(50)))) == 20


@pytest.fixture
def boris(session: Session) -> User:
    """A sales manager with clients of his own."""
    user = make_user(session, username="Boris", last_name="Борисов", roles=[make_role(session, Role.SALES)])
    make_employee(session, user=user)
    return user


def test_who_may_open_the_record_is_told_and_others_are_named(session: Session, boris: User) -> None:
    director = make_user(session, username="director", first_name="", last_name="")
    director.roles = [make_role(session, Role.DIRECTOR)]
    make_user(session, username="outsider", last_name="Чужой", first_name="Иван", active=False)
    rightless = make_user(session, username="nobody", last_name="Бесправный", first_name="Иван")
    me = make_user(session, username="me")
    session.flush()
    session.info["viewer"] = Viewer(me.id, None, Scope.ALL)
    deal = make_deal(session)

    found = tell_mentioned(session, deal, deal.client, "@director @boris @nobody @outsider @me\nсрочно")

    assert found.told == ("director",)
    assert found.blind == ("Борисов Тест", "Бесправный Иван")
    assert found.unknown == ("outsider",)
    notice = session.scalars(select(Notice)).one()
    assert (notice.user_id, notice.record_table, notice.record_id) == (director.id, "deal", deal.id)
    assert notice.arguments["client"] == deal.client.name
    assert rightless.id != notice.user_id


def test_who_sees_the_client_is_told_and_an_edit_tells_the_new_ones_only(session: Session, boris: User) -> None:
    client = make_client(session)
    employee = make_employee(session)
    client.responsible = employee
    assert tell_mentioned(session, client, client, "@boris").blind == ("Борисов Тест",)
    session.flush()

    client.responsible = session.scalars(select(Employee).where(Employee.user_id == boris.id)).one()
    session.flush()

    assert tell_mentioned(session, client, client, "@boris").told == ("Борисов Тест",)
    assert tell_mentioned(session, client, client, "@boris ещё раз", known=["boris"]).told == ()
    assert tell_mentioned(session, client, client, "никого").told == ()
