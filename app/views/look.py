"""The look of the pages as cookies: a page is made with it, asks the database nothing, and never changes its looks.

What counts is kept with the person (app.services.access.personal); the cookies are a copy for this browser.
"""

from flask import current_app
from werkzeug.wrappers import Response

from app.database import db
from app.services.access.personal import LOOKS, look_of
from app.views.headers import YEAR
from app.views.languages import COOKIE as LANGUAGE

COOKIES = {name: f"kontora_{name}" for name in LOOKS} | {"language": LANGUAGE}


def set_look(answer: Response, user_id: int) -> None:
    """Give the browser the look of the person who has just signed in, in the place of whoever used it before."""
    kept = look_of(db.session(), user_id)
    for name, cookie in COOKIES.items():
        if name in kept:
            set_cookie(answer, name, kept[name])
        elif name != "language":
            answer.delete_cookie(cookie)


def set_cookie(answer: Response, name: str, value: str) -> None:
    """Let this browser remember one choice."""
    is_secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    is_hidden = name == "language"
    answer.set_cookie(COOKIES[name], value, max_age=YEAR, samesite="Lax", secure=is_secure, httponly=is_hidden)
