"""The administrator's screens: logins (`/users/`) and roles with their rights (`/roles/`)."""

from typing import Any, ClassVar

from flask import abort, flash, g, redirect, render_template, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from flask_appbuilder.security.sqla.models import PermissionView
from flask_appbuilder.security.sqla.models import Role as RoleRecord
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from wtforms import BooleanField, EmailField, PasswordField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, Optional, Regexp

from app.database import User, db
from app.errors import RuleError
from app.permissions import Role
from app.services.access.passwords import set_password
from app.services.access.rights import role_label
from app.texts import _, lazy, ngettext
from app.views.pages import (
    CardField,
    CardGroup,
    CardPage,
    Cell,
    ColumnHead,
    Command,
    FormGroup,
    FormPage,
    ListPage,
    ListRow,
)
from app.views.security.screens import check_field, form_errors
from app.views.security.visitors import only_signed_in, viewer

PUBLIC = "Public"
"""A role of the framework for strangers; here they have no rights at all."""


class _AdminView(BaseView):
    """List, card, form and deletion of a table of the framework, on the pages that all screens use."""

    method_permission_name: ClassVar[dict[str, str]] = {
        "list": "read",
        "show": "read",
        "add": "write",
        "edit": "write",
        "delete": "delete",
    }
    default_view = "list"
    model: ClassVar[type[Any]]
    form: ClassVar[type[FlaskForm]]
    title: ClassVar[str]
    add_title: ClassVar[str]
    heads: ClassVar[dict[str, str]]
    fields: ClassVar[tuple[str, ...]]

    @expose("/list/")
    @has_access
    def list(self) -> Any:
        """All records: there are few, and no argument of the address changes what is shown."""
        rows = tuple(ListRow(record.id, self._url("show", record), self.cells(record)) for record in self.records())
        page = ListPage(
            title=str(self.title),
            section="",
            base_url=self._url("list"),
            heads=tuple(ColumnHead(name, str(label), "text") for name, label in self.heads.items()),
            rows=rows,
            count_text=ngettext("%(num)s record", "%(num)s records", len(rows)),
            commands=(Command(str(self.add_title), self._url("add"), "plus", primary=True),)
            if self._may("can_write")
            else (),
        )
        return render_template("crud/list.html", page=page, page_section="")

    @expose("/show/<pk>")
    @has_access
    def show(self, pk: str) -> Any:
        """One record."""
        return self.card(self.get(pk), self._commands(pk))

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """Show the empty form, or make the record."""
        return self._edit(self.model())

    @expose("/edit/<pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> Any:
        """Show the form, or save."""
        return self._edit(self.get(pk))

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> Any:
        """Delete the record; one that the history refers to stays."""
        record = self.get(pk)
        try:
            self.check_delete(record)
            db.session.delete(record)
            db.session.commit()
        except (RuleError, IntegrityError) as error:
            db.session.rollback()
            flash(str(error) if isinstance(error, RuleError) else _("The record is in use and stays."), "danger")
        return redirect(self._url("list"))

    def get(self, pk: str) -> Any:
        """The record, 404 when there is none."""
        return (db.session.get(self.model, int(pk)) if pk.isdecimal() else None) or abort(404)

    def card(self, record: Any, commands: tuple[Command, ...]) -> Any:
        """The card of a record."""
        group = CardGroup("", tuple(CardField(label, Cell(value)) for label, value in self.facts(record)))
        page = CardPage(
            title=self.name_of(record),
            section="",
            list_title=str(self.title),
            list_url=self._url("list") if self._may("can_read") else "",
            commands=commands,
            groups=(group,),
        )
        return render_template("crud/card.html", page=page, record=record, page_section="")

    def records(self) -> Any:
        """All records in the order of the list."""
        raise NotImplementedError

    def cells(self, record: Any) -> tuple[Cell, ...]:
        """A row of the list."""
        raise NotImplementedError

    def facts(self, record: Any) -> Any:
        """Labels and values of the card."""
        raise NotImplementedError

    def name_of(self, record: Any) -> str:
        """What the record is called."""
        raise NotImplementedError

    def make_form(self, record: Any) -> FlaskForm:
        """The form with its choices."""
        raise NotImplementedError

    def save(self, record: Any, form: Any) -> None:
        """Take the form's values over. Raises RuleError."""
        raise NotImplementedError

    def check_delete(self, record: Any) -> None:
        """Raise RuleError when the record must stay."""

    def _edit(self, record: Any) -> Any:
        form = self.make_form(record)
        errors: tuple[tuple[str, str], ...] = ()
        if form.validate_on_submit():
            try:
                self.save(record, form)
                db.session.add(record)
                db.session.commit()
                return redirect(self._url("list"))
            except (RuleError, IntegrityError) as error:
                db.session.rollback()
                errors = (("", str(error) if isinstance(error, RuleError) else _("The name is taken.")),)
        page = FormPage(
            title=self.name_of(record) if record.id else str(self.add_title),
            section="",
            list_title=str(self.title),
            list_url=self._url("list"),
            cancel_url=self._url("list"),
            form=form,
            groups=(FormGroup("", self.fields),),
            errors=errors or form_errors(form),
            save_label=_("Save and close"),
        )
        return render_template("crud/form.html", page=page, form=form, page_section="")

    def _commands(self, pk: str) -> tuple[Command, ...]:
        edit = Command(_("Edit"), url_for(f"{self.endpoint}.edit", pk=pk), "pencil", primary=True)
        delete = Command(
            _("Delete"),
            url_for(f"{self.endpoint}.delete", pk=pk),
            "trash",
            post=True,
            danger=True,
            confirm=_("Delete for good?"),
        )
        wanted = (("can_write", edit), ("can_delete", delete))
        return tuple(command for permission, command in wanted if self._may(permission))

    def _may(self, permission: str) -> bool:
        person = viewer()
        return person is not None and person.may(permission, self.class_permission_name)

    def _url(self, route: str, record: Any = None) -> str:
        return url_for(f"{self.endpoint}.{route}", **({"pk": record.id} if record is not None else {}))


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


class UserView(_AdminView):
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
        "active": lazy("Active"),
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
        active = _("Yes") if record.active else _("No")
        name = record.get_full_name()
        return tuple(map(Cell, (record.username, name, record.email, _roles_of(record), active)))

    def facts(self, record: User) -> Any:
        """Labels and values of the card."""
        return [(str(label), cell.text) for label, cell in zip(self.heads.values(), self.cells(record), strict=True)]

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
    permissions = SelectMultipleField(lazy("Rights"), coerce=int, render_kw={"size": 20})


def _right_name(right: PermissionView) -> str:
    return f"{right.view_menu.name}: {right.permission.name.removeprefix('can_')}"


class RoleView(_AdminView):
    """`/roles/`: roles and their rights."""

    route_base = "/roles"
    class_permission_name = "Roles"
    model = RoleRecord
    form = RoleForm
    title = lazy("Roles")
    add_title = lazy("New role")
    heads: ClassVar[dict[str, str]] = {"name": lazy("Name"), "people": lazy("People")}
    fields = ("name", "permissions")

    def records(self) -> Any:
        """All roles."""
        return db.session.scalars(select(RoleRecord).where(RoleRecord.name != PUBLIC).order_by(RoleRecord.name))

    def cells(self, record: RoleRecord) -> tuple[Cell, ...]:
        """A row of the list."""
        return Cell(role_label(record.name)), Cell(", ".join(sorted(user.username for user in record.user)))

    def facts(self, record: RoleRecord) -> Any:
        """Labels and values of the card."""
        rights = ", ".join(sorted(map(_right_name, record.permissions)))
        return [(_("Name"), role_label(record.name)), (_("Rights"), rights)]

    def name_of(self, record: RoleRecord) -> str:
        """The role as people call it."""
        return role_label(record.name)

    def make_form(self, record: RoleRecord) -> FlaskForm:
        """The form with all rights to choose from."""
        form = RoleForm(obj=record if record.id else None)
        rights = db.session.scalars(select(PermissionView)).unique().all()
        form.permissions.choices = sorted(
            ((right.id, _right_name(right)) for right in rights), key=lambda each: each[1]
        )
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
