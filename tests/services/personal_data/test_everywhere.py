"""A person who was written everywhere is found nowhere after erasing, but where decision 0020 says so.

Every table with a column of text is one in which this person was written, one that the decision names, or one that
holds no words about people: a table added later belongs to none of them until somebody has decided.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, inspect, select, text
from sqlalchemy.orm import Session

from app.database import ChoiceType, Model
from app.models.batches import BatchAct, BatchChange
from app.models.clients import Contact, ContactEmail, ContactPhone
from app.models.duplicates import DuplicatePair, RecordMerge
from app.models.exchange import ApiAnswer
from app.models.files import Attachment, AttachmentKind, StoredFile
from app.models.interactions import InteractionKind, InteractionState
from app.models.mail import MailState
from app.models.sales import QuoteStatus, QuoteStatusChange
from app.services.audit import verify_chain
from app.services.duplicates.merging import merge
from app.services.files import detach
from app.services.personal_data import erase_contact
from tests import factories as make

FAMILY, PHONE, EMAIL = "Жужелицына", "+79995550123", "zhuzh@example.test"
WORDS = f"{FAMILY} Евлампия 8 999 555-01-23 {EMAIL}"
RECORDING = "https://records.example/79995550123.mp3"
SECRETS = (FAMILY.lower(), "евлампия", EMAIL, "records.example", "механикова")
DIGITS = PHONE[2:]

DECISION = Path(__file__).parents[3] / "docs/decisions/0020-erasing-from-the-history.md"
KEPT = set(re.findall(r"`([a-z_]+\.[a-z_*]+)`", DECISION.read_text(encoding="utf-8")))
"""«table.column» or «table.*», as the decision names them."""

WITHOUT_PEOPLE_BY_REASON = {
    "rights, sign-ins and settings of our own people and of the program": (
        "ab_api_key ab_group ab_permission ab_register_user ab_role ab_user ab_view_menu calendar_token employee "
        "login_attempt login_session notice_choice notice_language personal_data_access setting mail_folder absence"
    ),
    "reference tables, and documents without a word about a contact": (
        "agreement agreement_stage bank_account calendar_day cash_article claim_reason client_bank_account "
        "deal_stage department due_item loss_reason number_series organisation price_type product product_group "
        "register_company segment statement stored_file unit work_kind follow_up_rule follow_up import_mapping "
        "handed_work pin quote_line sales_order_line invoice_line purchase_order_line payer_alias letter_template "
        "plan_template plan_template_step"
    ),
}
WITHOUT_PEOPLE = {name for names in WITHOUT_PEOPLE_BY_REASON.values() for name in names.split()}
FIXED_BY_REASON = {
    "which record is meant, and how far the work with it is": (
        "record_table document_table table_name thread mail_state provider act hash previous_hash sha256 line "
        "extension key request_hash"
    ),
}
FIXED = {name for names in FIXED_BY_REASON.values() for name in names.split()}
"""Columns that say which record is meant or how far the work with it is, and hold no words."""


def text_columns(metadata: MetaData) -> dict[str, list[Any]]:
    """Columns that can hold any words, by table."""
    found: dict[str, list[Any]] = {}
    for table in metadata.tables.values():
        columns = [each for each in table.columns if isinstance(each.type, String | JSON)]
        if columns:
            found[table.name] = [each for each in columns if each.name not in FIXED]
    return found


def undecided(metadata: MetaData, written: set[str]) -> set[str]:
    """Columns of tables with people in which nobody was written, and that the decision does not name."""
    return {
        f"{name}.{column.name}"
        for name, columns in text_columns(metadata).items()
        if name not in WITHOUT_PEOPLE and f"{name}.*" not in KEPT
        for column in columns
        if f"{name}.{column.name}" not in KEPT | written
    }


def places(session: Session) -> set[str]:
    """«table.column» wherever the database holds something of the person; tables that no model declares included."""
    connection = session.connection()
    found = set()
    for name in inspect(connection).get_table_names():
        table = Model.metadata.tables.get(name)
        asked: Any = select(table) if table is not None else text(f'select * from "{name}"')  # noqa: S608
        for row in connection.execute(asked).mappings():
            found |= {f"{name}.{column}" for column, value in row.items() if is_of_person(value)}
    return found


def is_of_person(value: Any) -> bool:
    if isinstance(value, bytes):
        value = value.decode(errors="ignore")
    words = (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)).lower()
    return any(secret in words for secret in SECRETS) or DIGITS in re.sub(r"\D", "", words)


def write_everywhere(session: Session) -> Contact:
    """A contact with something in every column of every place that erasing must reach."""
    make.make_organisation(session)
    contact = write_cards(session)
    talks = write_letters(session, contact)
    write_copies(session, contact, talks)
    write_undoings(session, contact)
    session.commit()
    return contact


def write_cards(session: Session) -> Contact:
    """Two cards of one person made one, and a former address that only the history knows."""
    contact = named_contact(session)
    twin = named_contact(session, client=contact.client)
    twin.phones.append(ContactPhone(number="+79995550124", as_typed=WORDS))
    session.commit()
    merge(session, "contact", contact.id, twin.id, {})
    former = contact.emails[0]
    contact.emails.append(ContactEmail(address=f"new-{EMAIL}"))
    session.commit()
    contact.emails.remove(former)
    session.commit()
    return contact


def write_letters(session: Session, contact: Contact) -> list[Any]:
    """A letter of ours with a quote, one that came, and a call with its recording."""
    held = {"client": contact.client, "contact": contact, "contact_details": f"{PHONE}, {EMAIL}"}
    done = {"state": InteractionState.DONE, **held}
    sent = make.make_interaction(session, kind=InteractionKind.LETTER, topic=WORDS, comment=WORDS, **held)
    sent.result = f"Не доставлено: {WORDS}"
    came = make.make_interaction(session, kind=InteractionKind.LETTER, topic=WORDS, comment=WORDS, **done)
    spoken = make.make_interaction(session, comment=f"Договорились\nЗапись: {RECORDING}", **done)
    quote = make.make_quote(session, client=contact.client)
    session.add(QuoteStatusChange(quote_id=quote.id, to_status=QuoteStatus.SENT, note=f"Письмом на {EMAIL}"))
    about = {"record_table": "interaction", "record_id": sent.id, "document_table": "quote", "document_id": quote.id}
    mail = make.make_outgoing_mail(session, state=MailState.FAILED, **about)
    letter = make.make_incoming_mail(session, interaction=came)
    call = make.make_phone_call(session, number=PHONE, recording=RECORDING, interaction=spoken)
    for row in (mail, letter):
        fill(row)
    session.commit()
    spoken.comment = f"Ещё раз\nЗапись: {RECORDING}"
    shared = {"recipients": ["office@example.ru", EMAIL], "copies": [EMAIL]}
    make.make_outgoing_mail(session, error=f"{EMAIL}: ящик полон", **shared)
    make.make_incoming_mail(session, recipients=shared["recipients"])
    return [sent, came, spoken, mail, letter, call]


def write_copies(session: Session, contact: Contact, talks: list[Any]) -> None:
    """What was told to colleagues and programs, files, and rows of an imported table."""
    other = make.make_deal(session, client=contact.client)
    for record in (contact, *talks, other):
        told = {"record_table": record.__tablename__, "record_id": record.id}
        make.make_notice(session, arguments={"what": WORDS, "client": contact.client.name}, **told)
    user = make.make_user(session)
    session.add(ApiAnswer(user_id=user.id, key="1", request_hash="0", status=201, body={"id": 1, "result": WORDS}))
    rows = {"samples": [["1", WORDS]], "problems": [[2, "Телефон", WORDS]]}
    make.make_table_import(session, table_name="contact", **rows)
    stored = StoredFile(sha256="a" * 64, size=1, media_type="image/png")
    session.add(stored)
    session.flush()
    for record in (contact, *talks[:2], *talks[3:5]):
        place = {"record_table": record.__tablename__, "record_id": record.id}
        for kind in (AttachmentKind.PHOTO, AttachmentKind.OTHER):
            session.add(Attachment(file_id=stored.id, name=f"{FAMILY}.png", caption=WORDS, kind=kind, **place))
    session.commit()
    for former in session.scalars(select(Attachment).where(Attachment.kind == AttachmentKind.PHOTO)):
        detach(session, former)


def write_undoings(session: Session, contact: Contact) -> None:
    """What is kept to take batches and merges back, and what was said of a likeness."""
    change = {"table_name": "contact", "record_id": contact.id, "act": BatchAct.CHANGE, "reason": WORDS}
    before = {"family_name": FAMILY}
    session.add(BatchChange(batch_id=make.make_batch(session).id, before=before, after=before, **change))
    pair = {"first_id": contact.id, "second_id": contact.id + 1000, "strength": 90, "reasons": [], "note": WORDS}
    session.add(DuplicatePair(table_name="contact", **pair))
    other = make.make_client(session)
    row = {"id": contact.id, "family_name": FAMILY}
    snapshot = {
        "deleted": [{"table": "contact", "row": row}],
        "changed": [{"table": "contact", "key": {"id": contact.id}, "before": row, "after": row}],
        "moved": {}, "fields": {}, "added": [], "ties": 0,
    }  # fmt: skip
    joined = {"kept_id": contact.client_id, "merged_id": other.id}
    session.add(RecordMerge(table_name="client", snapshot=snapshot, **joined))


def named_contact(session: Session, **changes: Any) -> Contact:
    contact = make.make_contact(
        session, family_name=FAMILY, given_name="Евлампия", patronymic="Механикова", position="Механикова",
        comment=WORDS, portrait=WORDS, **changes,
    )  # fmt: skip
    contact.phones.append(ContactPhone(number=PHONE, as_typed="8 (999) 555-01-23", extension="механикова"))
    contact.emails.append(ContactEmail(address=EMAIL))
    return contact


def fill(row: Any) -> None:
    """Write the person into every column of the row that can hold words and is not named as kept."""
    table = row.__table__
    for column in text_columns(Model.metadata)[table.name]:
        if f"{table.name}.{column.name}" not in KEPT and not isinstance(column.type, ChoiceType):
            is_list = isinstance(column.type, JSON)
            setattr(row, column.name, [EMAIL] if is_list else EMAIL if column.name == "sender" else WORDS)


@pytest.fixture
def erased(session: Session) -> set[str]:
    """Where the person was before erasing."""
    contact = write_everywhere(session)
    before = places(session)
    erase_contact(session, make.make_erasure(session, contact=contact), now=make.NOON)
    session.commit()
    session.expire_all()
    return before


def test_nothing_of_the_person_is_left(session: Session, erased: set[str]) -> None:
    left = places(session)

    assert {place for place in left if place not in KEPT and f"{place.split('.')[0]}.*" not in KEPT} == set()
    assert verify_chain(session).broken == ()


def test_every_table_with_people_was_written_or_is_named_as_kept(erased: set[str]) -> None:
    assert undecided(Model.metadata, erased) == set()
    assert {name.split(".")[0] for name in KEPT} | WITHOUT_PEOPLE <= set(Model.metadata.tables), "is no table any more"


def test_a_future_table_is_undecided() -> None:
    metadata = MetaData()
    Table("future_note", metadata, Column("id", Integer), Column("words", String(20)), Column("facts", JSON))

    assert undecided(metadata, set()) == {"future_note.words", "future_note.facts"}
