"""Pages of signing in and out, of one's own password, and the administrator's logins and roles."""

from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, session, url_for
from flask_appbuilder import ModelView, SimpleFormView, expose
from flask_appbuilder.fields import QuerySelectMultipleField
from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget, Select2ManyWidget
from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.decorators import has_access, no_cache
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.sqla.models import Role as RoleRecord
from flask_appbuilder.security.views import AuthDBView, RoleModelView, UserDBModelView
from flask_appbuilder.utils.base import get_safe_redirect
from flask_wtf import FlaskForm
from sqlalchemy import func, inspect, select
from werkzeug.security import check_password_hash
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo, Optional, ValidationError

from app.database import User, db
from app.errors import RuleError
from app.permissions import Role
from app.services.access import limits, sign_ins
from app.services.access.passwords import check_password, set_password
from app.services.access.rights import role_label
from app.texts import _, lazy
from app.views.security.visitors import COOKIE_KEY, only_signed_in, viewer


class SignInPage(AuthDBView):
    """`/login/` and `/logout/`."""

    login_template = "frame/login.html"

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    def login(self) -> Any:
        """Ask for login and password; a good pair makes a new session, so that a planted one is worth nothing."""
        if viewer() is not None:
            return redirect(get_safe_redirect(request.args.get("next", "")))
        form = LoginForm_db()
        if not form.validate_on_submit():
            return self.render_template(self.login_template, title=self.title, form=form)
        next_url = get_safe_redirect(request.args.get("next", ""))
        user = self._authenticate(form)
        if user is None:
            flash(str(self.invalid_login_message), "warning")
            return redirect(self.appbuilder.get_url_for_login_with(next_url))
        session.clear()
        session[COOKIE_KEY] = self.appbuilder.sm.begin_sign_in(user)
        return redirect(next_url)

    def _authenticate(self, form: FlaskForm) -> User | None:
        try:
            found: User | None = self.appbuilder.sm.auth_user_db(form.username.data, form.password.data)
        except limits.TooManyAttemptsError as error:
            refuse_for_a_while(error)
        return found

    @expose("/logout/", methods=["GET", "POST"])
    @no_cache
    def logout(self) -> Any:
        """Ask first: a page elsewhere could hold a link to here. Then end the sign-in for good."""
        form = FlaskForm()
        if viewer() is None:
            return redirect(self.appbuilder.get_url_for_login)
        if not form.validate_on_submit():
            return render_template("security/sign_out.html", form=form, appbuilder=self.appbuilder)
        sign_ins.end(db.session(), session[COOKIE_KEY])
        self.appbuilder.sm.on_user_logout(g.user)
        db.session.commit()
        session.clear()
        return redirect(self.appbuilder.get_url_for_login)


def refuse_for_a_while(error: limits.TooManyAttemptsError) -> None:
    """429, with the time to wait."""
    db.session.rollback()
    text = render_template("frame/error.html", status=429, heading=_("Too many attempts"), text=str(error))
    abort(Response(text, 429, {"Retry-After": str(limits.WINDOW.seconds), "Cache-Control": "no-store"}))


class OwnPasswordForm(DynamicForm):
    """The password that is, and twice the one to be."""

    current_password = PasswordField(
        lazy("Current password"), validators=[DataRequired()], widget=BS3PasswordFieldWidget()
    )
    password = PasswordField(
        lazy("New password"),
        description=lazy("at least 10 characters"),
        validators=[DataRequired()],
        widget=BS3PasswordFieldWidget(),
    )
    conf_password = PasswordField(
        lazy("New password again"),
        validators=[EqualTo("password", message=lazy("The passwords differ."))],
        widget=BS3PasswordFieldWidget(),
    )

    def validate_current_password(self, field: PasswordField) -> None:
        """Whoever found the browser open must not be able to keep the account."""
        if not check_password_hash(g.user.password or "", field.data or ""):
            raise ValidationError(_("This is not your current password."))

    def validate_password(self, field: PasswordField) -> None:
        """Apply the password rules."""
        _check(field, g.user)


