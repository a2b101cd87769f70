"""Printed forms: a template and its typed context become a PDF. Printed documents are always in Russian."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from app.reports.rendering import figures

FORMS_FOLDER = Path(__file__).parents[2] / "templates" / "print"


def with_lines(text: str) -> Markup:
    """Text of several lines, safe, each line on its own."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FORMS_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        money=figures.money,
        quantity=figures.quantity,
        percent=figures.percent,
        long_date=figures.long_date,
        short_date=figures.short_date,
        with_lines=with_lines,
    )
    return environment


ENVIRONMENT = _environment()


def form_html(template: str, context: object) -> str:
    """The page of a form, as the preview shows it; in the template the context is called `form`.

    An unknown name in the template raises jinja2.UndefinedError: a form never prints with a hole.
    """
    return ENVIRONMENT.get_template(template).render(form=context)


def print_form(template: str, context: object, *, landscape: bool = False) -> bytes:
    """Print a form: `print_form("invoice.html", InvoiceForm(…))`. Raises IntegrationError like render_pdf."""
    # pypdf and reportlab take long to load: only a process that prints pays for them.
    from app.reports.rendering.pdf import render_pdf

    return render_pdf(form_html(template, context), landscape=landscape)
