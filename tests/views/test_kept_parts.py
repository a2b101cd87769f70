"""Parts of pages that are kept: what they follow from is all that they may ask for."""

import pytest
from flask import Flask
from jinja2 import DictLoader
from jinja2.loaders import ChoiceLoader

from app.views.kept_parts import Kept, kept_part


@pytest.fixture
def parts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with some parts of its own."""
    added = DictLoader(
        {
            "part/plain.html": "{{ _('Create') }}: {{ name }}",
            "part/person.html": "{{ current_user.username }}",
            "part/secret.html": "{{ csrf_token() }}{{ csp_nonce() }}",
            "part/address.html": "{% if true %}{{ request.path }}{% endif %}",
        }
    )
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([added, app.jinja_env.loader]))
    return app


def test_a_part_is_made_for_each_set_of_values_and_each_language(parts: Flask) -> None:
    with parts.test_request_context("/"):
        assert kept_part("part/plain.html", name="<b>") == "Создать: &lt;b&gt;"
        assert kept_part("part/plain.html", name="2") == "Создать: 2"
        assert kept_part("part/plain.html", name="2") is kept_part("part/plain.html", name="2")
    with parts.test_request_context("/", headers={"Cookie": "language=en"}):
        assert kept_part("part/plain.html", name="2") == "Create: 2"


@pytest.mark.parametrize("name", ["person", "secret", "address"])
def test_a_part_that_follows_from_the_request_is_refused(parts: Flask, name: str) -> None:
    with parts.test_request_context("/"), pytest.raises(TypeError, match="is kept and may not ask for"):
        kept_part(f"part/{name}.html")


def test_so_many_are_kept_and_no_more(app: Flask) -> None:
    kept: Kept[int] = Kept(2)
    with app.app_context():
        assert [kept.get(key, lambda key=key: key * 10) for key in (1, 2, 3, 1)] == [10, 20, 30, 10]
    assert len(kept.things) <= 2
