"""Why a person sees a record or does not, without telling strangers what exists."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.models.clients import Client
from app.permissions import READ, ROLES, Role, Scope, Viewer, widest_scope
from app.reports.why_visible import Reason, roles_with, why, why_somebody
from app.services.access.rights import role_label
from app.services.access.viewers import viewer_of
from tests.factories import make_client, make_employee, make_user
from tests.factories.access import make_role

NOBODY = 999_999


def person(session: Session, role: Role) -> Viewer:
    """A viewer with the rights of a role, whom the session then works for."""
    employee = make_employee(session)
    viewer = Viewer(0, employee.id, widest_scope(frozenset([role])), ROLES[role], frozenset([role]))
    session.expunge_all()
    session.info["viewer"] = viewer
    return viewer


def ask(session: Session, key: int) -> Reason:
    return why(session, Client, "Clients", key)


def test_the_ground_is_named_for_a_visible_record(session: Session) -> None:
    manager = make_employee(session)
    own = make_client(session, responsible=manager)
    session.info["viewer"] = replace(person(session, Role.SALES), employee_id=manager.id)
    found = ask(session, own.id)
    assert found.is_visible
    assert "you are responsible for the client" in found.rows
    assert "roles: Sales manager" in found.right


def test_a_hidden_record_and_one_that_does_not_exist_get_the_same_answer(session: Session) -> None:
    foreign = make_client(session, responsible=make_employee(session))
    person(session, Role.SALES)
    hidden, missing = ask(session, foreign.id), ask(session, NOBODY)
    assert hidden == missing
    assert not hidden.is_visible
    assert "none of this holds: you are responsible for the client" in hidden.rows


def test_without_the_right_every_number_gets_the_same_answer(session: Session) -> None:
    client = make_client(session)
    session.info["viewer"] = replace(person(session, Role.SALES_HEAD), rights=frozenset())
    assert ask(session, client.id) == ask(session, NOBODY) == Reason(False, ask(session, NOBODY).right)
    assert "None of the roles gives the right" in ask(session, client.id).right


def test_a_person_without_roles_reads_so(session: Session) -> None:
    session.info["viewer"] = Viewer(0, None, Scope.OWN_CLIENTS)
    assert "roles: none" in ask(session, NOBODY).right


def test_whoever_sees_all_is_told_what_does_not_exist(session: Session) -> None:
    person(session, Role.DIRECTOR)
    assert ask(session, NOBODY).rows == "There is no such record."


def test_the_administrator_learns_how_somebody_stands_to_a_record(session: Session) -> None:
    user = make_user(session, roles=[make_role(session, Role.SALES)])
    manager = make_employee(session, user=user)
    own, foreign = make_client(session, responsible=manager), make_client(session)
    somebody = viewer_of(session, user)
    assert somebody.employee_id == manager.id
    assert somebody.may(READ, "Clients")
    person(session, Role.ADMIN)
    assert why_somebody(session, Client, "Clients", own.id, somebody).is_visible
    hidden = why_somebody(session, Client, "Clients", foreign.id, somebody)
    assert (hidden.is_visible, "none of this holds" in hidden.rows) == (False, True)
    assert not why_somebody(session, Client, "Roles", own.id, somebody).is_visible
    assert why_somebody(session, Client, "Clients", NOBODY, somebody).rows == "There is no such record."


def test_the_roles_that_give_a_right_are_named(session: Session) -> None:
    for role in (Role.ADMIN, Role.ENGINEER):
        make_role(session, role)
    assert roles_with(session, "Users") == [role_label(Role.ADMIN)]
    assert role_label(Role.ENGINEER) in roles_with(session, "Clients")
