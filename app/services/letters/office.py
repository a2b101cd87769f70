"""Templates of letters that the office keeps (шаблоны писем): what may stand in them, and how they are filled.

A template is plain text with names in braces. What a record does not say leaves no broken sentence: its line is left
out, or the words of address before it end earlier («Здравствуйте, {имя}!» becomes «Здравствуйте!»).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.access import Setting
from app.models.agreements import Contract
from app.models.clients import Client, Contact
from app.models.letters import LetterFits, LetterTemplate
from app.models.sales import Invoice, Quote
from app.models.staff import Employee
from app.services.letters.templates import Proposal
from app.services.names import format_phone
from app.texts import _, lazy

SETTING = "letter_templates"
"""Its row says that the office has been given its templates."""
PLACEHOLDERS: Mapping[str, str] = {
    "клиент": lazy("name of the client"),
    "имя": lazy("name and patronymic of the contact"),
    "номер": lazy("number of the document"),
    "дата": lazy("date of the document"),
    "сумма": lazy("sum of the document"),
    "срок": lazy("until when the document is valid"),
    "менеджер": lazy("name of whoever writes"),
    "должность": lazy("position of whoever writes"),
    "телефон": lazy("telephone of whoever writes"),
}
"""What may stand in braces. The names are Russian, as the letters are."""
_PLACE = re.compile(r"\{([^{}\n]*)\}")
_AFTER_COMMA = r",[^\S\n]*\{%s\}"
_BLANK_LINES = re.compile(r"\n{3,}")

DEFAULTS: tuple[tuple[str, LetterFits, str, str], ...] = (
    (
        "Коммерческое предложение", LetterFits.QUOTE, "Коммерческое предложение № {номер} от {дата}",
        "Направляем коммерческое предложение № {номер} от {дата}.\n\nПредложение действительно до {срок}.\n\n"
        "Будем рады ответить на вопросы.",
    ),
    (
        "Счёт на оплату", LetterFits.INVOICE, "Счёт на оплату № {номер} от {дата}",
        "Направляем счёт на оплату № {номер} от {дата} на сумму {сумма}.\n\n"
        "Оплатить можно по реквизитам или по QR-коду в счёте.",
    ),
    (
        "Договор на подпись", LetterFits.CONTRACT, "Договор № {номер} от {дата}",
        "Направляем договор № {номер} от {дата}.\n\nПодписанный экземпляр пришлите, пожалуйста, ответным письмом.",
    ),
    (
        "Акт выезда", LetterFits.VISIT, "Акт выполненных работ от {дата}",
        "Направляем акт по выезду {дата}.\n\nЕсли есть замечания, ответьте на это письмо.",
    ),
    ("Благодарность за встречу", LetterFits.ANY, "Спасибо за встречу", "Спасибо, что нашли время для встречи."),
)  # fmt: skip
_GREETING, _SIGNATURE = "Здравствуйте, {имя}!\n\n", "\n\nС уважением,\n{менеджер}\n{должность}\n{телефон}"


@dataclass(frozen=True, slots=True)
class VisitAct:
    """What a letter says of a visit. Visits lie above letters: whoever knows them tells this much."""

    number: str
    on_day: str


Subject = Quote | Invoice | Contract | VisitAct | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A template in the words of one record, and what the record does not say."""

    proposal: Proposal
    missing: tuple[str, ...]


def check_letter_template(template: LetterTemplate) -> None:
    """Raises RuleError that names a placeholder which is not known, or a brace without its pair."""
    for text in (template.subject, template.body):
        for name in _PLACE.findall(text):
            if name not in PLACEHOLDERS:
                known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
                raise RuleError(_("«{%(name)s}» is not known. Known are: %(known)s.", name=name[:60], known=known))
        if re.search(r"[{}]", _PLACE.sub("", text)):
            raise RuleError(_("A brace stands without its pair."))