class OwnPassword(SimpleFormView):
    """`/resetmypassword/form`: everybody changes their own password here, and signs in anew."""

    route_base = "/resetmypassword"
    form = OwnPasswordForm
    form_title = lazy("Change my password")
    base_permissions: list[str] = []

    @expose("/form", methods=["GET"])
    def this_form_get(self) -> Any:
        """Show the form."""
        return only_signed_in() or self._show(self.form.refresh())

    @expose("/form", methods=["POST"])
    def this_form_post(self) -> Any:
        """Change the password; all sign-ins of the person end, this one too."""
        stranger = only_signed_in()
        if stranger is not None:
            return stranger
        form = self.form.refresh()
        if not form.validate_on_submit():
            return self._show(form)
        self.appbuilder.sm.reset_password(g.user.id, form.password.data)
        session.clear()
        flash(_("The password has been changed. Sign in with the new one."), "info")
        return redirect(self.appbuilder.get_url_for_login)

    def _show(self, form: FlaskForm) -> Any:
        self._init_vars()
        return self.render_template(self.form_template, title=self.form_title, widgets=self._get_edit_widget(form=form))


class _AdminView(ModelView):
    """What the administrator's screens share: known routes, no acts, nothing kept in the cookie."""

    include_route_methods = {"list", "show", "add", "edit", "delete", "userinfo"}
    method_permission_name = {
        "list": "read",
        "show": "read",
        "add": "write",
        "edit": "write",
        "delete": "delete",
    }
    search_columns: list[str] = ["id"]
    page_size = 100

    def update_redirect(self) -> None:
        """Keep no history of pages in the cookie."""

    def get_redirect(self) -> str:
        """Back to the list."""
        return url_for(f"{self.endpoint}.list")

    @expose("/list/")
    @has_access
    def list(self) -> Any:
        """All records in one page: there are few, and no argument of the address changes what is shown."""
        if request.args:
            return redirect(self.get_redirect())
        widgets = self._get_list_widget(filters=self.datamodel.get_filters([]), page=0, page_size=self.page_size)
        widgets |= self._get_search_widget(form=self.search_form.refresh())
        return self.render_template(self.list_template, title=self.list_title, widgets=widgets)

    @expose("/delete/<pk>", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> Any:
        """Delete by POST only."""
        self._delete(pk)
        return redirect(self.get_redirect())


def _check(field: PasswordField, user: User) -> None:
    try:
        check_password(field.data or "", user)
    except RuleError as error:
        raise ValidationError(str(error)) from None


def _check_new(form: DynamicForm, field: PasswordField) -> None:
    """Apply the password rules to a login that is being made or changed."""
    _check(
        field,
        User(
            username=form.username.data,
            first_name=form.first_name.data,
            last_name=form.last_name.data,
            email=form.email.data,
        ),
    )


def _all_roles() -> Any:
    return db.session.scalars(select(RoleRecord).where(RoleRecord.name != "Public").order_by(RoleRecord.name)).all()


def _roles_field() -> QuerySelectMultipleField:
    return QuerySelectMultipleField(
        lazy("Roles"),
        query_func=_all_roles,
        get_pk_func=lambda role: role.id,
        get_label=lambda role: role_label(role.name),
        validators=[DataRequired()],
        widget=Select2ManyWidget(),
    )


def _password_fields(first: Any) -> dict[str, PasswordField]:
    return {
        "new_password": PasswordField(
            lazy("New password"),
            description=lazy("at least 10 characters"),
            validators=[first, _check_new],
            widget=BS3PasswordFieldWidget(),
        ),
        "conf_password": PasswordField(
            lazy("New password again"),
            validators=[EqualTo("new_password", message=lazy("The passwords differ."))],
            widget=BS3PasswordFieldWidget(),
        ),
    }


_USER_COLUMNS = ["first_name", "last_name", "username", "active", "email", "roles"]


class Users(_AdminView, UserDBModelView):
    """`/users/`: logins; and `/users/userinfo/`: everybody's own."""

    class_permission_name = "Users"
    list_columns = ["username", "first_name", "last_name", "email", "active", "roles"]
    order_columns: list[str] = []
    add_columns = [*_USER_COLUMNS, "new_password", "conf_password"]
    edit_columns = add_columns
    add_form_extra_fields = {"roles": _roles_field(), **_password_fields(DataRequired())}
    edit_form_extra_fields = {"roles": _roles_field(), **_password_fields(Optional())}
    validators_columns: dict[str, Any] = {}
    description_columns: dict[str, Any] = {}
    label_columns = {
        "get_full_name": lazy("Full name"),
        "first_name": lazy("Given name"),
        "last_name": lazy("Family name"),
        "username": lazy("Login"),
        "active": lazy("Active"),
        "email": lazy("E-mail"),
        "roles": lazy("Roles"),
        "last_login": lazy("Last sign-in"),
        "login_count": lazy("Sign-ins"),
        "fail_login_count": lazy("Failed sign-ins since then"),
        "created_on": lazy("Created"),
        "created_by": lazy("Created by"),
        "changed_on": lazy("Changed"),
        "changed_by": lazy("Changed by"),
        "new_password": lazy("New password"),
        "conf_password": lazy("New password again"),
    }
    formatters_columns = {"roles": lambda roles: ", ".join(role_label(role.name) for role in roles)}
    userinfoedit = resetmypassword = resetpasswords = None

    @expose("/show/<pk>", methods=["GET"])
    @has_access
    def show(self, pk: str) -> Any:
        """One login."""
        return self._page(
            self.datamodel.get(pk, self._base_filters) or abort(404), self.show_title, self.show_fieldsets
        )

    @expose("/userinfo/")
    def userinfo(self) -> Any:
        """One's own login; open to everybody who is signed in."""
        return only_signed_in() or self._page(
            db.session.get(User, g.user.id), self.user_info_title, self.user_show_fieldsets
        )

    def _page(self, user: User, title: str, fieldsets: Any) -> Any:
        widgets = self._get_show_widget(user.id, user, actions={}, show_fieldsets=fieldsets)
        return self.render_template(self.show_template, pk=user.id, title=title, widgets=widgets, related_views=[])

    def pre_add(self, item: Any) -> None:
        """Keep the password as a hash."""
        set_password(item, item.new_password)

    def pre_update(self, item: Any) -> None:
        """Change the password where one was given. Raises RuleError when no administrator would be left."""
        if item.new_password:
            set_password(item, item.new_password)
        if not item.active or Role.ADMIN not in {role.name for role in item.roles}:
            _keep_an_administrator(item)

    def pre_delete(self, item: Any) -> None:
        """Raise RuleError when no administrator would be left."""
        _keep_an_administrator(item)


def _keep_an_administrator(leaving: User) -> None:
    with db.session.no_autoflush:
        others = db.session.scalar(
            select(func.count(User.id.distinct()))
            .join(User.roles)
            .where(RoleRecord.name == Role.ADMIN.value, User.active.is_(True), User.id != leaving.id)
        )
    if not others:
        raise RuleError(_("At least one active administrator must remain."))


class Roles(_AdminView, RoleModelView):
    """`/roles/`: roles and their rights."""

    class_permission_name = "Roles"
    list_columns = ["name"]
    order_columns: list[str] = []
    list_widget = ModelView.list_widget
    show_widget = ModelView.show_widget
    label_columns = {"name": lazy("Name"), "permissions": lazy("Rights")}
    formatters_columns = {"name": role_label}
    copy_role = None

    def pre_update(self, item: Any) -> None:
        """Raise RuleError for the administrator's role, and for a new name of a role that Kontora knows by name."""
        before = (inspect(item).attrs.name.history.deleted or [item.name])[0]
        if before == Role.ADMIN:
            raise RuleError(_("The administrator's role cannot be changed."))
        if before != item.name and before in set(Role):
            raise RuleError(_("The roles that Kontora starts with keep their names."))

    def pre_delete(self, item: Any) -> None:
        """Raise RuleError for a role that somebody has and for the administrator's."""
        if item.name == Role.ADMIN:
            raise RuleError(_("The administrator's role cannot be changed."))
        if item.user:
            raise RuleError(_("The role is in use: take it from its people first."))


Users.datamodel = SQLAInterface(User)
Roles.datamodel = SQLAInterface(RoleRecord)
