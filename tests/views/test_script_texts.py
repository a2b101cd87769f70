"""The texts of the scripts: one module for each language, which browsers keep."""

import json
import re
from pathlib import Path

from flask.testing import FlaskClient

from app.views.script_texts import TEXTS

SCRIPTS = (Path(__file__).parents[2] / "app" / "static" / "js").glob("*.js")


def texts_of(client: FlaskClient, address: str) -> dict[str, object]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    found = re.fullmatch(r"export default (\{.*\});\n", answer.text)
    assert found
    read: dict[str, object] = json.loads(found[1])
    return read


def test_each_language_has_its_module(client: FlaskClient) -> None:
    russian, english = (texts_of(client, f"/texts/{code}.js") for code in ("ru", "en"))
    assert (russian["locale"], english["locale"]) == ("ru", "en")
    assert (russian["cancel"], english["cancel"]) == ("Отмена", "Cancel")
    assert set(TEXTS) < set(russian) == set(english)
    assert client.get("/texts/de.js").status_code == 404


def test_the_page_names_the_module_of_its_language_and_browsers_keep_it(client: FlaskClient) -> None:
    page = client.get("/login/", headers={"Accept-Language": "en"}).text
    found = re.search(r'"kontora/texts": "(/texts/en\.js\?v=[0-9a-f]{12})"', page)
    assert found
    answer = client.get(found[1])
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    assert client.get("/texts/en.js").headers["Cache-Control"] == "public, max-age=300"


def test_the_scripts_use_no_other_texts() -> None:
    used = {name for path in SCRIPTS for name in re.findall(r'(?<![\w.])text\("(\w+)"', path.read_text("utf-8"))}
    assert len(used) > 50
    assert used <= set(TEXTS)
