"""Makes one valid record of each kind; a test states only what matters to it.

Each `make_x(session, **changes)` adds the record and flushes. Names of people are invented.
"""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import User
from app.models import agreements, catalogue, claims, clients, deals, interactions, money, sales, service, staff
from tests.factories.batches import make_batch as make_batch
from tests.factories.calls import make_phone_call as make_phone_call
from tests.factories.control import make_completeness_weight as make_completeness_weight
from tests.factories.control import make_radar_rule as make_radar_rule
from tests.factories.control import make_sales_plan as make_sales_plan
from tests.factories.follow_ups import make_follow_up_rule as make_follow_up_rule
from tests.factories.imports import make_table_import as make_table_import
from tests.factories.jobs import make_job as make_job
from tests.factories.mail import make_incoming_mail as make_incoming_mail
from tests.factories.mail import make_letter_template as make_letter_template
from tests.factories.mail import make_outgoing_mail as make_outgoing_mail
from tests.factories.notices import make_notice as make_notice
from tests.factories.personal_data import make_consent as make_consent
from tests.factories.personal_data import make_erasure as make_erasure
from tests.factories.saved_views import make_saved_view as make_saved_view

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def _save(session: Session, record: Any) -> Any:
    session.add(record)
    session.flush()
    return record


def _one(session: Session, model: type[Any], **values: Any) -> Any:
    """The record with these values, made when it is not there yet."""
    found = session.scalars(select(model).filter_by(**values)).first()
    return found or _save(session, model(**values))


def make_user(session: Session, **changes: Any) -> User:
    number = next(_numbers)
    values = {
        "first_name": "Тест",
        "last_name": f"Тестов{number}",
        "username": f"user{number}",
        "email": f"user{number}@example.test",
        "active": True,
        "password": "",
    }
    return _save(session, User(**values | changes))


def make_department(session: Session, **changes: Any) -> staff.Department:
    return _save(session, staff.Department(**{"name": f"Отдел {next(_numbers)}"} | changes))


def make_employee(session: Session, **changes: Any) -> staff.Employee:
    values: dict[str, Any] = {
        "family_name": f"Сотрудников{next(_numbers)}",
        "given_name": "Пётр",
        "patronymic": "Ильич",
        "position": "Менеджер",
        "is_manager": True,
    }
    if "department" not in changes and "department_id" not in changes:
        values["department"] = _one(session, staff.Department, name="Отдел продаж")
    return _save(session, staff.Employee(**values | changes))


def make_engineer(session: Session, **changes: Any) -> staff.Employee:
    return make_employee(session, **{"is_manager": False, "is_engineer": True, "position": "Инженер"} | changes)


def make_organisation(session: Session, **changes: Any) -> staff.Organisation:
    values = {
        "name": f"Контора-Сервис {next(_numbers)}",
        "full_name": "Общество с ограниченной ответственностью «Контора-Сервис»",
        "inn": "7702070139",
        "kpp": "770201001",
        "address": "101000, г. Москва, ул. Примерная, д. 1",
        "director": "Директоров Д. Д.",
        "accountant": "Счетова С. С.",
        "number_prefix": "КС",
    }
    return _save(session, staff.Organisation(**values | changes))


def make_bank_account(session: Session, **changes: Any) -> staff.BankAccount:
    values: dict[str, Any] = {
        "name": "Основной",
        "account": f"40702810{next(_numbers):012d}",
        "bank_name": "АО «Учебный банк»",
        "bik": "044525225",
        "correspondent_account": "30101810400000000225",
    }
    if "organisation" not in changes and "organisation_id" not in changes:
        values["organisation"] = make_organisation(session)
    return _save(session, staff.BankAccount(**values | changes))


def make_client(session: Session, **changes: Any) -> clients.Client:
    values: dict[str, Any] = {"name": f"ООО «Клиент {next(_numbers)}»", "status": clients.ClientStatus.ACTIVE}
    if "responsible" not in changes and "responsible_id" not in changes:
        values["responsible"] = make_employee(session)
    return _save(session, clients.Client(**values | changes))


