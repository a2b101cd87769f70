"""The texts of the scripts as one module for each language: browsers keep it, so no page carries them."""

import json
from functools import cache
from hashlib import sha256
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from app.texts import lazy, speaking
from app.views.headers import YEAR
from app.views.help.keys import key_table
from app.views.languages import current_language

TEXTS = {
    "rings": lazy("Incoming call"),
    "open_card": lazy("Open the card"),
    "hide": lazy("Hide"),
    "draft_on_device": lazy("Kept on this device"),
    "visit_draft": lazy("You began to write up this visit: what you typed is kept on this device."),
    "visit_waiting": lazy("Waits to be sent"),
    "visit_waiting_hint": lazy(
        "It is kept on this device and goes as soon as there is a connection. You may close the page."
    ),
    "visit_edit": lazy("Change"),
    "visit_refused": lazy("The visit was not taken."),
    "visit_changed": lazy("The visit was changed meanwhile"),
    "visit_field": lazy("Field"),
    "visit_seen": lazy("You saw"),
    "visit_now": lazy("Now"),
    "visit_accept": lazy("Write up all the same"),
    "visit_closed": lazy("The visit can no longer be written up: talk to whoever plans the visits."),
    "visit_drop": lazy("Drop what is kept here"),
    "visit_photo": lazy("Photograph {n}"),
    "visit_photo_drop": lazy("Remove"),
    "visit_photo_raw": lazy("The photograph could not be made smaller; it goes as it is."),
    "visit_state_waiting": lazy("Waits to be sent"),
    "visit_state_draft": lazy("Draft"),
    "visit_state_conflict": lazy("Changed meanwhile"),
    "visit_state_refused": lazy("Not taken"),
    "visits_sent": lazy("Visits sent: {n}"),
    "next_by_rule": lazy("Next step by the rule «{rule}»: {what}. You may change it."),
    "mention_people": lazy("People to mention"),
    "cancel": lazy("Cancel"),
    "close": lazy("Close"),
    "confirm": lazy("Confirm"),
    "proceed": lazy("Continue"),
    "copied": lazy("Copied"),
    "starred": lazy("Added to favourites"),
    "unstarred": lazy("Removed from favourites"),
    "not_kept": lazy("This could not be kept."),
    "chosen": lazy("Chosen: {n}"),
    "narrower": lazy("Narrower: {column}"),
    "wider": lazy("Wider: {column}"),
    "earlier": lazy("Earlier: {column}"),
    "later": lazy("Later: {column}"),
    "column_width": lazy("{column}: {n} pixels wide"),
    "leave": lazy("What you have typed is not saved. Leave the page?"),
    "loading": lazy("Searching…"),
    "nothing_found": lazy("Nothing found"),
    "lookup_failed": lazy("The list cannot be loaded. Check the connection."),
    "choices": lazy("Choices: {n}"),
    "show_all": lazy("Show the choices"),
    "saving": lazy("Saving…"),
    "draft_found": lazy("What was typed here was not saved."),
    "draft_stale": lazy(
        "What was typed here was not saved, and the record was changed since. On saving both values are shown."
    ),
    "draft_restore": lazy("Restore the draft of {when}"),
    "draft_drop": lazy("Drop"),
    "draft_kept": lazy("Draft kept at {when}"),
    "line_added": lazy("Line {n} added"),
    "line_removed": lazy("Line removed"),
    "line_counted": lazy("{name}: quantity {n}"),
    "lines_unmatched": lazy("Products not found: {n}. Correct them in the lines."),
    "lines_pasted": lazy("Lines pasted: {n}"),
    "row_removed": lazy("Row removed"),
    "undo": lazy("Undo"),
    "offline": lazy("No connection. What you type stays here; save when the connection is back."),
    "not_found_here": lazy("Not found: choose from the list"),
    "all_records": lazy("Show all…"),
    "new_record": lazy("+ Create…"),
    "chooser_hint": lazy("Name, code, number: in any layout"),
    "sign_in_again": lazy("Sign in again"),
    "sign_in": lazy("Sign in"),
    "sign_in_refused": lazy("The login or the password is wrong, or there were too many attempts."),
    "signed_out": lazy("The sign-in has run out. What you typed stays here and is saved right after you sign in."),
    "login": lazy("Login"),
    "password": lazy("Password"),
    "not_saved": lazy("Not saved. {why} What you typed stays here."),
    "offline_form": lazy("No connection. What you typed stays here and is sent when the connection is back."),
    "retry": lazy("Try again"),
    "palette": lazy("Go, create, find"),
    "palette_hint": lazy("Screen, record, command: in any layout"),
    "recent": lazy("Recent"),
    "go": lazy("Go to"),
    "create": lazy("Create"),
    "search_all": lazy("Search everywhere: {words}"),
    "more": lazy("Show more"),
    "failed": lazy("No answer came. Check the connection and try again."),
    "previous_record": lazy("Previous record of the list"),
    "next_record": lazy("Next record of the list"),
    "place_in_list": lazy("{n} of {all}"),
    "neighbours": lazy("Neighbours in the list"),
    "help": lazy("Help"),
}

script_texts = Blueprint("script_texts", __name__)


def install(app: Flask) -> None:
    """Serve the texts and give templates `script_texts_url()`."""
    app.register_blueprint(script_texts)
    app.jinja_env.globals["script_texts_url"] = address


def address(code: str = "") -> str:
    """Where the texts of a language are, of the page's without one; the address changes with them."""
    return _address(code or current_language(), request.script_root)


@cache
def _address(code: str, _script_root: str) -> str:
    return url_for("script_texts.module", code=code, v=sha256(_module(code).encode()).hexdigest()[:12])


@script_texts.get("/texts/<code>.js")
def module(code: str) -> Response:
    """A module whose default export has the texts, and the keys that the scripts answer to."""
    if code not in current_app.config["LANGUAGES"]:
        abort(404)
    response = Response(_module(code), mimetype="text/javascript")
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if "v" in request.args else 300
    response.cache_control.immutable = "v" in request.args
    return response


@cache
def _module(code: str) -> str:
    with speaking(code):
        texts: dict[str, Any] = {name: str(text) for name, text in TEXTS.items()}
    kept = json.dumps({"locale": code, "keys": key_table(), **texts}, ensure_ascii=False)
    return f"export default {kept};\n"
