"""One invoice as PDF, beside the bare engine on the same page."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.database import db
from app.models.sales import Invoice
from app.reports import invoice_print
from app.reports.rendering import pdf
from bench.measure import Measured, measure


def paper(app: Flask) -> Iterator[Measured]:
    """One invoice as PDF, beside the bare engine on the same page."""
    with app.app_context():
        invoice = db.session.scalars(select(Invoice).order_by(Invoice.id)).first()
        if invoice is None:
            raise SystemExit("bench: there is no invoice")
        html = caught_html(invoice)
        engine = measure("limit: bare wkhtmltopdf", lambda: len(bare_pdf(html)), times=3)
        yield replace(engine, ratio=1.0)
        made = measure(
            "invoice PDF",
            lambda: len(invoice_print.invoice_pdf(db.session(), invoice)),
            times=3,
            goal="<= 1.3 x bare engine",
        )
        yield replace(made, ratio=made.milliseconds / engine.milliseconds)
        db.session.rollback()


def caught_html(invoice: Invoice) -> str:
    """The page that the engine gets."""
    caught: list[str] = []

    def catch(html: str, **_options: Any) -> bytes:
        caught.append(html)
        return b""

    original, pdf.render_pdf = pdf.render_pdf, catch
    try:
        invoice_print.invoice_pdf(db.session(), invoice)
    finally:
        pdf.render_pdf = original
    return caught[0]


def bare_pdf(html: str) -> bytes:
    """What wkhtmltopdf makes of a page without anything around it."""
    command = ["wkhtmltopdf", "--quiet", "--disable-javascript", "-", "-"]
    done = subprocess.run(command, input=html.encode(), capture_output=True, check=True)
    return done.stdout