def make_contact(session: Session, **changes: Any) -> clients.Contact:
    values: dict[str, Any] = {"family_name": f"Контактов{next(_numbers)}", "given_name": "Иван"}
    if "client" not in changes and "client_id" not in changes:
        values["client"] = make_client(session)
    return _save(session, clients.Contact(**values | changes))


def make_product(session: Session, **changes: Any) -> catalogue.Product:
    number = next(_numbers)
    values: dict[str, Any] = {
        "sku": f"А-{number}",
        "name": f"Компрессор {number}",
        "kind": catalogue.ProductKind.GOODS,
        "vat": catalogue.VatCode.VAT22,
    }
    if "unit" not in changes:
        values["unit"] = _one(session, catalogue.Unit, name="шт", full_name="Штука", okei_code="796")
    return _save(session, catalogue.Product(**values | changes))


def make_price_type(session: Session, **changes: Any) -> catalogue.PriceType:
    return _save(session, catalogue.PriceType(**{"name": f"Оптовая {next(_numbers)}"} | changes))


def make_agreement(session: Session, **changes: Any) -> agreements.Agreement:
    """By default: 100 % in 10 calendar days after the invoice."""
    values: dict[str, Any] = {
        "name": f"Отсрочка {next(_numbers)}",
        "kind": agreements.AgreementKind.STANDARD,
        "valid_from": date(2024, 1, 1),
        "stages": [
            agreements.AgreementStage(
                position=1,
                percent=Decimal(100),
                event=agreements.PaymentEvent.INVOICE,
                shift_days=10,
                day_kind=agreements.DayKind.CALENDAR,
            )
        ],
    }
    if "organisation" not in changes:
        values["organisation"] = make_organisation(session)
    if "price_type" not in changes:
        values["price_type"] = make_price_type(session)
    return _save(session, agreements.Agreement(**values | changes))


def make_contract(session: Session, **changes: Any) -> agreements.Contract:
    values: dict[str, Any] = {
        "number": f"Д-{next(_numbers)}",
        "signed_on": TODAY,
        "subject": "Поставка и обслуживание компрессоров",
        "status": agreements.ContractStatus.SIGNED,
    }
    if "client" not in changes:
        values["client"] = make_client(session)
    client = changes.get("client") or values["client"]
    if "organisation" not in changes:
        values["organisation"] = make_organisation(session)
    if "responsible" not in changes:
        values["responsible"] = client.responsible
    return _save(session, agreements.Contract(**values | changes))


def make_deal_stage(session: Session, **changes: Any) -> deals.DealStage:
    number = next(_numbers)
    return _save(session, deals.DealStage(**{"name": f"Этап {number}", "position": number} | changes))


def make_deal(session: Session, **changes: Any) -> deals.Deal:
    values: dict[str, Any] = {"title": f"Сделка {next(_numbers)}", "amount": Decimal("100000.00")}
    if "client" not in changes:
        values["client"] = make_client(session)
    client = changes.get("client") or values["client"]
    if "stage" not in changes:
        values["stage"] = make_deal_stage(session)
    if "responsible" not in changes:
        values["responsible"] = client.responsible
    return _save(session, deals.Deal(**values | changes))


def make_plan_template(session: Session, *tasks: str, **changes: Any) -> deals.PlanTemplate:
    """A template whose steps are one working day apart, for whoever is responsible for the deal."""
    steps = [
        deals.PlanTemplateStep(position=place, task=task, after_days=place)
        for place, task in enumerate(tasks or ("Позвонить",), start=1)
    ]
    return _save(session, deals.PlanTemplate(**{"name": f"План {next(_numbers)}", "steps": steps} | changes))


def make_interaction(session: Session, **changes: Any) -> interactions.Interaction:
    values: dict[str, Any] = {
        "kind": interactions.InteractionKind.CALL,
        "state": interactions.InteractionState.PLANNED,
        "topic": "Уточнить потребность",
        "starts_at": NOON,
    }
    if "client" not in changes:
        values["client"] = make_client(session)
    client = changes.get("client") or values["client"]
    if "responsible" not in changes:
        values["responsible"] = client.responsible
    return _save(session, interactions.Interaction(**values | changes))


