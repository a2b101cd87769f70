"""Templates of letters: the screen where the office keeps them, and what the form of a letter offers of them."""

from dataclasses import dataclass
from typing import Any

from app.database import db
from app.models.agreements import Contract
from app.models.letters import LetterTemplate
from app.models.sales import Invoice, Quote
from app.models.service import Visit
from app.models.staff import Employee
from app.services.letters.office import Subject, VisitAct, check_letter_template, fill, fitting, words_of
from app.texts import lazy
from app.views import formats
from app.views.crud import CrudView, Group
from app.views.current import zone
from app.views.letters.targets import Target
from app.views.sections import SETTINGS


class LetterTemplateView(CrudView):
    """Texts of letters with names in braces; whoever writes a letter picks one."""

    model = LetterTemplate
    area = "LetterTemplates"
    route_base = "/letter-templates"
    section = SETTINGS
    title = lazy("Templates of letters")
    title_one = lazy("Template of a letter")
    add_label = lazy("New template")
    list_names = ("name", "fits", "subject", "changed_at")
    sorts = ("name",)
    sort = "name"
    filters = ("fits",)
    groups = (Group(lazy("Template of a letter"), ("name", "fits", "subject", "body")),)

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check the names in braces."""
        check_letter_template(record)

    def chips(self, record: Any) -> Any:
        """With which document it goes."""
        yield formats.cell(record.fits)


@dataclass(frozen=True, slots=True)
class OfferedText:
    """A template in the words of the record that the letter is about."""

    id: int
    name: str
    subject: str
    text: str
    missing: str


def offered_texts(target: Target, record: Any, by: Employee | None) -> list[OfferedText]:
    """The templates that fit, filled."""
    client, subject = target.client(record), _subject(record)
    words = words_of(client, subject, target.contact(record), by or client.responsible)
    found = ((template, fill(template, words)) for template in fitting(db.session(), subject))
    return [
        OfferedText(
            template.id, template.name, filled.proposal.subject, filled.proposal.text, ", ".join(filled.missing)
        )
        for template, filled in found
    ]


def _subject(record: Any) -> Subject:
    if isinstance(record, Visit):
        return VisitAct(record.act_number or "", f"{record.starts_at.astimezone(zone()):%d.%m.%Y}")
    return record if isinstance(record, Quote | Invoice | Contract) else None
