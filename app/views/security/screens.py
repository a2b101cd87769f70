"""Pages of signing in and out, and of one's own password."""

from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, session
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import no_cache
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.views import AuthDBView
from flask_appbuilder.utils.base import get_safe_redirect
from flask_wtf import FlaskForm
from werkzeug.security import check_password_hash
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo, ValidationError

from app.database import User, db
from app.errors import RuleError
from app.services.access import limits, sign_ins
from app.services.access.passwords import check_password
from app.texts import _, lazy
from app.views.look import set_look
from app.views.pages import FormGroup, FormPage
from app.views.sections import HOME
from app.views.security.visitors import COOKIE_KEY, only_signed_in, viewer


class SignInPage(AuthDBView):
    """`/login/` and `/logout/`."""

    login_template = "frame/login.html"

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    def login(self) -> Any:
        """Ask for login and password; a good pair makes a new session, so that a planted one is worth nothing."""
        if viewer() is not None:
            return redirect(get_safe_redirect(request.args.get("next") or "/"))
        form = LoginForm_db()
        if not form.validate_on_submit():
            return self.render_template(self.login_template, title=self.title, form=form)
        next_url = get_safe_redirect(request.args.get("next") or "/")
        user = self._authenticate(form)
        if user is None:
            flash(str(self.invalid_login_message), "warning")
            return redirect(self.appbuilder.get_url_for_login_with(next_url))
        session.clear()
        session[COOKIE_KEY] = self.appbuilder.sm.begin_sign_in(user)
        answer = redirect(next_url)
        set_look(answer, user.id)
        return answer

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


class OwnPasswordForm(FlaskForm):
    """The password that is, and twice the one to be."""

    current_password = PasswordField(lazy("Current password"), validators=[DataRequired()])
    password = PasswordField(
        lazy("New password"), description=lazy("at least 10 characters"), validators=[DataRequired()]
    )
    conf_password = PasswordField(
        lazy("New password again"),
        validators=[EqualTo("password", message=lazy("The passwords differ."))],
    )

    def validate_current_password(self, field: PasswordField) -> None:
        """Whoever found the browser open must not be able to keep the account."""
        if not check_password_hash(g.user.password or "", field.data or ""):
            raise ValidationError(_("This is not your current password."))

    def validate_password(self, field: PasswordField) -> None:
        """Apply the password rules."""
        check_field(field, g.user)


def check_field(field: PasswordField, owner: User) -> None:
    """Apply the password rules to a field of a form."""
    try:
        check_password(field.data or "", owner)
    except RuleError as error:
        raise ValidationError(str(error)) from None


class OwnPassword(BaseView):
    """`/resetmypassword/form`: everybody changes their own password here, and signs in anew."""

    route_base = "/resetmypassword"
    base_permissions: list[str] = []

    @expose("/form", methods=["GET", "POST"])
    def this_form_get(self) -> Any:
        """Ask; then change the password: all sign-ins of the person end, this one too."""
        stranger = only_signed_in()
        if stranger is not None:
            return stranger
        form = OwnPasswordForm()
        if not form.validate_on_submit():
            return self._show(form)
        self.appbuilder.sm.reset_password(g.user.id, form.password.data)
        session.clear()
        flash(_("The password has been changed. Sign in with the new one."), "info")
        return redirect(self.appbuilder.get_url_for_login)

    def _show(self, form: FlaskForm) -> Any:
        own = self.appbuilder.get_url_for_userinfo
        page = FormPage(
            title=_("Change my password"),
            section=str(HOME),
            list_title=_("Profile"),
            list_url=own,
            cancel_url=own,
            form=form,
            groups=(FormGroup("", ("current_password", "password", "conf_password")),),
            errors=form_errors(form),
            save_label=_("Change the password"),
        )
        return render_template("crud/form.html", page=page, form=form, page_section=str(HOME))


def form_errors(form: FlaskForm) -> tuple[tuple[str, str], ...]:
    """Id of the field and text of every error, for the summary on top."""
    return tuple((field.id, str(error)) for field in form for error in field.errors)
