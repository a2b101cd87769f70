"""The administrator's screens: logins (`/users/`) and roles with their rights (`/roles/`)."""

from datetime import UTC
from typing import Any, ClassVar

from flask import g, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.sqla.models import PermissionView
from flask_appbuilder.security.sqla.models import Role as RoleRecord
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from wtforms import BooleanField, EmailField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, Optional, Regexp

from app.database import User, db
from app.errors import RuleError
from app.permissions import Role, Scope, widest_scope
from app.services.access.passwords import set_password
from app.services.access.rights import role_label
from app.texts import _, lazy
from app.views import formats
from app.views.pages import Cell, Command
from app.views.security.administration import AdminView
from app.views.security.rights import right_words, rights_table
from app.views.security.screens import check_field
from app.views.security.visitors import only_signed_in

PUBLIC = "Public"
"""A role of the framework for strangers; here they have no rights at all."""
SEES = {
    Scope.ALL: lazy("all records"),
    Scope.OWN_CLIENTS: lazy("records of own clients"),
    Scope.OWN_VISITS: lazy("own visits and their clients"),
}


def _check_new_password(form: Any, field: PasswordField) -> None:
    owner = User(
        username=form.username.data or "",
        first_name=form.first_name.data or "",
        last_name=form.last_name.data or "",
        email=form.email.data or "",
    )
    check_field(field, owner)


# Looser than the standard validator, which refuses the names of inner networks.
_EMAIL = Regexp(r"[^@\s]+@[^@\s]+$", message=lazy("This is no e-mail address."))


class UserForm(FlaskForm):
    """A login. The password may stay empty where there is one already."""

    username = StringField(lazy("Login"), validators=[DataRequired(), Length(max=64)])
    first_name = StringField(lazy("Given name"), validators=[DataRequired(), Length(max=64)])
    last_name = StringField(lazy("Family name"), validators=[DataRequired(), Length(max=64)])
    email = EmailField(lazy("E-mail"), validators=[DataRequired(), _EMAIL, Length(max=254)])
    active = BooleanField(lazy("Active"), default=True)
    roles = SelectMultipleField(lazy("Roles"), coerce=int, validators=[DataRequired()])
    new_password = PasswordField(
        lazy("New password"),
        description=lazy("at least 10 characters"),
        validators=[Optional(), _check_new_password],
    )
    conf_password = PasswordField(
        lazy("New password again"),
        validators=[EqualTo("new_password", message=lazy("The passwords differ."))],
    )


def _roles_of(user: User) -> str:
    return ", ".join(sorted(role_label(role.name) for role in user.roles))


class UserView(AdminView):
    """`/users/`: logins; and `/users/userinfo/`: everybody's own."""

    route_base = "/users"
    class_permission_name = "Users"
    model = User
    form = UserForm
    title = lazy("Logins")
    add_title = lazy("New login")
    heads: ClassVar[dict[str, str]] = {
        "username": lazy("Login"),
        "name": lazy("Name"),
        "email": lazy("E-mail"),
        "roles": lazy("Roles"),
        "last_login": lazy("Last sign-in"),
        "active": lazy("State"),
    }
    fields = (
        "username",
        "first_name",
        "last_name",
        "email",
        "active",
        "roles",
        "new_password",
        "conf_password",
    )

    @expose("/userinfo/")
    def userinfo(self) -> Any:
        """One's own login; open to everybody who is signed in."""
        stranger = only_signed_in()
        if stranger is not None:
            return stranger
        change = Command(_("Change my password"), url_for("OwnPassword.this_form_get"), "lock", primary=True)
        return self.card(db.session.get(User, g.user.id), (change,))

    def records(self) -> Any:
        """All logins, active ones first."""
        return db.session.scalars(select(User).order_by(User.active.desc(), User.username))

    def cells(self, record: User) -> tuple[Cell, ...]:
        """A row of the list."""
        state = (
            Cell(_("May sign in"), "chip", tone="ok", icon="check")
            if record.active
            else Cell(_("Closed off"), "chip", tone="neutral", icon="lock")
        )
        seen = formats.moment(record.last_login.replace(tzinfo=UTC)) if record.last_login else _("never")
        words = (record.username, record.get_full_name(), record.email, _roles_of(record))
        return (*map(Cell, words), Cell(seen, "moment"), state)

    def name_of(self, record: User) -> str:
        """The login."""
        return str(record.username)

    def make_form(self, record: User) -> FlaskForm:
        """The form; a new login must have a password."""
        form = UserForm(obj=record if record.id else None)
        roles = db.session.scalars(select(RoleRecord).where(RoleRecord.name != PUBLIC).order_by(RoleRecord.name))
        form.roles.choices = [(role.id, role_label(role.name)) for role in roles]
        if not form.is_submitted():
            form.roles.data = [role.id for role in record.roles]
        if not record.id:
            form.new_password.validators = (DataRequired(), _check_new_password)
        return form

    def save(self, record: User, form: Any) -> None:
        """Take the form's values over. Raises RuleError when no administrator would be left."""
        with db.session.no_autoflush:
            roles = db.session.scalars(select(RoleRecord).where(RoleRecord.id.in_(form.roles.data))).all()
            stays = form.active.data and Role.ADMIN in {role.name for role in roles}
            if record.id and not stays:
                _keep_an_administrator(record)
            for name in ("username", "first_name", "last_name", "email", "active"):
                if getattr(record, name) != getattr(form, name).data:
                    setattr(record, name, getattr(form, name).data)
            if set(record.roles) != set(roles):
                record.roles = list(roles)
            if form.new_password.data:
                set_password(record, form.new_password.data)

    def check_delete(self, record: User) -> None:
        """Raise RuleError when no administrator would be left."""
        _keep_an_administrator(record)


