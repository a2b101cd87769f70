"""Flask-AppBuilder's security manager, with Kontora's sign-ins, limits, password rules and rights check."""

from functools import cached_property
from typing import Any

from flask import g, has_request_context, request
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_jwt_extended import JWTManager
from flask_login import LoginManager
from sqlalchemy import func, or_, select
from werkzeug.security import check_password_hash

from app.clock import utc_now
from app.database import User, db
from app.errors import RuleError
from app.services import audit
from app.services.access import limits, sign_ins
from app.services.access.passwords import LONGEST, check_password, hash_password, set_password
from app.views.security import visitors
from app.views.security.api import SignInApi
from app.views.security.people import RoleView, UserView
from app.views.security.screens import OwnPassword, SignInPage


class KontoraSecurityManager(SecurityManager):
    """Who may come in and what they may do."""

    authdbview = SignInPage
    userdbmodelview = UserView
    rolemodelview = RoleView
    resetmypasswordview = OwnPassword
    security_api = SignInApi
    userstatschartview = None

    def register_views(self) -> None:
        """Register only what Kontora uses: no self-registration, groups, charts, keys or lists of permissions."""
        self.appbuilder.add_api(self.security_api)
        self.auth_view = self.authdbview()
        self.appbuilder.add_view_no_menu(self.auth_view)
        self.appbuilder.add_view_no_menu(self.resetmypasswordview())
        self.user_view = self.appbuilder.add_view_no_menu(self.userdbmodelview)
        self.appbuilder.add_view_no_menu(self.rolemodelview)

    # --- who asks ---

    def create_login_manager(self, app: Any) -> LoginManager:
        """Know people by the token in their cookie only; Flask-Login's own marks in it count for nothing."""
        manager = LoginManager(app)
        manager.session_protection = None
        manager.user_loader(lambda _key: None)
        manager.request_loader(visitors.by_cookie)
        return manager

    def create_jwt_manager(self, app: Any) -> JWTManager:
        """Tie every token of the API to a sign-in, so that it ends with it."""
        manager: JWTManager = super().create_jwt_manager(app)
        manager.additional_claims_loader(lambda _identity: {visitors.COOKIE_KEY: g.get("api_sign_in")})
        return manager

    def load_user_jwt(self, _jwt_header: Any, jwt_data: Any) -> User | None:
        """The person of an API token whose sign-in is still in force."""
        user = visitors.by_token(jwt_data.get(visitors.COOKIE_KEY))
        if user is None or str(user.id) != jwt_data["sub"]:
            return None
        g.user = user
        return user

    # --- what they may ---

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Tell whether the person of this request holds the right. Asks no database."""
        viewer = visitors.viewer()
        return viewer is not None and viewer.may(permission_name, view_name)

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing is open to strangers."""
        return False

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """Names among `menu_names` on which the person holds any right."""
        viewer = visitors.viewer()
        areas = {area for _permission, area in viewer.rights} if viewer is not None else set()
        return areas & set(menu_names or ())

    # --- signing in ---

    def auth_user_db(self, username: str | None, password: str | None) -> User | None:
        """The person with this login (or e-mail) and password, None when there is none.

        Takes the same time and gives the same answer whether the login exists or not. Raises TooManyAttemptsError.
        """
        typed, now = (username or "").strip()[:128], utc_now()
        place = limits.place_of(request.remote_addr if has_request_context() else "")
        user = self._find(typed)
        login = (user.username if user is not None else typed).casefold()[:64]
        limits.refuse_if_blocked(db.session(), login, place, now)
        if not self._is_right(user, password or ""):
            limits.note_failure(db.session(), login, place, now)
            self._note_sign_in(user, "login_failed")
            db.session.commit()
            return None
        assert user is not None  # noqa: S101 (only somebody can have the right password)
        limits.forget_failures(db.session(), login, place)
        self._note_sign_in(user, "login")
        db.session.commit()
        return user

    def _find(self, typed: str) -> User | None:
        question = select(User).where(
            or_(User.username == typed, func.lower(User.username) == typed.lower(), User.email == typed)
        )
        found = db.session.scalars(question.order_by(User.username != typed).limit(1)).first()
        return found if typed else None

    def _is_right(self, user: User | None, password: str) -> bool:
        is_open = user is not None and bool(user.active) and bool(user.password)
        stored = user.password if is_open and user is not None else self._nobodys_hash
        return check_password_hash(str(stored), password[: LONGEST + 1]) and is_open and bool(password.strip("\0"))

    @cached_property
    def _nobodys_hash(self) -> str:
        return hash_password("nobody has this password")

    def _note_sign_in(self, user: User | None, act: str) -> None:
        """Count and log the try. What a stranger typed as login is not kept for ever: it may be a password."""
        if user is not None and act == "login":
            user.login_count, user.fail_login_count = (user.login_count or 0) + 1, 0
            user.last_login = utc_now().replace(tzinfo=None)
        elif user is not None:
            user.fail_login_count = (user.fail_login_count or 0) + 1
        address = request.remote_addr if has_request_context() else ""
        audit.log_event(db.session(), act, user_id=user.id if user is not None else None, changes={"address": address})

    def on_user_logout(self, user: User) -> None:
        """Log that a person went out."""
        audit.log_event(db.session(), "logout", user_id=user.id, changes={"address": request.remote_addr})

    def begin_sign_in(self, user: User) -> str:
        """Sign the person in; gives the token for the cookie or the API."""
        token = sign_ins.begin(db.session(), user, limits.place_of(request.remote_addr), utc_now())
        db.session.commit()
        return token

    # --- passwords ---

    def reset_password(self, userid: Any, password: str) -> None:
        """Set a password that meets the rules, and end all sign-ins of the person. Raises RuleError."""
        user = self.get_user_by_id(userid)
        set_password(user, password)
        db.session.commit()

    def add_user(  # noqa: PLR0913 (the framework's signature)
        self,
        username: str,
        first_name: str,
        last_name: str,
        email: str,
        role: Any = None,
        password: str = "",
        **more: Any,
    ) -> Any:
        """Make a login; its password must meet the rules. Raises RuleError."""
        if password:
            owner = User(username=username, first_name=first_name, last_name=last_name, email=email)
            check_password(password, owner)
        elif not more.get("hashed_password"):
            raise RuleError("a login needs a password")
        return super().add_user(username, first_name, last_name, email, role, password, **more)
