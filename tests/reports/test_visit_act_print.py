from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.files import AttachmentKind
from app.models.service import EquipmentStatus
from app.models.staff import Organisation
from app.reports.visit_act_print import visit_act_file_name, visit_act_form, visit_act_pdf
from app.services.files import attach, open_store, store_file
from tests.factories import (
    NOON,
    make_client,
    make_contact,
    make_contract,
    make_equipment,
    make_organisation,
    make_request,
    make_visit,
)
from tests.factories.files import make_picture, text_of

MOSCOW = ZoneInfo("Europe/Moscow")


def test_act_says_what_was_done_where_and_by_whom(session: Session) -> None:
    client = make_client(session, name="ООО «Ромашка»")
    contract = make_contract(session, client=client, number="45-П")
    visit = make_visit(
        session,
        client=client,
        act_number="17",
        contact=make_contact(
            session, client=client, family_name="Механиков", patronymic="Петрович", position="Механик"
        ),
        request=make_request(session, client=client, number="8"),
        equipment=make_equipment(session, client=client, status=EquipmentStatus.NEEDS_REPAIR, location="Цех № 2"),
        work_done="Заменено масло",
        parts_used="Масло, 5 л",
        next_step="Заменить ремень",
    )
    form = visit_act_form(session, visit, MOSCOW)

    assert form.number == "17"
    assert form.contractor.name == contract.organisation.full_name
    assert form.basis == "Договор № 45-П от 23\u00a0ноября\u00a02026\u00a0г., заявка № 8"
    assert form.period == "с 12:00 до 14:00 23\u00a0ноября\u00a02026\u00a0г."
    assert form.work_done == "Заменено масло\nЗапасные части и материалы: Масло, 5 л"
    assert (form.client_signature.post, form.client_signature.name) == ("Механик", "Механиков И. П.")
    assert (form.equipment[0].place, form.equipment[0].state) == ("Цех № 2", "Требует ремонта")
    assert form.recommendations == "Заменить ремень"
    assert "Заменено масло" in text_of(visit_act_pdf(session, visit, MOSCOW))
    assert visit_act_file_name(visit, MOSCOW) == "Акт 17 от 2026-11-23 Ромашка.pdf"


def test_act_of_a_bare_visit_leaves_out_what_is_unknown(session: Session) -> None:
    make_organisation(session)
    visit = make_visit(session)
    form = visit_act_form(session, visit, MOSCOW)

    assert form.number == str(visit.id)
    assert (form.basis, form.equipment, form.work_done, form.client_signature.name) == ("", (), "", "")


def test_period_over_midnight_names_both_days(session: Session) -> None:
    make_organisation(session)
    visit = make_visit(session, starts_at=NOON + timedelta(hours=10, minutes=30))

    period = visit_act_form(session, visit, MOSCOW).period

    assert period == "с 22:30 23\u00a0ноября\u00a02026\u00a0г. до 0:30 24\u00a0ноября\u00a02026\u00a0г."


def test_act_needs_an_own_organisation(session: Session) -> None:
    visit = make_visit(session)
    session.execute(delete(Organisation))

    with pytest.raises(RuleError, match="own organisation"):
        visit_act_form(session, visit, MOSCOW)


def test_the_act_carries_the_signature_and_the_photographs(session: Session, tmp_path: Path) -> None:
    make_organisation(session)
    visit, store = make_visit(session, signed_by="Примеров П. П."), open_store(str(tmp_path))
    kinds = (
        (AttachmentKind.PHOTO_BEFORE, "red"),
        (AttachmentKind.PHOTO_AFTER, "green"),
        (AttachmentKind.SIGNATURE, "blue"),
        (AttachmentKind.PHOTO, "black"),
        (AttachmentKind.OTHER, "white"),
    )
    for kind, colour in kinds:
        stored = store_file(session, make_picture(colour=colour), f"{colour}.jpg", folder=store)
        attach(session, visit, stored, kind)
        if colour == "black":
            store.remove(str(stored.file.thumbnail_sha256))
    text = store_file(session, b"text", "act.txt", folder=store)
    attach(session, visit, text, AttachmentKind.PHOTO)

    pdf = visit_act_pdf(session, visit, MOSCOW, store)

    assert "Примеров П. П." in text_of(pdf)
    assert ("До работ" in text_of(pdf), "После работ" in text_of(pdf)) == (True, True)
    assert sum(len(page.images) for page in PdfReader(BytesIO(pdf)).pages) == 3