def _keep_an_administrator(leaving: User) -> None:
    others = db.session.scalar(
        select(func.count(User.id.distinct()))
        .join(User.roles)
        .where(RoleRecord.name == Role.ADMIN.value, User.active.is_(True), User.id != leaving.id)
    )
    if not others:
        raise RuleError(_("At least one active administrator must remain."))


class RoleForm(FlaskForm):
    """A role and its rights."""

    name = StringField(lazy("Name"), validators=[DataRequired(), Length(max=64)])
    permissions = SelectMultipleField(lazy("Rights"), coerce=int)


class RoleView(AdminView):
    """`/roles/`: roles and their rights."""

    route_base = "/roles"
    class_permission_name = "Roles"
    model = RoleRecord
    form = RoleForm
    title = lazy("Roles")
    add_title = lazy("New role")
    heads: ClassVar[dict[str, str]] = {"name": lazy("Name"), "people": lazy("Who has the role"), "sees": lazy("Sees")}
    fields = ("name",)
    card_page = "security/role.html"
    form_page = "security/role_form.html"

    def records(self) -> Any:
        """All roles."""
        return db.session.scalars(select(RoleRecord).where(RoleRecord.name != PUBLIC).order_by(RoleRecord.name))

    def cells(self, record: RoleRecord) -> tuple[Cell, ...]:
        """A row of the list."""
        people = ", ".join(sorted(user.get_full_name() for user in record.user)) or formats.EMPTY
        sees = SEES[widest_scope(frozenset({record.name}))]
        return Cell(role_label(record.name)), Cell(people), Cell(str(sees))

    def more(self, record: RoleRecord, form: Any = None) -> dict[str, Any]:
        """The table of rights; while the role is being changed, with what was chosen so far."""
        chosen = form.permissions.data or () if form is not None else [right.id for right in record.permissions]
        rights = db.session.scalars(select(PermissionView)).unique().all()
        return {"rights": rights_table(rights, set(chosen))}

    def name_of(self, record: RoleRecord) -> str:
        """The role as people call it."""
        return role_label(record.name)

    def make_form(self, record: RoleRecord) -> FlaskForm:
        """The form with all rights to choose from."""
        form = RoleForm(obj=record if record.id else None)
        rights = db.session.scalars(select(PermissionView)).unique().all()
        form.permissions.choices = [(right.id, right_words(right)) for right in rights]
        if not form.is_submitted():
            form.permissions.data = [right.id for right in record.permissions]
        return form

    def save(self, record: RoleRecord, form: Any) -> None:
        """Take the form's values over.

        Raises RuleError for the administrator's role, and for a new name of a role that Kontora knows by name.
        """
        if record.name == Role.ADMIN:
            raise RuleError(_("The administrator's role cannot be changed."))
        if record.name in set(Role) and form.name.data != record.name:
            raise RuleError(_("The roles that Kontora starts with keep their names."))
        with db.session.no_autoflush:
            chosen = PermissionView.id.in_(form.permissions.data or [])
            record.permissions = list(db.session.scalars(select(PermissionView).where(chosen)).unique())
            record.name = form.name.data

    def check_delete(self, record: RoleRecord) -> None:
        """Raise RuleError for a role that somebody has and for the administrator's."""
        if record.name == Role.ADMIN:
            raise RuleError(_("The administrator's role cannot be changed."))
        if record.user:
            raise RuleError(_("The role is in use: take it from its people first."))
