"""Pages carry no indentation of their templates, and lose nothing else."""

from jinja2 import Environment

from app.views.compact import Compact


def test_indentation_goes_and_line_breaks_stay() -> None:
    environment = Environment(extensions=[Compact], autoescape=True)
    page = environment.from_string("<a\n     href='x'>\n\n    {{ text }}  and\n  more</a>\n")
    assert page.render(text="  kept\n    as it is") == "<a\nhref='x'>\n  kept\n    as it is  and\nmore</a>"