def fitting(session: Session, subject: Subject) -> list[LetterTemplate]:
    """Templates for letters with this document, its own kind first; for other letters those that fit any."""
    kinds = (_kind(subject), LetterFits.ANY)
    found = session.scalars(select(LetterTemplate).where(LetterTemplate.fits.in_(kinds)).order_by(LetterTemplate.name))
    return sorted(found, key=lambda template: template.fits is LetterFits.ANY)


def words_of(client: Client, subject: Subject, contact: Contact | None, by: Employee) -> dict[str, str]:
    """What stands for each placeholder; an empty text where the record does not say it."""
    return {
        "клиент": client.name,
        "имя": _joined(contact.given_name, contact.patronymic) if contact is not None else "",
        **_of_document(subject),
        "менеджер": by.full_name,
        "должность": by.position,
        "телефон": format_phone(by.phone) if by.phone else "",
    }


def fill(template: LetterTemplate, words: Mapping[str, str]) -> Filled:
    """The template with the words of a record; what is missing is left out and named."""
    used = dict.fromkeys(_PLACE.findall(f"{template.subject}\n{template.body}"))
    empty = [name for name in used if not words.get(name)]
    subject, text = (_without(each, empty) for each in (template.subject, template.body))
    missing = tuple(str(PLACEHOLDERS.get(name, name)) for name in empty)
    return Filled(Proposal(" ".join(_put(subject, words).split()), _put(text, words)), missing)


def add_default_templates(session: Session) -> int:
    """Give a new office its templates, once; gives how many were added."""
    if session.scalar(select(Setting.id).where(Setting.name == SETTING)) is not None:
        return 0
    made = [
        LetterTemplate(name=name, fits=fits, subject=subject, body=f"{_GREETING}{body}{_SIGNATURE}")
        for name, fits, subject, body in DEFAULTS
    ]
    session.add_all(made)
    session.add(Setting(name=SETTING, value=str(len(made))))
    session.flush()
    return len(made)


def _kind(subject: Subject) -> LetterFits:
    match subject:
        case Quote():
            return LetterFits.QUOTE
        case Invoice():
            return LetterFits.INVOICE
        case Contract():
            return LetterFits.CONTRACT
        case VisitAct():
            return LetterFits.VISIT
    return LetterFits.ANY


def _of_document(subject: Subject) -> dict[str, str]:
    match subject:
        case Quote():
            term = f"{subject.valid_to:%d.%m.%Y}" if subject.valid_to else ""
            return _document(subject.number, f"{subject.day:%d.%m.%Y}", _roubles(f"{subject.total:,.2f}"), term)
        case Invoice():
            return _document(subject.number, f"{subject.day:%d.%m.%Y}", _roubles(f"{subject.total:,.2f}"), "")
        case Contract():
            amount = _roubles(f"{subject.amount:,.2f}") if subject.amount else ""
            term = f"{subject.valid_to:%d.%m.%Y}" if subject.valid_to else ""
            return _document(subject.number, f"{subject.signed_on:%d.%m.%Y}", amount, term)
        case VisitAct():
            return _document(subject.number, subject.on_day, "", "")
    return {}


def _document(number: str | None, day: str, amount: str, term: str) -> dict[str, str]:
    return {"номер": number or "", "дата": day, "сумма": amount, "срок": term}


def _roubles(figures: str) -> str:
    """«1 220,00 руб.», with spaces that do not break."""
    return figures.replace(",", "\u00a0").replace(".", ",") + "\u00a0руб."


def _joined(*names: str | None) -> str:
    return " ".join(name for name in names if name)


def _without(text: str, empty: Iterable[str]) -> str:
    """The text without what cannot be said: an address after a comma alone, anything else with its line."""
    for name in empty:
        text = re.sub(_AFTER_COMMA % re.escape(name), "", text)
    left = [line for line in text.splitlines() if not any(f"{{{name}}}" in line for name in empty)]
    return _BLANK_LINES.sub("\n\n", "\n".join(left)).strip()


def _put(text: str, words: Mapping[str, str]) -> str:
    """In one pass, so that braces in a client's name stay what they are."""
    return _PLACE.sub(lambda found: words.get(found[1], ""), text)