def make_invoice(session: Session, **changes: Any) -> sales.Invoice:
    """A draft of one line: 1 piece at 1,220.00 with VAT of 22 % inside; total 1,220.00, VAT 220.00."""
    values: dict[str, Any] = {
        "day": TODAY,
        "total": Decimal("1220.00"),
        "vat_total": Decimal("220.00"),
    }
    if "client" not in changes:
        values["client"] = make_client(session)
    client = changes.get("client") or values["client"]
    if "organisation" not in changes:
        values["organisation"] = make_organisation(session)
    organisation = changes.get("organisation") or values["organisation"]
    if "bank_account" not in changes:
        values["bank_account"] = make_bank_account(session, organisation=organisation)
    if "responsible" not in changes:
        values["responsible"] = client.responsible
    if "lines" not in changes:
        product = make_product(session)
        line = sales.InvoiceLine(
            position=1,
            product=product,
            name=product.name,
            quantity=Decimal(1),
            price=Decimal("1220.00"),
            vat=catalogue.VatCode.VAT22,
            amount=Decimal("1220.00"),
            vat_amount=Decimal("220.00"),
        )
        values["lines"] = [line]
    return _save(session, sales.Invoice(**values | changes))


def make_payment(session: Session, **changes: Any) -> money.Payment:
    values: dict[str, Any] = {
        "direction": money.MoneyDirection.IN,
        "day": TODAY,
        "number": str(next(_numbers)),
        "amount": Decimal("1220.00"),
        "purpose": "Оплата за оборудование",
    }
    if "account" not in changes:
        values["account"] = make_bank_account(session)
    return _save(session, money.Payment(**values | changes))


def make_equipment(session: Session, **changes: Any) -> service.Equipment:
    values: dict[str, Any] = {"model": "ВК-20", "serial_number": f"SN-{next(_numbers):05d}"}
    if "client" not in changes:
        values["client"] = make_client(session)
    return _save(session, service.Equipment(**values | changes))


def make_work_kind(session: Session, **changes: Any) -> service.WorkKind:
    return _save(session, service.WorkKind(**{"name": f"Работа {next(_numbers)}", "usual_minutes": 120} | changes))


def make_request(session: Session, **changes: Any) -> service.ServiceRequest:
    values: dict[str, Any] = {"registered_on": TODAY, "description": "Не запускается"}
    if "client" not in changes:
        values["client"] = make_client(session)
    client = changes.get("client") or values["client"]
    if "work_kind" not in changes:
        values["work_kind"] = make_work_kind(session)
    if "responsible" not in changes:
        values["responsible"] = client.responsible
    return _save(session, service.ServiceRequest(**values | changes))


def make_visit(session: Session, **changes: Any) -> service.Visit:
    """An engineer's planned visit of two hours from noon (Moscow) of TODAY."""
    values: dict[str, Any] = {"starts_at": NOON}
    starts_at = changes.get("starts_at", NOON)
    values["ends_at"] = starts_at + timedelta(hours=2)
    if "client" not in changes:
        values["client"] = make_client(session)
    if "employee" not in changes:
        values["employee"] = make_engineer(session)
    if "work_kind" not in changes:
        values["work_kind"] = make_work_kind(session)
    return _save(session, service.Visit(**values | changes))


def make_claim(session: Session, **changes: Any) -> claims.Claim:
    values: dict[str, Any] = {"registered_on": TODAY, "text": "Оборудование пришло повреждённым"}
    if "client" not in changes:
        values["client"] = make_client(session)
    client = changes.get("client") or values["client"]
    if "responsible" not in changes:
        values["responsible"] = client.responsible
    return _save(session, claims.Claim(**values | changes))


# They stand on the factories above.
from tests.factories.documents import (  # noqa: E402
    document_line,
    make_deal_step,
    make_order,
    make_purchase_order,
    make_quote,
    make_supplier,
)
from tests.factories.handover import make_handover  # noqa: E402

__all__ = [
    "document_line",
    "make_deal_step",
    "make_handover",
    "make_order",
    "make_purchase_order",
    "make_quote",
    "make_supplier",
]
