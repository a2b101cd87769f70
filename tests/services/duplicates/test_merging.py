"""Two cards become one and two again: every link moves, nothing is lost, registers stay right."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint, select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.database import Model
from app.errors import RuleError
from app.models.access import AuditEntry
from app.models.clients import (
    Client,
    ClientBankAccount,
    ClientTurnover,
    Contact,
    ContactEmail,
    ContactPhone,
    ResponsibilityChange,
)
from app.models.duplicates import DuplicatePair, PairState, RecordMerge
from app.models.files import Attachment, AttachmentKind, StoredFile
from app.models.money import PayerAlias
from app.services.checks import check_all
from app.services.duplicates.links import NOT_MOVED, links_to, pointers, unique_sets
from app.services.duplicates.merging import BOTH, GONE, RESTORABLE_DAYS, merge, preview, successor
from app.services.duplicates.parting import forget_old_merges, may_part, part
from app.services.duplicates.ties import tie_counts
from app.services.invoices import post_invoice
from tests import factories as make
from tests.services.invoices.documents import CALENDAR

NOT_RESTORED = {
    "record_merge": "says that there was a merge",
    "duplicate_pair": "says what became of the pair",
    "audit_entry": "is only added to",
}
"""Tables that a merge parted again leaves changed."""
STAMPS = ("version",)
"""Columns of the card that stays which go on, so that a form opened before is refused."""


def database(session: Session) -> dict[str, Any]:
    """Every row of every table, but for what is said above."""
    session.flush()
    connection = session.connection()
    found = {}
    for name, table in Model.metadata.tables.items():
        if name in NOT_RESTORED:
            continue
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        for row in rows if name in ("client", "contact") else ():
            for stamp in STAMPS:
                row.pop(stamp)
        found[name] = sorted(map(repr, rows))
    return found


def pointing_at(session: Session, table: str, key: int) -> dict[str, int]:
    connection = session.connection()
    counts = {}
    for link in links_to(table):
        rows = connection.execute(select(link.table).where(link.points_at(table, key))).all()
        if rows:
            counts[link.name] = len(rows)
    return counts


@pytest.fixture
def cards(session: Session) -> tuple[Client, Client]:
    """Two clients with everything that a client can have."""
    kept, gone = (make.make_client(session) for _number in range(2))
    for client in (kept, gone):
        contact = make.make_contact(session, client=client)
        mine = {"client": client, "contact": contact}
        equipment = make.make_equipment(session, client=client)
        request = make.make_request(session, equipment=equipment, **mine)
        engineer = make.make_engineer(session)
        make.make_visit(session, request=request, equipment=equipment, employee=engineer, **mine)
        for made in (make.make_deal, make.make_interaction, make.make_claim):
            made(session, **mine)
        for made in (make.make_contract, make.make_invoice, make.make_payment, make.make_agreement):
            made(session, client=client)
    for client, year, amount in ((kept, 2024, 10), (gone, 2024, 20), (gone, 2023, 30)):
        session.add(ClientTurnover(client=client, year=year, amount=Decimal(amount)))
    session.add(PayerAlias(payer="7707083893", client_id=kept.id))
    session.add(PayerAlias(payer="7707083893", client_id=gone.id))
    post_invoice(session, make.make_invoice(session, client=gone).id, today=make.TODAY, calendar=CALENDAR)
    session.flush()
    return kept, gone


class TestEveryLink:
    def test_every_foreign_key_of_the_tables_is_moved_or_has_a_reason(self) -> None:
        for target in ("client", "contact"):
            declared = {
                f"{table.name}.{column.name}"
                for table in Model.metadata.tables.values()
                for column in table.columns
                for key in column.foreign_keys
                if key.column.table.name == target and table.name not in NOT_MOVED
            }
            assert declared <= {link.name for link in links_to(target)}
        assert set(NOT_MOVED) <= set(Model.metadata.tables), "is no table any more"

    def test_a_key_without_a_foreign_key_names_its_table_or_is_no_clients(self) -> None:
        plain = {
            f"{table.name}.{column.name}"
            for table in Model.metadata.tables.values()
            for column in table.columns
            if isinstance(column.type, Integer) and column.name.endswith("_id") and not column.foreign_keys
            if table.name not in NOT_MOVED and column.name != "document_id"
        }
        assert plain - {link.name for link in pointers()} == {"cash_movement.article_id"}
        assert "attachment.record_id" in {link.name for link in pointers()}

    def test_a_future_table_is_found_by_itself(self) -> None:
        table = Table(
            "future_thing",
            Model.metadata,
            Column("id", Integer, primary_key=True),
            Column("buyer_id", ForeignKey("client.id")),
            Column("subject_table", String(20)),
            Column("subject_id", Integer),
        )
        try:
            names = {link.name for link in links_to("client")}
            assert {"future_thing.buyer_id", "future_thing.subject_id"} <= names
        finally:
            Model.metadata.remove(table)

    def test_nothing_points_at_the_card_that_went(self, session: Session, cards) -> None:
        kept, gone = cards
        before, whole = pointing_at(session, "client", gone.id), preview(session, "client", kept.id, gone.id)
        assert whole.counts == before
        assert len(before) > 12
        merge(session, "client", kept.id, gone.id, {})
        assert pointing_at(session, "client", gone.id) == {}
        assert session.get(Client, gone.id).merged_into_id == kept.id
        result = check_all(session)
        assert not any(getattr(result, name) for name in result.__dataclass_fields__)


class TestChoices:
    def test_the_card_that_stays_takes_what_it_lacks_and_what_was_chosen(self, session: Session) -> None:
        kept = make.make_client(session, name="ООО «Новое»", inn=None, phone="+74950000001", email="a@example.ru")
        gone = make.make_client(
            session, name="ООО «Старое»", inn="7707083893", phone="+74950000002", email="b@example.ru", town="Тула"
        )
        merge(session, "client", kept.id, gone.id, {"phone": BOTH, "town": GONE, "responsible_id": GONE})
        assert (kept.inn, kept.phone, kept.town) == ("7707083893", "+74950000001, +74950000002", "Тула")
        assert kept.responsible_id == gone.responsible_id
        assert kept.comment is not None
        assert "ООО «Старое»; b@example.ru" in kept.comment
        assert session.scalars(select(ResponsibilityChange).where(ResponsibilityChange.client_id == kept.id)).all()

    def test_what_does_not_fit_together_is_refused(self, session: Session) -> None:
        kept = make.make_client(session, phone="1" * 60)
        gone = make.make_client(session, phone="2" * 60)
        for one, other, choices in ((kept.id, kept.id, {}), (kept.id, 0, {}), (kept.id, gone.id, {"phone": BOTH})):
            with pytest.raises(RuleError):
                merge(session, "client", one, other, choices)

    def test_of_two_rows_of_one_year_the_chosen_one_stays(self, session: Session, cards) -> None:
        kept, gone = cards
        twins = preview(session, "client", kept.id, gone.id).twins
        assert [twin.name for twin in twins] == ["client_turnover 2024"]
        merge(session, "client", kept.id, gone.id, {"client_turnover 2024": GONE})
        amounts = {row.year: row.amount for row in kept.turnovers}
        assert (amounts[2024], amounts[2023]) == (20, 30)

    def test_an_account_known_to_both_keeps_the_name_of_the_bank(self, session: Session) -> None:
        kept, gone = make.make_client(session), make.make_client(session)
        account = {"account": "4" * 20, "bik": "044525225"}
        session.add(ClientBankAccount(client=kept, **account))
        session.add(ClientBankAccount(client=gone, bank_name="Учебный банк", **account))
        session.flush()
        merge(session, "client", kept.id, gone.id, {})
        assert [each.bank_name for each in kept.bank_accounts] == ["Учебный банк"]

    def test_rows_without_a_key_of_their_own_are_joined_as_well(self, session: Session) -> None:
        label = Table(
            "future_label",
            Model.metadata,
            Column("client_id", ForeignKey("client.id"), primary_key=True),
            Column("word", String(20), primary_key=True),
            Column("code", Integer),
            UniqueConstraint("client_id", "code"),
        )
        try:
            kept, gone = make.make_client(session), make.make_client(session)
            session.flush()
            connection = session.connection()
            label.create(connection)
            rows = [(kept.id, "опт", 1), (gone.id, "опт", None), (gone.id, "сеть", None)]
            connection.execute(label.insert(), [dict(zip(label.columns.keys(), row, strict=True)) for row in rows])
            merge(session, "client", kept.id, gone.id, {})
            told = set(connection.execute(select(label.c.client_id, label.c.word, label.c.code)))
            assert told == {(kept.id, "опт", 1), (kept.id, "сеть", None)}
        finally:
            Model.metadata.remove(label)


class TestContacts:
    def test_contacts_of_one_client_become_one(self, session: Session) -> None:
        client = make.make_client(session)
        kept, gone = (make.make_contact(session, client=client) for _number in range(2))
        for contact, numbers in ((kept, ["+79160000001"]), (gone, ["+79160000001", "+79160000002"])):
            contact.phones = [ContactPhone(number=number) for number in numbers]
        gone.emails = [ContactEmail(address="a@example.ru")]
        deal = make.make_deal(session, client=client, contact=gone)
        session.flush()
        before = database(session)
        key = gone.id
        made = merge(session, "contact", kept.id, gone.id, {})
        assert [phone.number for phone in kept.phones] == ["+79160000001", "+79160000002"]
        assert (deal.contact_id, [email.address for email in kept.emails]) == (kept.id, ["a@example.ru"])
        assert session.get(Contact, key) is None
        assert successor(session, "contact", key) == kept.id
        part(session, made)
        assert database(session) == before

    def test_contacts_of_two_clients_stay_two(self, session: Session) -> None:
        one, other = make.make_contact(session), make.make_contact(session)
        with pytest.raises(RuleError, match="two clients"):
            preview(session, "contact", one.id, other.id)


class TestParting:
    def test_merged_and_parted_the_database_is_the_same(self, session: Session, cards) -> None:
        kept, gone = cards
        session.add(
            Attachment(
                record_table="client",
                record_id=gone.id,
                file=StoredFile(sha256="0" * 64, size=1, media_type="application/pdf"),
                name="a",
                kind=AttachmentKind.OTHER,
            )
        )
        before = database(session)
        made = merge(session, "client", kept.id, gone.id, {"client_turnover 2024": GONE, "responsible_id": GONE})
        assert database(session) != before
        part(session, made)
        assert database(session) == before
        assert not may_part(made)
        with pytest.raises(RuleError):
            part(session, made)

    def test_what_was_changed_since_is_kept(self, session: Session, cards) -> None:
        kept, gone = cards
        kept.comment, gone.comment = None, "Старый"
        session.flush()
        made = merge(session, "client", kept.id, gone.id, {})
        assert kept.comment.startswith("Старый")
        kept.comment = "Новый"
        deal = make.make_deal(session, client=kept)
        session.flush()
        part(session, made)
        assert (kept.comment, gone.comment, deal.client_id) == ("Новый", "Старый", kept.id)

    def test_what_hangs_on_a_returned_document_follows_it(self, session: Session, cards) -> None:
        kept, gone = cards
        draft = make.make_invoice(session, client=gone)
        made = merge(session, "client", kept.id, gone.id, {})
        post_invoice(session, draft.id, today=make.TODAY, calendar=CALENDAR)
        part(session, made)
        assert draft.client_id == gone.id
        assert not tie_counts(session.connection(), kept.id, gone.id)
        result = check_all(session)
        assert not any(getattr(result, name) for name in result.__dataclass_fields__)

    def test_a_deleted_row_and_one_given_away_stay_as_they_are(self, session: Session, cards) -> None:
        kept, gone = cards
        third = make.make_client(session)
        first, second = (make.make_contact(session, client=gone) for _number in range(2))
        made = merge(session, "client", kept.id, gone.id, {})
        first.client = third
        session.delete(second)
        session.flush()
        part(session, made)
        assert first.client_id == third.id

    def test_records_that_tie_both_cards_must_be_parted_first(self, session: Session, cards) -> None:
        kept, gone = cards
        contract = make.make_contract(session, client=kept)
        invoice = make.make_invoice(session, client=gone)
        made = merge(session, "client", kept.id, gone.id, {})
        invoice.contract = contract
        session.flush()
        with pytest.raises(RuleError, match="invoice: 1"):
            part(session, made)

    def test_the_last_merge_is_parted_first(self, session: Session) -> None:
        one, two, three = (make.make_client(session) for _number in range(3))
        first = merge(session, "client", two.id, one.id, {})
        merge(session, "client", three.id, two.id, {})
        assert successor(session, "client", one.id) == three.id
        assert successor(session, "client", three.id) is None
        assert session.get(Client, one.id).merged_into_id == three.id
        with pytest.raises(RuleError):
            part(session, first)

    def test_a_row_deleted_since_is_not_brought_back_and_a_lost_pair_is_not_missed(self, session: Session) -> None:
        kept, gone = make.make_client(session), make.make_client(session)
        for client, amount in ((kept, 10), (gone, 20)):
            session.add(ClientTurnover(client=client, year=2024, amount=Decimal(amount)))
        session.flush()
        made = merge(session, "client", kept.id, gone.id, {"client_turnover 2024": GONE})
        session.delete(session.scalars(select(ClientTurnover)).one())
        session.delete(session.scalars(select(DuplicatePair)).one())
        session.flush()
        part(session, made)
        assert [(row.client_id, row.amount) for row in session.scalars(select(ClientTurnover))] == [(gone.id, 20)]

    def test_an_endless_chain_of_merges_leads_somewhere_in_the_end(self, session: Session) -> None:
        session.add_all(
            RecordMerge(table_name="client", merged_id=one, kept_id=other) for one, other in ((901, 902), (902, 901))
        )
        session.flush()
        assert successor(session, "client", 901) in (901, 902)

    def test_after_thirty_days_the_snapshot_is_dropped(self, session: Session) -> None:
        one, two = make.make_client(session), make.make_client(session)
        made = merge(session, "client", one.id, two.id, {})
        assert forget_old_merges(session) == 0
        made.at = utc_now() - timedelta(days=RESTORABLE_DAYS + 1)
        session.flush()
        assert forget_old_merges(session) == 1
        assert not may_part(made)

    def test_the_pair_and_the_history_tell_of_it(self, session: Session) -> None:
        one, two = make.make_client(session), make.make_client(session)
        session.add(
            DuplicatePair(table_name="client", first_id=one.id, second_id=two.id, strength=80, reasons=["name"])
        )
        made = merge(session, "client", one.id, two.id, {})
        pair = session.scalars(select(DuplicatePair)).one()
        assert pair.state is PairState.MERGED
        part(session, made)
        session.commit()
        assert session.scalars(select(DuplicatePair)).one().state is PairState.NEW
        acts = session.scalars(
            select(AuditEntry.act).where(AuditEntry.record_id == one.id, AuditEntry.table_name == "client")
        )
        assert {"merge", "part"} <= set(acts)
        assert session.scalars(select(RecordMerge)).one().restored_at is not None


FIELDS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["ООО «А»", "ООО «Б»"]),
        "phone": st.sampled_from([None, "+74950000001", "+74950000002"]),
        "comment": st.sampled_from([None, "", "Звонить утром"]),
        "town": st.sampled_from([None, "Тула"]),
    }
)


@pytest.mark.uncounted
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    one=FIELDS,
    other=FIELDS,
    years=st.lists(
        st.tuples(st.booleans(), st.integers(2020, 2022), st.integers(1, 3)), max_size=5, unique_by=lambda t: t[:2]
    ),
    choices=st.dictionaries(
        st.sampled_from(["name", "phone", "comment", "town", "client_turnover 2020", "client_turnover 2021"]),
        st.sampled_from(["kept", "gone", "both"]),
    ),
)
def test_any_merge_parted_again_leaves_no_trace(session: Session, one, other, years, choices) -> None:
    with session.begin_nested() as undone:
        kept, gone = make.make_client(session, **one), make.make_client(session, **other)
        for is_kept, year, amount in years:
            session.add(ClientTurnover(client=kept if is_kept else gone, year=year, amount=Decimal(amount)))
        make.make_contact(session, client=gone)
        make.make_invoice(session, client=gone)
        before = database(session)
        made = merge(session, "client", kept.id, gone.id, choices)
        assert pointing_at(session, "client", gone.id) == {}
        part(session, made)
        assert database(session) == before
        undone.rollback()
    session.expire_all()


def test_a_unique_rule_is_known_with_the_primary_key() -> None:
    (link,) = [link for link in links_to("client") if link.name == "client_turnover.client_id"]
    assert ("year",) in unique_sets(link.table, link.column)
