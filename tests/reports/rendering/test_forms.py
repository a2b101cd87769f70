"""Printed forms: what an accountant looks for stands on the paper, and texts of clients stay text."""

import io
import re
import subprocess
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from jinja2 import UndefinedError
from pypdf import PdfReader

from app.reports.rendering.invoice_form import Party, Signatories, VatTotal
from app.reports.rendering.printing import ENVIRONMENT, form_html, print_form, with_lines
from app.reports.rendering.qr import qr_png_data_uri
from app.reports.rendering.sheet import Column, Kind
from app.reports.rendering.table_form import TableForm, TableRow, print_table
from tests.reports.rendering.form_examples import (
    CLIENT,
    SIGNATORIES,
    make_act,
    make_contract,
    make_invoice,
    make_line,
)


def text_of(document: bytes) -> str:
    done = subprocess.run(["/usr/bin/pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True)
    return done.stdout.decode().replace("\u00a0", " ")


def words_of(document: bytes) -> str:
    return " ".join(text_of(document).split())


def html_of(template: str, form: object) -> str:
    return " ".join(form_html(template, form).replace("\u00a0", " ").split())


def test_an_invoice_shows_everything_of_the_custom() -> None:
    words = words_of(print_form("invoice.html", make_invoice()))

    for expected in (
        "Образец заполнения платежного поручения",
        "БИК 044525000",
        "30101810400000000000",
        "40702810900000000001",
        "Счет на оплату № 123 от 1 февраля 2026 г.",
        "Основание: Договор № 45-П",
        "Итого: 366 000,00",
        "В том числе НДС (22%): 66 000,00",
        "Всего к оплате: 366 000,00",
        "Всего наименований 3, на сумму 366 000,00 руб.",
        "Триста шестьдесят шесть тысяч рублей 00 копеек",
        "Руководитель Образцов О. О. Бухгалтер Примерова П. П.",
        "Назначение платежа",
        "Очер. плат. 5",
    ):
        assert expected in words


def test_a_short_invoice_takes_one_page() -> None:
    document = print_form("invoice.html", make_invoice(qr=qr_png_data_uri("ST00012|Name=Ромашка")))

    pages = PdfReader(io.BytesIO(document)).pages
    assert len(pages) == 1
    assert len(pages[0].images) == 1


def test_a_long_invoice_repeats_its_heading_and_loses_no_line() -> None:
    document = print_form("invoice.html", make_invoice(60))
    pages = text_of(document).split("\f")[:-1]

    assert len(pages) == len(PdfReader(io.BytesIO(document)).pages) >= 3
    assert all("Артикул" in page and "КВ-000" in page and "стр. " in page for page in pages)
    assert re.findall(r"КВ-(\d+)", "".join(pages)) == [f"{number:05d}" for number in range(1, 61)]
    assert "Руководитель" in pages[-1]


def test_the_title_of_the_document_is_that_of_the_invoice() -> None:
    metadata = PdfReader(io.BytesIO(print_form("invoice.html", make_invoice()))).metadata

    assert metadata is not None
    assert metadata.title == "Счет на оплату № 123 от 1\u00a0февраля\u00a02026\u00a0г."


def test_an_invoice_without_discounts_articles_and_mixed_vat_has_no_such_columns() -> None:
    page = html_of("invoice.html", make_invoice(lines=(make_line(1, sku=""),)))

    assert not any(title in page for title in ("Скидка", "Артикул", "<th>НДС"))


def test_discounts_and_several_rates_get_columns() -> None:
    lines = (make_line(1, discount=Decimal("10.5")), make_line(2, vat="Без НДС"))
    page = html_of("invoice.html", make_invoice(lines=lines))

    assert "<th>Скидка</th>" in page
    assert "10,50" in page
    assert "<th>НДС</th>" in page
    assert "Без НДС" in page


def test_an_invoice_without_vat_says_so() -> None:
    words = words_of(print_form("invoice.html", make_invoice(vat_totals=(VatTotal("Без налога (НДС)", None),))))

    assert "Без налога (НДС) –" in words


def test_a_sole_trader_signs_alone_and_may_have_a_stamp() -> None:
    picture = qr_png_data_uri("печать")
    signatories = Signatories(
        "Образцов О. О.",
        director_post="Индивидуальный предприниматель",
        stamp=picture,
        director_signature=picture,
    )
    page = html_of("invoice.html", make_invoice(signatories=signatories, basis="", purpose="", due=""))

    assert "Бухгалтер" not in page
    assert "М. П." not in page
    assert page.count(picture) == 2
    assert "Основание" not in page
    assert "Назначение платежа" not in page


def test_the_accountant_s_signature_is_printed() -> None:
    picture = qr_png_data_uri("подпись")

    page = html_of("invoice.html", make_invoice(signatories=replace(SIGNATORIES, accountant_signature=picture)))

    assert page.count(picture) == 1


def test_empty_requisites_leave_no_holes() -> None:
    assert Party("ИП Образцов О. О.", "770000000017").requisites == "ИП Образцов О. О., ИНН 770000000017"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=x>", "{{ 7 * 7 }}", "&amp; <b>"])
def test_a_client_s_name_is_printed_letter_by_letter(text: str) -> None:
    document = print_form("invoice.html", make_invoice(client=replace(CLIENT, name=text)))

    assert text in words_of(document)


def test_conditions_keep_their_lines() -> None:
    assert with_lines("первая <b>\nвторая") == "первая &lt;b&gt;<br>вторая"


def test_a_form_never_prints_with_a_hole() -> None:
    with pytest.raises(UndefinedError):
        ENVIRONMENT.from_string("{{ form.nothing }}").render(form=object())


def test_an_act_names_the_work_the_equipment_and_both_sides() -> None:
    words = words_of(print_form("visit_act.html", make_act()))

    for expected in (
        "Акт выполненных работ № 17 от 1 февраля 2026 г.",
        "SN-0042",
        "Заменено масло и масляный фильтр.",
        "7,5 л 610,00 4 575,00",
        "Итого: 16 775,00",
        "В том числе НДС (22%): 3 025,00",
        "выполнены полностью и в срок",
        "Инженеров И. И.",
        "Механиков М. М.",
        "доверенность № 5",
    ):
        assert expected in words


def test_an_act_of_warranty_work_has_no_prices() -> None:
    page = html_of("visit_act.html", make_act(lines=(), equipment=(), recommendations=""))

    assert "Работы выполнены без дополнительной оплаты." in page
    assert not any(text in page for text in ("Итого", "Серийный №", "Рекомендации"))


def test_remarks_of_the_client_replace_the_waiver() -> None:
    page = html_of("visit_act.html", make_act(remarks="Остался шум.", vat_totals=(VatTotal("Без налога (НДС)", None),)))

    assert "Остался шум." in page
    assert "приняты с замечаниями" in page
    assert "претензий по объёму" not in page


def test_a_contract_takes_two_pages_and_keeps_the_claims_procedure() -> None:
    document = print_form("contract.html", make_contract())
    words = words_of(document)

    assert len(PdfReader(io.BytesIO(document)).pages) == 2
    for expected in (
        "ДОГОВОР № 45-П",
        "в лице генерального директора Образцова Олега Олеговича",
        "на основании Устава",
        "30 % в течение 5 банковских дней с даты выставления счёта. Оставшиеся 70 %",
        "в течение 30 календарных дней",
        "часть 5 статьи 4 Арбитражного процессуального кодекса",
        "ОГРН 1027700000001",
        "продлённым на каждый следующий",
    ):
        assert expected in words


def test_a_contract_with_deferral_a_limit_and_own_clauses() -> None:
    contract = make_contract()
    payment = replace(contract.payment, prepayment_percent=Decimal(0), banking_days=False)
    trader = replace(
        contract.buyer,
        represented_by="",
        party=replace(CLIENT, kpp="", address="", phone=""),
        bank=None,
        email="",
    )
    page = html_of(
        "contract.html",
        replace(
            contract,
            payment=payment,
            limit=Decimal(1500000),
            prolonged=False,
            buyer=trader,
            conditions=("Особое.",),
        ),
    )

    assert "Покупатель оплачивает 100 % стоимости в течение 14 календарных дней" in page
    assert "не превышает 1 500 000,00 руб." in page
    assert "записи в ЕГРИП (ОГРНИП 1027800000002)" in page
    assert "6.4. Особое." in page
    assert "продлённым" not in page


def test_a_contract_paid_in_full_beforehand_has_no_rest() -> None:
    contract = make_contract()
    page = html_of(
        "contract.html", replace(contract, payment=replace(contract.payment, prepayment_percent=Decimal(100)))
    )

    assert "Оставшиеся" not in page


def test_a_report_on_paper_marks_what_is_overdue_by_a_word() -> None:
    columns = (
        Column("Клиент"),
        Column("Долг", Kind.MONEY),
        Column("Кол-во", Kind.QUANTITY),
        Column("Доля", Kind.PERCENT),
        Column("Срок", Kind.DATE),
        Column("Всего", Kind.INTEGER),
    )
    row = TableRow(
        ("ООО «Ромашка»", Decimal("1234.5"), Decimal("2.5"), Decimal(5), date(2026, 2, 1), 7),
        "Просрочено 12 дн.",
    )
    late, due = row, replace(row, cells=("АО «Василёк»", None, None, None, None, None), overdue="")
    table = TableForm("Долги", columns, (late, due), ("На 13.02.2026",), ("Итого", Decimal("1234.5"), *[None] * 4))

    words = words_of(print_table(table))

    assert "На 13.02.2026" in words
    assert "1 234,50 2,5 5 % 01.02.2026 7" in words
    assert words.count("Просрочено 12 дн.") == 1
    assert "Итого 1 234,50" in words
    assert form_html("table.html", table).count('class="overdue"') == 1


def test_many_columns_turn_the_paper_and_a_long_report_keeps_every_row() -> None:
    columns = tuple(Column(f"Показатель {number}") for number in range(6))
    table = TableForm("Отчёт", columns, tuple(TableRow((f"строка {number}", *[""] * 5)) for number in range(150)))

    document = print_table(table)

    pages = text_of(document).split("\f")[:-1]
    assert PdfReader(io.BytesIO(document)).pages[0].mediabox.width > 800
    assert all("Показатель 1" in page for page in pages)
    assert re.findall(r"строка (\d+)", "".join(pages)) == [str(number) for number in range(150)]


def test_few_columns_keep_the_paper_upright() -> None:
    assert not TableForm("Отчёт", (Column("Клиент"),), ()).landscape


@dataclass(frozen=True)
class _Nothing:
    """A context without a single value."""


def test_an_unknown_name_in_a_form_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        form_html("invoice.html", _Nothing())
