"""The page of a list as HTML: around its rows it is the same for everybody who sees the same around them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Flask, current_app, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from app.views.cell_html import list_row
from app.views.headers import csp_nonce
from app.views.kept_parts import Same, hole, kept_page
from app.views.pages import ListPage, ListRow

TEMPLATE = "crud/list.html"


def install(app: Flask) -> None:
    """Give templates `is_list_part()`."""
    app.jinja_env.globals["is_list_part"] = is_list_part


def is_list_part() -> bool:
    """A script refreshes the list, and asks for what changes in it."""
    return request.headers.get("X-Part") == "list"


def list_html(page: ListPage, around: ListPage) -> str:
    """The page; `around` is what the list keeps of it, and stands for that part of it in the key."""
    if page.drawer or is_list_part() or "_flashes" in session:
        return render_template(TEMPLATE, page=page, page_section=page.section)
    frame = current_app.jinja_env.globals["frame_of_page"]()  # type: ignore[operator]
    differs = (page.count_text, page.count, page.totals, page.figures_url, page.chips, page.views)
    key = (frame, Same(around), differs, page.rows_shown, bool(page.next_url), bool(page.previous_url))
    has_menu = bool(page.row_menu)
    filling = {
        "rows": "".join(list_row(row, None, can_be_chosen=bool(page.bulk), has_menu=has_menu) for row in page.rows),
        "next": escape(page.next_url),
        "previous": escape(page.previous_url),
        "token": generate_csrf(),
        "nonce": csp_nonce(),
    }
    secrets = (filling["token"], filling["nonce"])
    return kept_page((TEMPLATE, "frame/base.html"), key, lambda: _values(page, frame), filling, secrets)


def _values(page: ListPage, frame: object) -> Mapping[str, Any]:
    """All that the templates may ask for, with holes where the page differs each time."""
    shown = replace(
        page,
        rows=(ListRow(0, "", (), html=hole("rows")),) if page.rows else (),
        next_url=hole("next") if page.next_url else "",
        previous_url=hole("previous") if page.previous_url else "",
    )
    return {
        "page": shown,
        "page_section": page.section,
        "title": "",
        "frame_of_page": lambda: frame,
        "csrf_token": lambda: hole("token"),
        "csp_nonce": lambda: hole("nonce"),
        "get_flashed_messages": lambda **_asked: (),
        "is_list_part": lambda: False,
    }
