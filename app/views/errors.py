"""What a person sees when something goes wrong: one page for all errors, JSON for the API.

Only the text of a RuleError reaches a person. Everything else gets general words, and an unexpected error a
number under which the log tells what happened.
"""

import secrets
from http import HTTPStatus

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.database import db
from app.errors import IntegrationError, NotVisibleError, RuleError, StaleRecordError
from app.texts import _, lazy
from app.views.security.rights import area_words
from app.views.sending import TOKEN_IS_OLD
from app.views.tables import why_url

Answer = tuple[Response, int]

TEXTS = {
    400: (lazy("The request could not be understood"), lazy("Check what was entered and try again.")),
    401: (lazy("You are not signed in"), lazy("Sign in and try again.")),
    403: (lazy("No permission"), lazy("Ask the administrator for the right to do this.")),
    404: (lazy("Nothing was found here"), lazy("The record does not exist or is not open to you.")),
    405: (lazy("This is not possible here"), lazy("Go back and use the buttons of the page.")),
    409: (lazy("The change conflicts with other data"), lazy("Reload the page and try again.")),
    413: (lazy("Too much was sent at once"), lazy("The file or form is larger than the limit.")),
    429: (lazy("Too many attempts"), lazy("Wait a little and try again.")),
    500: (
        lazy("Something went wrong on our side"),
        lazy("Try again. If it does not help, tell the administrator."),
    ),
    502: (lazy("An outside system does not answer"), lazy("Try again later. Your data are safe.")),
    503: (lazy("The database does not answer"), lazy("Try again in a minute.")),
}
"""Status -> heading and advice; a status that is not here takes the words of 400 or 500."""


def install(app: Flask) -> None:
    """Answer every error in Kontora's words."""
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(InternalServerError, on_unexpected_error)
    app.register_error_handler(RuleError, on_rule_error)
    app.register_error_handler(IntegrationError, on_integration_error)
    app.register_error_handler(StatementError, on_database_error)
    app.register_error_handler(StaleDataError, on_stale_record)
    app.register_error_handler(OverflowError, on_unfit_value)
    app.register_error_handler(UnicodeEncodeError, on_unfit_value)


def on_http_error(error: HTTPException) -> Answer | HTTPException:
    """A refusal by the web layer itself, or by a view that called abort()."""
    status = error.code or 500
    if status < 400:
        return error  # a redirect
    own_words = error.description if error.description != type(error).description else ""
    answer = show(status, own_words or "")
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            answer[0].headers[name] = value
    return answer


def on_csrf_error(error: CSRFError) -> Answer:
    """The form's token is missing or belongs to another session."""
    answer = show(400, _("The page has been open for too long. Go back, reload it and send the form again."))
    answer[0].headers[TOKEN_IS_OLD] = "1"
    return answer


def on_rule_error(error: RuleError) -> Answer:
    """A business rule refused and the view did not show it beside the form."""
    if isinstance(error, NotVisibleError):
        return show(404)
    return show(409, str(error), keep=isinstance(error, StaleRecordError))


def on_integration_error(error: IntegrationError) -> Answer:
    """An outside system failed while a page was being made; its own words stay in the log."""
    return show(502, incident=_log(error))


def on_database_error(error: StatementError) -> Answer:
    """What the database, or the type of a column, refuses."""
    if isinstance(error, IntegrityError):
        current_app.logger.warning("refused by a constraint: %s", error.orig)
        return show(409, _("The record contradicts other records: it repeats one, or others refer to it."))
    if isinstance(error, DataError) or not isinstance(error, DBAPIError):
        return on_unfit_value(error)
    return show(500, incident=_log(error))


def on_stale_record(error: StaleDataError) -> Answer:
    """Two people saved the same record at once; the second one is told."""
    return show(409, _("Somebody else has just changed this record. Reload the page and enter your change again."))


def on_unfit_value(error: Exception) -> Answer:
    """A value that no column can hold."""
    current_app.logger.warning("unfit value: %s", type(error).__name__)
    return show(400, _("A value is too large or cannot be stored."))


def on_unexpected_error(error: InternalServerError) -> Answer:
    """A bug: the person gets a number, the log everything else under the same number."""
    return show(500, incident=_log(error.original_exception or error))


def show(status: int, text: str = "", *, incident: str = "", keep: bool = False) -> Answer:
    """The answer to an error. `keep` tells the page to keep what was typed for comparing."""
    db.session.rollback()
    heading, advice = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])
    if request.path.startswith("/api/"):
        return jsonify(message=text or str(heading), **({"incident": incident} if incident else {})), status
    facts = {"status": status, "heading": heading, "text": text or advice, "incident": incident, "keep": keep}
    facts["why_url"] = _why_url() if status == 404 else ""
    facts["area"] = _area() if status == 403 else ""
    return make_response(_page(facts)), status


def _page(facts: dict[str, object]) -> str:
    try:
        return render_template("frame/error.html", **facts)
    except Exception:  # the page itself needs the database, which may be what is broken
        current_app.logger.exception("the error page could not be made")
        words = " ".join(str(escape(facts[name])) for name in ("status", "heading", "text", "incident"))
        return f"<!doctype html><title>{HTTPStatus(500).phrase}</title><p>{words}</p>"


def _why_url() -> str:
    """For a signed-in person on the address of a record: where it says why the record is not shown."""
    if db.session.info.get("viewer") is None or request.endpoint is None:
        return ""
    return why_url(request.endpoint, request.view_args or {})


def _area() -> str:
    """What the person has no right to, in words; '' where the address belongs to no screen."""
    name = (request.endpoint or "").partition(".")[0]
    screens = current_app.extensions["appbuilder"].baseviews
    area = next((each.class_permission_name for each in screens if each.endpoint == name), "")
    return area_words(area) if area else ""


def _log(error: BaseException) -> str:
    incident = secrets.token_hex(4)
    current_app.logger.error("incident %s: %s %s", incident, request.method, request.path, exc_info=error)
    return incident
