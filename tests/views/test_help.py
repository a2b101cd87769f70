"""Help, and that the sheet of keys says what the scripts do."""

import re
from pathlib import Path

import lxml.html
import pytest

from app import menu
from app.permissions import Role
from app.views.help.keys import GROUPS, caps, key_table
from tests.conftest import ClientAs

SCRIPTS = Path(__file__).parents[2] / "app" / "static" / "js"
WHERE = {
    "everywhere": ("keys.js", "kontora.js"),
    "card": ("keys.js", "form.js"),
    "lines": ("lines.js",),
    "board": ("boards.js",),
    "calendar": ("calendar.js",),
}
BY_ITSELF = {("board", "open"), ("lines", "paste")}
"""What browsers do without a script of ours for the key: following a link, pasting."""


@pytest.mark.parametrize(
    ("place", "act"), [(group.name, key.act) for group in GROUPS for key in group.keys if group.name != "list"]
)
def test_every_key_of_the_sheet_is_done_by_a_script(place: str, act: str) -> None:
    scripts = "".join((SCRIPTS / name).read_text("utf-8") for name in WHERE[place])

    assert (place, act) in BY_ITSELF or re.search(rf'\b{act}\b: |"{act}"|\b{act},', scripts), f"{place}: {act}"


def test_the_keys_of_lists_stand_in_their_script() -> None:
    script = "".join((SCRIPTS / name).read_text("utf-8") for name in ("list.js", "list_widths.js"))
    presses = [press.split("+")[-1] for press in key_table()["list"] if press != "Enter"]  # a link opens by itself

    assert [press for press in presses if press not in script] == []


def test_no_script_asks_for_an_act_that_has_no_key() -> None:
    table = key_table()
    asked = {
        place
        for script in SCRIPTS.glob("*.js")
        for place in re.findall(r'pressedAct\(event, "(\w+)"\)', script.read_text("utf-8"))
    }

    assert asked <= set(table)
    assert {"everywhere", "card", "lines", "board", "calendar"} <= asked


def test_one_press_means_one_thing_in_a_place() -> None:
    for group in GROUPS:
        presses = [press for key in group.keys for press in key.press]
        assert len(presses) == len(set(presses)), group.name


def test_browsers_keep_their_keys() -> None:
    kept = {"Control+KeyF", "Control+KeyT", "Control+KeyN", "Control+KeyW", "Control+KeyL", "F5"}

    assert not kept & {press for presses in key_table().values() for press in presses}
    assert "Alt+ArrowLeft" not in key_table()["everywhere"] | key_table()["card"]


def test_keys_are_printed_as_they_are_labelled() -> None:
    printed = {(group.name, key.act): caps(key) for group in GROUPS for key in group.keys}

    assert printed["everywhere", "palette"] == ["Ctrl", "K"]
    assert printed["lines", "up"] == ["Ctrl", "Shift", "↑"]
    assert printed["list", "walk"] == ["↑", "↓"]


def test_every_table_has_words_about_itself(client_as: ClientAs) -> None:
    admin = client_as(Role.ADMIN)

    for table in menu.TABLES:
        page = lxml.html.fromstring(admin.get(f"/help/?for={table.__name__}.list").text)
        assert len(page.xpath("//*[@data-help-part='page']//p")) >= 1, table.__name__


def test_help_on_an_unknown_page_holds_terms_and_keys(client_as: ClientAs) -> None:
    page = lxml.html.fromstring(client_as(Role.ENGINEER).get("/help/?for=%3Cb%3E").text)

    assert page.xpath("//*[@id='terms-title']")
    assert page.xpath("//*[@id='keys-title']")
    assert not page.xpath("//*[@id='about-title']")
