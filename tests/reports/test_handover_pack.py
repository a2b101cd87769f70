"""The pack of a client: every part by its right, overdue in red and in words, two pages whatever there is."""

import io
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader, PdfWriter

from app.models.claims import ClaimStatus
from app.models.clients import ContactEmail, ContactPhone, ContactRole, Segment
from app.models.interactions import InteractionState
from app.models.ledger import DocumentKind, DueItem
from app.models.sales import OrderStatus, QuoteStatus
from app.permissions import ALL_RIGHTS, READ, FieldRight, Scope, Viewer
from app.reports import handover_print as printing
from app.reports.handover import Asking
from app.reports.handover_pack import MOST, sections_of
from app.reports.rendering.handover_form import Caps, clip, trimmed
from app.reports.rendering.merging import merged
from app.texts import speaking
from tests import factories as make

TODAY = make.TODAY
ZONE = ZoneInfo("Europe/Moscow")
PORTRAIT = (READ, FieldRight.PORTRAIT)


def asking(rights=ALL_RIGHTS):
    return Asking(Viewer(1, None, Scope.ALL, rights=frozenset(rights)), TODAY, ZONE)


def parts(session, client, rights=ALL_RIGHTS):
    return {section.title: section for section in sections_of(session, client, asking(rights))}


def rows(section):
    return [row.cells for row in section.rows]


def owe(session, client, days, balance=Decimal(100), **changes):
    item = DueItem(
        client=client,
        organisation=make.make_organisation(session),
        document_kind=DocumentKind.INVOICE,
        document_id=client.id * 1000 + abs(days),
        stage=1,
        document_number="15",
        document_day=TODAY,
        due_on=TODAY - timedelta(days=days),
        balance=balance,
    )
    for name, value in changes.items():
        setattr(item, name, value)
    session.add(item)
    session.flush()


def test_a_client_of_whom_nothing_is_known_has_only_no_debt(session):
    found = parts(session, make.make_client(session))
    assert {title: section.summary for title, section in found.items()} == {"Долг": "нет"}


def test_who_decides_stands_first_and_the_portrait_asks_its_right(session):
    client = make.make_client(session)
    make.make_contact(session, client=client, family_name="Аистов", role=ContactRole.USES)
    make.make_contact(
        session, client=client, family_name="Яшин", position="Директор", role=ContactRole.DECIDES, is_main=True,
        portrait="Ценит точность", phones=[ContactPhone(number="+79000000001")],
        emails=[ContactEmail(address="a@example.ru")],
    )  # fmt: skip
    make.make_contact(session, client=client, is_active=False)

    first, second = parts(session, client)["Кто решает"].rows
    assert first.cells[0] == "Яшин Иван, Директор"
    assert "+7 900 000-00-01, a@example.ru" in first.cells[2]
    assert first.note == "Портрет: Ценит точность"
    assert (second.cells[2], second.note) == ("—", "")
    without = parts(session, client, ALL_RIGHTS - {PORTRAIT})["Кто решает"].rows
    assert [row.note for row in without] == ["", ""]
    assert "Кто решает" not in parts(session, client, ALL_RIGHTS - {(READ, "Contacts")})


def test_promises_of_every_kind_stand_by_their_day_once(session):
    client = make.make_client(session)
    mine = {"client": client, "responsible": client.responsible}
    deal = make.make_deal(session, **mine, title="Поставка", next_step="Позвонить", next_step_on=TODAY)
    make.make_deal(session, **mine)
    make.make_deal_step(session, deal=deal, task="Позвонить", due_on=TODAY)
    make.make_interaction(session, **mine, topic="Сверка", starts_at=make.NOON - timedelta(days=2))
    make.make_visit(session, client=client, starts_at=make.NOON + timedelta(days=1), task="Осмотр")
    make.make_request(session, **mine, promised_at=make.NOON + timedelta(days=2))
    make.make_request(session, **mine, desired_on=TODAY + timedelta(days=3))
    make.make_request(session, **mine)
    make.make_order(session, **mine, status=OrderStatus.POSTED, promised_on=TODAY + timedelta(days=4))

    with speaking("ru"):
        section = parts(session, client)["Обещания и ближайшие даты"]

    days = [row.cells[0] for row in section.rows]
    assert days == [
        "21.11.2026, просрочено 2 дн.", "23.11.2026", "24.11.2026", "25.11.2026", "26.11.2026", "27.11.2026",
        "без срока",
    ]  # fmt: skip
    assert section.rows[1].cells[1] == "Позвонить (сделка «Поставка»)"
    assert section.rows[0].red == frozenset({0})
    assert (section.summary, section.is_red) == ("просрочено: 1", True)
    few = parts(session, client, {(READ, "Interactions")})["Обещания и ближайшие даты"]
    assert len(few.rows) == 1


