"""What there is to ask for: a record of every kind, of the person who asks, of somebody else, of the company."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models.catalogue import Price
from app.models.clients import ClientComment
from app.models.deals import DealParticipant, ParticipantRole
from app.models.duplicates import DuplicatePair, PairState, RecordMerge
from app.models.files import AttachmentKind
from app.models.interactions import InteractionKind
from app.models.money import MatchState, MoneyDirection, Statement, StatementLine
from app.models.notices import NoticeKind
from app.models.staff import Employee
from app.permissions import Role
from app.services.files import FileStore, Limits, attach, store_file
from tests import factories as make
from tests.factories.access import make_role
from tests.factories.files import make_pdf

Records = dict[str, int]
"""Table -> key of its record."""


OWNED = (make.make_job, make.make_batch, make.make_table_import)
"""What belongs to the person who made it, whatever their role."""


def make_records(session: Session, owner: Employee, store: FileStore) -> Records:
    """A client of the owner with one record of every kind that belongs to a client, and with a file."""
    client = make.make_client(session, responsible=owner)
    contact = make.make_contact(session, client=client, portrait="Ценит точность", birth_date=make.TODAY)
    mine = {"client": client, "responsible": owner}
    equipment = make.make_equipment(session, client=client)
    request = make.make_request(session, equipment=equipment, **mine)
    visit = make.make_visit(session, client=client, employee=owner, request=request, equipment=equipment)
    records = {
        "client": client,
        "contact": contact,
        "equipment": equipment,
        "service_request": request,
        "visit": visit,
        "contract": make.make_contract(session, **mine),
        "deal": make.make_deal(session, **mine),
        "interaction": make.make_interaction(session, **mine),
        "phone_call": make.make_phone_call(session, client=client),
        "letter": make.make_interaction(session, kind=InteractionKind.LETTER, **mine),
        "quote": make.make_quote(session, **mine),
        "sales_order": make.make_order(session, **mine),
        "invoice": make.make_invoice(session, **mine),
        "purchase_order": make.make_purchase_order(session, responsible=owner),
        "claim": make.make_claim(session, **mine),
        "payment": make.make_payment(session, client=client),
        "agreement": make.make_agreement(session, client=client),
        "consent": make.make_consent(session, contact=contact),
        "erasure": make.make_erasure(session, contact=contact),
        "handover": make.make_handover(session, client=client),
    }
    deal = records["deal"]
    records["sales_plan"] = make.make_sales_plan(session, employee=owner)
    records["deal_step"] = make.make_deal_step(session, deal=deal)
    records["deal_participant"] = DealParticipant(deal=deal, employee=owner, role=ParticipantRole.HELPS)
    session.add(records["deal_participant"])
    session.flush()
    keys = {table: record.id for table, record in records.items()}
    limits = Limits.of_megabytes(1, ZoneInfo("Europe/Moscow"))
    stored = store_file(session, BytesIO(make_pdf()), "file.pdf", folder=store, limits=limits)
    attached = attach(session, client, stored, AttachmentKind.OTHER, None)
    session.flush()
    statement = Statement(file_name="kl_to_1c.txt", file_sha256=f"{client.id:064d}", encoding="windows-1251")
    line = StatementLine(
        statement=statement,
        direction=MoneyDirection.IN,
        number="1",
        document_day=make.TODAY,
        posting_day=make.TODAY,
        amount=Decimal("10.00"),
        state=MatchState.UNKNOWN,
        client=client,
        account_id=records["payment"].account_id,
    )
    comment = ClientComment(client=client, text="Важный клиент")
    told = {"record_table": "client", "record_id": client.id, "user": owner.user or make.make_user(session)}
    notice = make.make_notice(session, kind=NoticeKind.CLIENT, **told)
    session.add_all([statement, line, comment])
    view = make.make_saved_view(session, owner_id=owner.user_id or make.make_user(session).id)
    session.flush()
    more = {
        "saved_view": view,
        "notice": notice,
        "attachment": attached,
        "statement": statement,
        "statement_line": line,
        "client_comment": comment,
    }
    more |= {factory.__name__.removeprefix("make_"): factory(session, owner_id=owner.user_id) for factory in OWNED}
    return keys | {table: record.id for table, record in more.items()}


def make_company(session: Session) -> Records:
    """One record of every table that belongs to the company as a whole."""
    product = make.make_product(session)
    price = Price(
        product=product, price_type=make.make_price_type(session), valid_from=make.TODAY, amount=Decimal("10.00")
    )
    pair = DuplicatePair(table_name="contact", first_id=1, second_id=2, strength=60, state=PairState.DIFFERENT)
    merge = RecordMerge(table_name="contact", kept_id=1, merged_id=2)
    session.add_all([price, pair, merge])
    session.flush()
    records = {
        "product": product,
        "price": price,
        "employee": make.make_employee(session),
        "department": make.make_department(session),
        "follow_up_rule": make.make_follow_up_rule(session),
        "letter_template": make.make_letter_template(session),
        "plan_template": make.make_plan_template(session),
        "organisation": make.make_organisation(session),
        "bank_account": make.make_bank_account(session),
        "ab_user": make.make_user(session),
        "ab_role": make_role(session, Role.DIRECTOR),
        "duplicate_pair": pair,
        "incoming_mail": make.make_incoming_mail(session),
        "record_merge": merge,
        "radar_rule": make.make_radar_rule(session),
        "completeness_weight": make.make_completeness_weight(session),
    }
    return {table: record.id for table, record in records.items()}


@dataclass(frozen=True)
class World:
    """What there is to ask for, from the point of view of one person."""

    own: Records
    foreign: Records
    company: Records

    def records_of(self, tables: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
        """(own|foreign|any, name -> key) for the names of keys in an address and the tables that they are of."""
        for word, records in (("own", self.own), ("foreign", self.foreign), ("any", self.company)):
            if set(tables.values()) <= set(records):
                yield word, {name: str(records[table]) for name, table in tables.items()}
