"""Which language a page speaks: the person's choice, then what the browser asks for, then the company's."""

from flask import Blueprint, Flask, abort, current_app, has_request_context, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as WerkzeugResponse

from app.texts import catalogue
from app.views.headers import YEAR

COOKIE = "language"

languages = Blueprint("languages", __name__)


def install(app: Flask) -> None:
    """Let Flask-Babel ask here, and give templates `language()` and `languages()`."""
    app.extensions["babel"].locale_selector = current_language
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # added by Jinja's extension
        lambda message: catalogue().ugettext(message),
        lambda one, many, number: catalogue().ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = _said
    app.register_blueprint(languages)
    app.jinja_env.globals["language"] = current_language
    app.jinja_env.globals["languages"] = offered


def _said(message: str, **values: object) -> Markup:
    """`_()` of templates: as the extension's own, which formats every text and looks it up through the page's context.

    A page says a hundred texts, nearly all of them without values.
    """
    found = catalogue().ugettext(message)
    return Markup(found) % values if "%" in found else Markup(found)  # noqa: S704 (our own words)


def offered() -> dict[str, str]:
    """Code and name of each language."""
    return {code: facts["name"] for code, facts in current_app.config["LANGUAGES"].items()}


def current_language() -> str:
    """'ru' or 'en'. Outside a request, in commands and jobs, the company's language."""
    default = str(current_app.config["BABEL_DEFAULT_LOCALE"])
    if not has_request_context():
        return default
    codes = list(current_app.config["LANGUAGES"])
    if (chosen := request.cookies.get(COOKIE)) in codes:
        return str(chosen)
    return request.accept_languages.best_match(codes, default) or default


@languages.get("/language/<code>")
def choose(code: str) -> WerkzeugResponse:
    """Remember the person's choice in a cookie of their browser and go back to the page they were on."""
    if code not in current_app.config["LANGUAGES"]:
        abort(404)
    response = redirect(own_path(request.args.get("next", "")))
    response.set_cookie(
        COOKIE,
        code,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def own_path(target: str) -> str:
    """The path to go to, or the start page when it would lead to another site."""
    is_own = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if is_own and target.isprintable() else "/"
