"""Views of lists that the people of the demo company have kept."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.models.staff import Employee
from app.services.demo.company import Company
from app.services.saved_views import NewView, pin_view, save_view

VIEWS: tuple[tuple[str, tuple[str, ...], NewView], ...] = (
    (
        "saleshead",
        ("saleshead", "director"),
        NewView("InvoiceView", "Крупные счета", {"tab": "all", "f_total_from": "500000", "sort": "-total"}, True),
    ),
    ("anna", ("anna",), NewView("ClientView", "Мои потенциальные", {"tab": "leads", "f_responsible": "me"})),
)
"""Who keeps it, who has it in the panel, what it is."""


def make_saved_views(session: Session, company: Company) -> None:
    """Keep the views and pin them."""
    for owner, pinned, wanted in VIEWS:
        view = save_view(session, _login(company.by_login, owner), wanted)
        for login in pinned:
            pin_view(session, _login(company.by_login, login), view.id)


def _login(people: Mapping[str, Employee], login: str) -> int:
    key = people[login].user_id
    assert key is not None, login  # noqa: S101 (the demo company's own people)
    return key