def test_debt_is_told_with_what_of_it_is_overdue(session):
    client = make.make_client(session)
    owe(session, client, 12)
    owe(session, client, -5, Decimal(50))
    owe(session, client, 0, Decimal(7), due_on=None)
    owe(session, client, 1, Decimal(-30), document_kind=DocumentKind.PAYMENT)

    section = parts(session, client)["Долг"]

    assert section.summary.replace("\xa0", " ") == "всего 157,00 руб., просрочено 100,00 руб."
    assert [(cells[1], cells[2], cells[3]) for cells in rows(section)] == [
        ("11.11.2026", "просрочено 12 дн.", "100,00"),
        ("28.11.2026", "срок не наступил", "50,00"),
        ("без срока", "срок не наступил", "7,00"),
    ]
    assert (section.is_red, section.rows[0].red, section.rows[1].red) == (True, frozenset({2, 3}), frozenset())


def test_quotes_claims_contracts_and_machines_say_what_is_past(session):
    client = make.make_client(session)
    mine = {"client": client, "responsible": client.responsible}
    past, soon = TODAY - timedelta(days=3), TODAY + timedelta(days=9)
    make.make_quote(session, **mine, valid_to=past, status=QuoteStatus.SENT, number="7", sent_on=past)
    make.make_quote(session, **mine, valid_to=None)
    make.make_claim(session, **mine, number="К-1", answer_due_on=past)
    make.make_claim(session, **mine, status=ClaimStatus.CLOSED, result="Заменили")
    for end, prolonged in (
        (past, False),
        (soon, False),
        (soon + timedelta(days=90), False),
        (past, True),
        (None, False),
    ):
        make.make_contract(session, **mine, valid_to=end, is_prolonged=prolonged)
    for on in (past, soon, None):
        make.make_equipment(session, client=client, next_maintenance_on=on)

    found = parts(session, client)

    quotes = found["Открытые коммерческие предложения"]
    assert {cells[2] for cells in rows(quotes)} == {"20.11.2026, срок вышел", "без срока"}
    assert rows(found["Открытые претензии"])[0][2] == "20.11.2026, срок вышел"
    contracts = {row.cells[2]: bool(row.red) for row in found["Договоры"].rows}
    assert contracts == {
        "кончился 20.11.2026": True,
        "до 20.11.2026, продлевается сам": False,
        "до 02.12.2026, кончается через 9 дн.": False,
        "до 02.03.2027": False,
        "бессрочный": False,
    }
    machines = [(cells[3], bool(row.red)) for row in found["Оборудование"].rows for cells in [row.cells]]
    assert machines == [("20.11.2026, просрочено 3 дн.", True), ("02.12.2026", False), ("—", False)]


def test_only_the_last_contacts_stand_there_and_all_are_counted(session):
    client = make.make_client(session)
    for number in range(MOST + 3):
        make.make_interaction(
            session, client=client, state=InteractionState.DONE, topic=f"Тема {number}", result="Договорились",
            starts_at=make.NOON - timedelta(days=number),
        )  # fmt: skip

    section = parts(session, client)["Последние контакты"]

    assert rows(section)[0][2] == "Тема 0: Договорились"
    assert (len(section.rows), section.total, section.more) == (6, MOST + 3, MOST - 3)


def test_texts_are_cut_to_one_line():
    assert clip(" a\n b ", 9) == "a b"
    assert clip("слово за словом", 9) == "слово за…"


