"""Parts of pages that are kept: what they follow from is all that they may ask for."""

import pytest
from flask import Flask
from jinja2 import DictLoader
from jinja2.loaders import ChoiceLoader

from app.views.headers import csp_nonce
from app.views.kept_parts import Kept, hole, kept_page, kept_part


@pytest.fixture
def parts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with some parts of its own."""
    added = DictLoader(
        {
            "part/plain.html": "{{ _('Create') }}: {{ name }}",
            "part/person.html": "{{ current_user.username }}",
            "part/secret.html": "{{ csrf_token() }}{{ csp_nonce() }}",
            "part/address.html": "{% if true %}{{ request.path }}{% endif %}",
            "part/page.html": "<a href='{{ next }}' nonce='{{ csp_nonce() }}'>{{ name }}</a>{{ rows }}",
            "part/forms.html": "{% macro form() %}{{ csrf_token() }}{% endmacro %}",
            "part/importing.html": "{% import 'part/forms.html' as forms %}{{ forms.form() }}",
            "part/including.html": "{% include 'part/plain.html' %}{% include 'part/secret.html' %}",
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


def page(key: str, **filling: str) -> str:
    values = {"name": f"<{key}>", "next": hole("next"), "rows": hole("rows"), "csp_nonce": lambda: hole("nonce")}
    return kept_page(("part/page.html",), key, lambda: values, {"nonce": csp_nonce(), **filling}, (csp_nonce(),))


def test_a_page_is_kept_with_holes_that_are_filled_anew(parts: Flask) -> None:
    for next_url, rows in (("/a?b=1&amp;c", "<tr>1"), ("/d", "<tr>2")):
        with parts.test_request_context("/"):
            expected = f"<a href='{next_url}' nonce='{csp_nonce()}'>&lt;one&gt;</a>{rows}"
            assert page("one", next=next_url, rows=rows) == expected
            assert "&lt;two&gt;" in page("two", next=next_url, rows=rows)


@pytest.mark.parametrize("name", ["person", "address", "importing"])
def test_a_page_that_asks_for_more_than_its_values_is_refused(parts: Flask, name: str) -> None:
    """What is imported without its context would be given the tokens of whoever asked first."""
    given = {"csrf_token": lambda: hole("token")}
    with parts.test_request_context("/"), pytest.raises(TypeError, match="may not ask for"):
        kept_page((f"part/{name}.html",), name, lambda: given, {"token": ""}, ())


def test_what_a_page_includes_is_given_its_values(parts: Flask) -> None:
    given = {"name": "1", "csrf_token": lambda: hole("token"), "csp_nonce": lambda: hole("nonce")}
    with parts.test_request_context("/"):
        assert (
            kept_page(("part/including.html",), "1", lambda: given, {"token": "T", "nonce": "N"}, ()) == "Создать: 1TN"
        )


def test_a_page_that_holds_a_word_of_one_request_is_refused(parts: Flask) -> None:
    with parts.test_request_context("/"), pytest.raises(ValueError, match="word of one request"):
        kept_page(("part/plain.html",), "secret", lambda: {"name": csp_nonce()}, {}, (csp_nonce(),))
