"""«Почему я это (не) вижу?»: /access/why explains which right and which rule show a record or hide it."""

from typing import Any

from flask import abort, render_template, request
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import select

from app.database import User, db
from app.permissions import READ
from app.reports.why_visible import Reason, roles_with, why, why_somebody
from app.services.access.viewers import viewer_of
from app.texts import _
from app.views.crud import CrudView
from app.views.crud.query import whole
from app.views.current import viewer
from app.views.pages import Option
from app.views.sections import HOME
from app.views.tables import screen_of, screens

MOST_PEOPLE = 500


class AccessView(BaseView):
    """Explains to a person how they stand to any record, and to the administrator how anybody does."""

    route_base = "/access"
    class_permission_name = "Access"
    method_permission_name = {"why": "read"}

    @expose("/why")
    @has_access
    def why(self) -> Any:
        """Show the form, and the answer when `?table=` and `?id=` say which record is meant."""
        table, number = request.args.get("table", ""), request.args.get("id", "").strip()
        person = _person(request.args.get("user", ""))
        screen = screen_of(table) if table else None
        if table and screen is None:
            abort(404)
        is_asked = screen is not None and bool(number)
        return render_template(
            "history/why.html",
            title=_("Why do I (not) see this?"),
            page_section=str(HOME),
            record=f"{screen.title_one} № {whole(number)}" if screen is not None and number else "",
            reason=_reason(screen, whole(number), person) if screen is not None and is_asked else None,
            roles=roles_with(db.session(), screen.area) if screen is not None and is_asked else [],
            person=person.get_full_name() if person is not None else "",
            tables=[Option(each.model.__tablename__, str(each.title), each is screen) for each in screens()],
            number=number,
            people=_people(person),
        )


def _may_ask_for_others() -> bool:
    """The administrator looks after logins and sees all records."""
    return viewer().may(READ, "Users") and viewer().sees_all()


def _person(given: str) -> User | None:
    """The other person that the administrator asks for; None for oneself."""
    if not given or given == str(viewer().user_id):
        return None
    if not _may_ask_for_others():
        abort(403)
    return db.session.get(User, whole(given)) or abort(404)


def _reason(screen: CrudView, key: int, person: User | None) -> Reason:
    if person is None:
        return why(db.session(), screen.model, screen.area, key)
    return why_somebody(db.session(), screen.model, screen.area, key, viewer_of(db.session(), person))


def _people(person: User | None) -> list[Option]:
    if not _may_ask_for_others():
        return []
    users = db.session.scalars(select(User).order_by(User.last_name, User.first_name).limit(MOST_PEOPLE))
    return [Option(str(user.id), user.get_full_name(), user is person) for user in users]