def full_of(session, client):
    """More of everything than two pages hold, with the longest texts that the fields take."""
    long = "Очень длинный текст без конца и края, " * 8
    for number in range(14):
        contact = make.make_contact(
            session, client=client, portrait=long * 4, position=long[:100], role=ContactRole.DECIDES,
            phones=[ContactPhone(number=f"+7900000{number:04d}{each}") for each in range(3)],
            emails=[ContactEmail(address="x" * 60 + f"{number}@example.ru")],
        )  # fmt: skip
        deal = make.make_deal(session, client=client, title=long[:200], next_step=long[:200], next_step_on=TODAY)
        make.make_deal_step(session, deal=deal, task=long[:190] + str(number))
        make.make_interaction(session, client=client, contact=contact, topic=long[:200])
        make.make_interaction(
            session, client=client, contact=contact, topic=long[:200], result=long * 3, state=InteractionState.DONE
        )
        make.make_quote(session, client=client)
        make.make_claim(session, client=client, text=long * 3)
        make.make_contract(session, client=client, subject=long[:300])
        make.make_equipment(session, client=client, model=long[:150], serial_number="9" * 60)
        owe(session, client, number, document_number="9" * 40)


def pages(pdf):
    return PdfReader(io.BytesIO(pdf)).pages


@pytest.mark.uncounted
def test_two_pages_hold_a_client_with_a_lot_of_everything(session, monkeypatch):
    monkeypatch.setattr(printing, "CAPS", printing.CAPS[2:])  # the first ones would only be drawn and thrown away
    client = make.make_client(session, name="О" * 200, full_name="П" * 400, comment="Примечание " * 300)
    full_of(session, client)
    handover = make.make_handover(session, client=client, reason="Причина " * 25)

    pack = printing.pack_pdf(session, handover, client, asking())

    texts = [" ".join(page.extract_text().split()) for page in pages(pack.pdf)]
    assert len(texts) == 2
    assert "и ещё" in texts[0]
    assert "просрочено" in texts[0]
    assert "Принял" in texts[1]
    assert 0 < len(pack.portraits) <= MOST


def test_a_pack_names_both_sides_and_no_portrait_without_the_right(session):
    segment = Segment(name="Торговля")
    session.add(segment)
    client = make.make_client(
        session, segment=segment, inn="7707083893", kpp="770701001", phone="+79000000002", town="Тула",
        full_name="Общество", website="example.ru", email="i@example.ru", comment="Ездить с пропуском",
    )  # fmt: skip
    make.make_contact(session, client=client, portrait="Ценит точность")
    handover = make.make_handover(session, client=client)

    pack = printing.pack_pdf(session, handover, client, asking(ALL_RIGHTS - {PORTRAIT}))

    (page,) = pages(pack.pdf)
    text = " ".join(page.extract_text().split())
    wanted = (
        client.name, "Общество", "ИНН 7707083893", "Торговля", "+7 900 000-00-02", "Ездить с пропуском",
        str(handover.from_employee), str(handover.to_employee), "23.11.2026", "Смена участка",
    )  # fmt: skip
    assert [part for part in wanted if part not in text] == []
    assert "точность" not in text
    assert pack.portraits == ()
    assert printing.pack_file_name(handover, client).startswith("Досье ООО")
    assert len(pages(merged([pack.pdf, pack.pdf]))) == 2


@pytest.mark.parametrize(("long_until", "caps"), [(0, 0), (2, 2), (9, 3)])
def test_less_is_printed_until_it_fits(session, monkeypatch, long_until, caps):
    client = make.make_client(session)
    handover = make.make_handover(session, client=client)
    asked: list[Caps] = []

    def fake(_template, form):
        writer = PdfWriter()
        for _page in range(3 if len(asked) <= long_until else 1):
            writer.add_blank_page(100, 100)
        target = io.BytesIO()
        writer.write(target)
        return target.getvalue()

    monkeypatch.setattr(printing, "print_form", fake)
    monkeypatch.setattr(printing, "trimmed", lambda form, given: asked.append(given) or trimmed(form, given))

    printing.pack_pdf(session, handover, client, asking())

    assert asked[-1] == printing.CAPS[caps]
