"""Coming in and going out: sign-in, sign-out, own password, logins and roles, and the rights check of every page."""

from datetime import timedelta

from flask import Flask

from app.views.security import visitors
from app.views.security.manager import KontoraSecurityManager

__all__ = ["KontoraSecurityManager", "install"]


def install(app: Flask) -> None:
    """Make every request say who asks; to be called right after the application builder.

    Settings, with what they are when not given: LOGIN_IDLE (12 hours) ends a sign-in that is not used,
    LOGIN_LIFETIME (7 days) ends any.
    """
    app.config.setdefault("LOGIN_IDLE", timedelta(hours=12))
    app.config.setdefault("LOGIN_LIFETIME", timedelta(days=7))
    visitors.install(app)
