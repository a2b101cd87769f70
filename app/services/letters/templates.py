"""What a letter says before a person changes it. Letters to clients are Russian, whatever the language of the pages."""

from dataclasses import dataclass

from app.models.clients import Contact
from app.models.interactions import Interaction
from app.models.sales import Invoice, Quote
from app.models.staff import Employee
from app.services.letters.threads import answer_subject
from app.services.names import format_phone

_QUOTED_LINES = 200
"""Lines of the answered letter that are repeated below the answer."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Subject and text to begin with."""

    subject: str
    text: str


def propose_letter(
    about: Quote | Invoice | Interaction | None, contact: Contact | None, by: Employee | None
) -> Proposal:
    """A letter with a quote or an invoice, an answer to a letter, or an empty one with greeting and signature."""
    match about:
        case Quote():
            number = f"№ {about.number} от {about.day:%d.%m.%Y}"
            term = f"\n\nПредложение действительно до {about.valid_to:%d.%m.%Y}." if about.valid_to else ""
            body = f"Направляем коммерческое предложение {number}.{term}\n\nБудем рады ответить на вопросы."
            return Proposal(f"Коммерческое предложение {number}", _framed(body, contact, by))
        case Invoice():
            number = f"№ {about.number} от {about.day:%d.%m.%Y}"
            body = f"Направляем счёт на оплату {number}.\n\nОплатить можно по реквизитам или по QR-коду в счёте."
            return Proposal(f"Счёт на оплату {number}", _framed(body, contact, by))
        case Interaction():
            return Proposal(answer_subject(about.topic), _framed("", contact, by) + _quotation(about))
    return Proposal("", _framed("", contact, by))


def _framed(body: str, contact: Contact | None, by: Employee | None) -> str:
    parts = (contact.given_name, contact.patronymic) if contact is not None else ()
    name = " ".join(part for part in parts if part)
    greeting = f"Здравствуйте, {name}!" if name else "Здравствуйте!"
    signature = _signature(by)
    return "\n\n".join((greeting, body, signature) if signature else (greeting, body))


def _signature(by: Employee | None) -> str:
    if by is None:
        return ""
    lines = (by.full_name, by.position, format_phone(by.phone) if by.phone else "")
    return "\n".join(("С уважением,", *(line for line in lines if line)))


def _quotation(answered: Interaction) -> str:
    lines = (answered.comment or "").splitlines()[:_QUOTED_LINES]
    if not lines:
        return ""
    return "\n\n" + "\n".join(f"> {line}" if line else ">" for line in lines)
