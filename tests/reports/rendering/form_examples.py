"""Invented documents for the tests of printed forms."""

from datetime import date
from decimal import Decimal

from app.reports.rendering.contract_form import ContractForm, ContractParty, PaymentTerms
from app.reports.rendering.invoice_form import Bank, InvoiceForm, InvoiceLine, Party, Signatories, VatTotal
from app.reports.rendering.visit_act_form import ActLine, ActSignature, ServicedEquipment, VisitActForm

ORGANISATION = Party(
    name="Общество с ограниченной ответственностью «Ёлочные машины и компрессоры»",
    inn="7700000016",
    kpp="770001001",
    address="115000, г. Москва, ул. Примерная, д. 5, стр. 1, офис 12",
    phone="+7 495 000-00-01",
)
CLIENT = Party(
    name="ООО «Ромашка № 1»",
    inn="7800000017",
    kpp="780001001",
    address="190000, г. Санкт-Петербург, пр-кт Образцовый, д. 1",
    phone="+7 812 000-00-02",
)
BANK = Bank(
    name="ПАО «ПРИМЕРНЫЙ БАНК» г. Москва",
    bik="044525000",
    correspondent_account="30101810400000000000",
    account="40702810900000000001",
)
SIGNATORIES = Signatories(director="Образцов О. О.", accountant="Примерова П. П.")


def make_line(number: int, **changes: object) -> InvoiceLine:
    values: dict[str, object] = {
        "number": number,
        "sku": f"КВ-{number:05d}",
        "name": f"Компрессор винтовой ВК-{number} с осушителем" + " и ресивером на 270 л" * (number % 3),
        "quantity": Decimal(1),
        "unit": "шт",
        "price": Decimal("122000.00"),
        "amount": Decimal("122000.00"),
        "vat": "22%",
    }
    return InvoiceLine(**(values | changes))  # type: ignore[arg-type]


def make_invoice(count: int = 3, **changes: object) -> InvoiceForm:
    lines = tuple(make_line(number) for number in range(1, count + 1))
    total = sum((line.amount for line in lines), Decimal(0))
    values: dict[str, object] = {
        "organisation": ORGANISATION,
        "bank": BANK,
        "signatories": SIGNATORIES,
        "client": CLIENT,
        "number": "123",
        "date": date(2026, 2, 1),
        "lines": lines,
        "subtotal": total,
        "vat_totals": (VatTotal("В том числе НДС (22%)", total * 22 / 122),),
        "total": total,
        "amount_in_words": "Триста шестьдесят шесть тысяч рублей 00 копеек",
        "basis": "Договор № 45-П от 12.01.2026",
        "purpose": "Оплата по счету № 123 от 01.02.2026. В т. ч. НДС 22% - 66000-00",
        "due": "Оплатить не позднее 10.02.2026.",
        "valid_until": "Счет действителен до 14.02.2026.",
        "conditions": "Товар отпускается по факту прихода денег на р/с Поставщика.",
    }
    return InvoiceForm(**(values | changes))  # type: ignore[arg-type]


def make_act(**changes: object) -> VisitActForm:
    values: dict[str, object] = {
        "number": "17",
        "date": date(2026, 2, 1),
        "contractor": ORGANISATION,
        "client": CLIENT,
        "contractor_signature": ActSignature("Сервисный инженер", "Инженеров И. И.", "доверенность № 5 от 12.01.2026"),
        "client_signature": ActSignature("Главный механик", "Механиков М. М."),
        "work_done": "Заменено масло и масляный фильтр.\nПроверено давление: 8,2 бар.",
        "basis": "Договор № 45-П от 12.01.2026, заявка № 8",
        "period": "с 9:00 до 13:30 1 февраля 2026 г.",
        "engineer": "Инженеров И. И.",
        "recommendations": "Заменить ремень до 1 мая 2026 г.",
        "equipment": (ServicedEquipment("Компрессор ВК-20", "SN-0042", "Цех № 2", "12 400", "Исправно"),),
        "lines": (
            ActLine(1, "Техническое обслуживание ТО-2", Decimal(1), "усл.", Decimal(12200), Decimal(12200)),
            ActLine(2, "Масло компрессорное", Decimal("7.5"), "л", Decimal(610), Decimal(4575)),
        ),
        "vat_totals": (VatTotal("В том числе НДС (22%)", Decimal("3025.00")),),
        "total": Decimal(16775),
        "amount_in_words": "Шестнадцать тысяч семьсот семьдесят пять рублей 00 копеек",
    }
    return VisitActForm(**(values | changes))  # type: ignore[arg-type]


def make_contract(**changes: object) -> ContractForm:
    values: dict[str, object] = {
        "number": "45-П",
        "date": date(2026, 1, 12),
        "city": "Москва",
        "supplier": ContractParty(
            ORGANISATION,
            "Образцов О. О.",
            "Генеральный директор",
            "генерального директора Образцова Олега Олеговича",
            "Устава",
            "1027700000001",
            "office@supplier.example",
            BANK,
        ),
        "buyer": ContractParty(
            CLIENT,
            "Примерова П. П.",
            "Директор",
            "директора Примеровой Полины Павловны",
            "Устава",
            "1027800000002",
            "office@buyer.example",
            BANK,
        ),
        "payment": PaymentTerms(Decimal(30), deferral_days=14, banking_days=True),
        "valid_until": date(2026, 12, 31),
        "court": "Арбитражный суд города Москвы",
        "vat": "Цена включает НДС по ставке, действующей на дату отгрузки.",
    }
    return ContractForm(**(values | changes))  # type: ignore[arg-type]
