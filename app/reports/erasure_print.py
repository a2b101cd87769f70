"""The act of destruction of personal data, with the extract of the event log (приказ РКН № 179 от 28.10.2022)."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.personal_data import Erasure, ErasureBasis
from app.models.staff import Employee
from app.reports.parties import organisation_party
from app.reports.personal_data import Extract
from app.reports.rendering.erasure_form import ErasureForm
from app.reports.rendering.extract_form import ExtractForm
from app.reports.rendering.printing import print_form
from app.services.service.requests import first_organisation

_BASES = {
    ErasureBasis.WITHDRAWN: "отзыв субъектом согласия на обработку персональных данных (152-ФЗ, ст. 21, ч. 5)",
    ErasureBasis.PURPOSE_REACHED: "достижение цели обработки персональных данных (152-ФЗ, ст. 21, ч. 4)",
    ErasureBasis.UNLAWFUL: "неправомерная обработка персональных данных (152-ФЗ, ст. 21, ч. 3)",
}
ACT_CATEGORIES = {
    "name": "фамилия, имя, отчество",
    "position": "должность",
    "phones": "номера телефонов",
    "emails": "адреса электронной почты",
    "birth_date": "дата рождения",
    "portrait": "психологический портрет",
    "comment": "комментарий",
    "contact_details": "телефон или адрес во взаимодействиях",
    "letters_out": "исходящие письма: адреса, темы и тексты",
    "letters_in": "входящие письма: адреса, темы и тексты",
    "calls": "телефонные звонки: номера и записи разговоров",
    "files": "файлы и изображения",
    "notices": "уведомления и ответы программам",
    "imports": "строки загруженных таблиц",
    "merges": "значения, хранимые для разделения объединённых карточек",
    "history": "значения в истории изменений",
}
"""In Russian whatever the language of the screen, as all printed documents are."""


def erasure_pdf(session: Session, erasure: Erasure, subject: str, zone: ZoneInfo) -> bytes:
    """Print the act of a request that was carried out; `subject` is the name as it was before.

    Raises RuleError without an own organisation, IntegrationError when the PDF engine fails.
    """
    return print_form("erasure.html", erasure_form(session, erasure, subject, zone))


def erasure_form(session: Session, erasure: Erasure, subject: str, zone: ZoneInfo) -> ErasureForm:
    """What the act says. Raises RuleError without an own organisation."""
    organisation = first_organisation(session)
    assert erasure.done_at is not None, "only a request that was carried out has an act"  # noqa: S101
    moment = erasure.done_at.astimezone(zone)
    name, position = _executor(session, erasure)
    return ErasureForm(
        number=erasure.number,
        date=moment.date(),
        operator=organisation_party(organisation),
        subject=subject,
        company=str(erasure.contact.client),
        basis=_BASES[erasure.basis],
        requested_on=erasure.requested_on,
        destroyed=tuple((ACT_CATEGORIES[key], count) for key, count in erasure.destroyed or ()),
        at=f"{moment:%d.%m.%Y %H:%M}",
        by_name=name,
        by_position=position,
        director=organisation.director or "",
    )


def extract_pdf(extract: Extract) -> bytes:
    """Print the extract for the person. Raises IntegrationError when the PDF engine fails."""
    return print_form("extract.html", ExtractForm(extract.subject, extract.made_at, extract.sections))


def _executor(session: Session, erasure: Erasure) -> tuple[str, str]:
    """Who erased: the employee behind the login, else the login's own name."""
    if erasure.done_by is None:
        return "", ""
    employee = session.scalars(select(Employee).where(Employee.user_id == erasure.done_by_id)).first()
    if employee is None:
        return f"{erasure.done_by.last_name} {erasure.done_by.first_name}".strip(), ""
    return str(employee), employee.position
