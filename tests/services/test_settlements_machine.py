"""Random series of acts on invoices and payments, after each of which all figures must agree."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.agreements import AgreementStage, DayKind, PaymentEvent
from app.models.catalogue import VatCode
from app.models.ledger import CashBalance, DocumentKind, DueItem, SettlementMovement
from app.models.money import Allocation, MoneyDirection, Payment
from app.models.sales import DocumentStatus, Invoice, InvoiceLine
from app.services.allocations import own_item
from app.services.invoices import cancel_invoice, post_invoice, ship_invoice
from app.services.ledger import check_registers
from app.services.payments import allocate, cancel_payment, post_payment, propose_allocation, unallocate
from app.services.working_days import WorkingCalendar
from tests.factories import (
    TODAY,
    make_agreement,
    make_bank_account,
    make_client,
    make_invoice,
    make_payment,
    make_product,
)

CALENDAR = WorkingCalendar()
OPENING = Decimal("777.77")
DAYS_AGO = st.integers(0, 90)
MONEY = st.decimals("0.01", "3000", places=2)
NUMBER = st.integers(0, 1000)
"""Picks one of what there is at that moment."""


def _pick(things, number):
    return things[number % len(things)] if things else None


class Settlements(RuleBasedStateMachine):
    """Two clients, three kinds of terms, one account; documents are made, posted, cancelled, allocated."""

    engine = None

    @initialize()
    def open_books(self):
        self.connection = self.engine.connect()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        self.account = make_bank_account(self.session, opening_balance=OPENING)
        self.organisation = self.account.organisation
        self.clients = [make_client(self.session) for _ in range(2)]
        self.product = make_product(self.session)
        staged = [(30, PaymentEvent.INVOICE), (50, PaymentEvent.SHIPMENT), (20, PaymentEvent.SHIPMENT)]
        self.terms = [
            None,
            make_agreement(self.session, organisation=self.organisation),
            make_agreement(
                self.session,
                organisation=self.organisation,
                stages=[
                    AgreementStage(
                        position=n,
                        percent=Decimal(share),
                        event=event,
                        shift_days=n,
                        day_kind=DayKind.BANKING,
                    )
                    for n, (share, event) in enumerate(staged, start=1)
                ],
            ),
        ]

    def teardown(self):
        if hasattr(self, "session"):
            self.session.close()
            self.transaction.rollback()
            self.connection.close()

    # --- acts ---

    @rule(
        who=st.integers(0, 1),
        terms=st.integers(0, 2),
        lines=st.lists(
            st.tuples(
                st.decimals("0.001", "9", places=3),
                st.decimals("0.01", "500", places=2),
                st.integers(-500, 9900).map(lambda hundredths: Decimal(hundredths) / 100),
                st.sampled_from([VatCode.VAT22, VatCode.VAT10, VatCode.VAT0, VatCode.NO_VAT]),
            ),
            min_size=1,
            max_size=3,
        ),
        included=st.booleans(),
        days_ago=DAYS_AGO,
    )
    def make_invoice(self, who, terms, lines, included, days_ago):
        make_invoice(
            self.session,
            client=self.clients[who],
            organisation=self.organisation,
            bank_account=self.account,
            agreement=self.terms[terms],
            day=TODAY - timedelta(days=days_ago),
            price_includes_vat=included,
            lines=[
                InvoiceLine(
                    position=n,
                    product=self.product,
                    quantity=many,
                    price=price,
                    discount_percent=less,
                    vat=vat,
                )
                for n, (many, price, less, vat) in enumerate(lines, start=1)
            ],
        )

    @rule(number=NUMBER, times=st.integers(1, 2))
    def post_invoice(self, number, times):
        invoice = _pick(self._all(Invoice), number)
        if invoice is not None:
            for _ in range(times):
                try:
                    post_invoice(self.session, invoice.id, today=TODAY, calendar=CALENDAR)
                except RuleError:
                    assert invoice.total == 0
                    invoice.total = invoice.vat_total = Decimal(0)

    @rule(number=NUMBER)
    def cancel_invoice(self, number):
        invoice = _pick(self._all(Invoice), number)
        if invoice is not None:
            cancel_invoice(self.session, invoice.id)

    @rule(number=NUMBER, days_ago=DAYS_AGO)
    def ship(self, number, days_ago):
        invoice = _pick(self._all(Invoice), number)
        if invoice is not None:
            shipped_on = invoice.shipped_on
            try:
                ship_invoice(self.session, invoice.id, TODAY - timedelta(days=days_ago), today=TODAY, calendar=CALENDAR)
            except RuleError:
                assert invoice.status is DocumentStatus.CANCELLED
                assert invoice.shipped_on == shipped_on

    @rule(
        who=st.integers(0, 1),
        direction=st.sampled_from([MoneyDirection.IN, MoneyDirection.IN, MoneyDirection.OUT]),
        amount=MONEY,
        days_ago=DAYS_AGO,
    )
    def pay(self, who, direction, amount, days_ago):
        payment = make_payment(
            self.session,
            account=self.account,
            client=self.clients[who],
            direction=direction,
            amount=amount,
            day=TODAY - timedelta(days=days_ago),
        )
        post_payment(self.session, payment.id, today=TODAY)

    @rule(number=NUMBER)
    def post_payment_again(self, number):
        payment = _pick(self._all(Payment), number)
        if payment is not None:
            post_payment(self.session, payment.id, today=TODAY)

    @rule(number=NUMBER)
    def cancel_payment(self, number):
        payment = _pick(self._all(Payment), number)
        if payment is not None:
            cancel_payment(self.session, payment.id)

    @rule(payment=NUMBER, item=NUMBER, amount=MONEY)
    def allocate(self, payment, item, amount):
        payment, item = _pick(self._all(Payment), payment), _pick(self._all(DueItem), item)
        if payment is None:
            return
        sign = 1 if payment.direction is MoneyDirection.IN else -1
        own = own_item(self.session, payment)
        fits = own.client_id == item.client_id and amount <= min(-own.balance * sign, item.balance * sign)
        try:
            allocate(self.session, payment, item, amount, "picked")
        except RuleError:
            assert not fits
        else:
            assert fits

    @rule(number=NUMBER)
    def allocate_as_proposed(self, number):
        payments = [each for each in self._all(Payment) if each.status is DocumentStatus.POSTED]
        payment = _pick([each for each in payments if each.direction is MoneyDirection.IN], number)
        if payment is None:
            return
        free = -own_item(self.session, payment).balance
        proposal = propose_allocation(self.session, payment.client_id, self.organisation.id, free)
        for item, amount in proposal.parts:
            allocate(self.session, payment, item, amount, "proposed")
        assert own_item(self.session, payment).balance == -proposal.advance

    @rule(number=NUMBER)
    def unallocate(self, number):
        allocation = _pick(self._all(Allocation), number)
        if allocation is not None:
            unallocate(self.session, allocation)

    # --- what must always hold ---

    def _all(self, model):
        return self.session.scalars(select(model).order_by(model.id)).all()

    def _posted(self, model):
        return [each for each in self._all(model) if each.status is DocumentStatus.POSTED]

    @invariant()
    def movements_add_up_to_balances(self):
        if hasattr(self, "session"):
            assert check_registers(self.session) == []

    @invariant()
    def clients_owe_what_posted_documents_say(self):
        for client in getattr(self, "clients", []):
            owed = sum(each.total for each in self._posted(Invoice) if each.client_id == client.id)
            owed -= sum(_signed(each) for each in self._posted(Payment) if each.client_id == client.id)
            assert sum(item.balance for item in self._all(DueItem) if item.client_id == client.id) == owed

    @invariant()
    def the_account_holds_what_posted_payments_say(self):
        if hasattr(self, "session"):
            kept = self.session.scalars(select(CashBalance.balance)).first()
            expected = OPENING + sum(_signed(each) for each in self._posted(Payment))
            assert (OPENING if kept is None else kept) == expected

    @invariant()
    def totals_are_sums_of_lines(self):
        if hasattr(self, "session"):
            for invoice in self._posted(Invoice):
                assert invoice.total == sum(line.amount for line in invoice.lines)
                assert invoice.vat_total == sum(line.vat_amount for line in invoice.lines)

    @invariant()
    def cancelled_documents_leave_nothing(self):
        if hasattr(self, "session"):
            for kind, model in ((DocumentKind.INVOICE, Invoice), (DocumentKind.PAYMENT, Payment)):
                posted = {each.id for each in self._posted(model)}
                items = [each for each in self._all(DueItem) if each.document_kind is kind]
                assert all(each.balance == 0 for each in items if each.document_id not in posted)

    @invariant()
    def never_more_is_allocated_than_paid_or_due(self):
        if hasattr(self, "session"):
            paid = {each.id: each.amount for each in self._posted(Payment)}
            for item in self._all(DueItem):
                if item.document_kind is DocumentKind.INVOICE:
                    assert item.balance >= 0
            for payment in self._all(Payment):
                allocated = sum(each.amount for each in payment.allocations)
                assert allocated <= paid.get(payment.id, 0)

    @invariant()
    def each_day_in_the_past_was_possible_too(self):
        """On no day an invoice was paid before it existed, or an advance used before it came."""
        if not hasattr(self, "session"):
            return
        for days_ago in (0, 30, 60):
            moved = (
                select(DueItem, func.sum(SettlementMovement.amount))
                .join(SettlementMovement, SettlementMovement.due_item_id == DueItem.id)
                .where(SettlementMovement.day <= TODAY - timedelta(days=days_ago))
                .group_by(DueItem.id)
            )
            for item, balance in self.session.execute(moved):
                assert balance * _natural_sign(self.session, item) >= 0
                assert days_ago or balance == item.balance


def _signed(payment):
    return payment.amount if payment.direction is MoneyDirection.IN else -payment.amount


def _natural_sign(session, item):
    """Invoices and refunds are owed to us; money that came is an advance."""
    if item.document_kind is DocumentKind.INVOICE:
        return 1
    return -1 if session.get(Payment, item.document_id).direction is MoneyDirection.IN else 1


def _run(engine, examples, steps):
    machine = type("Machine", (Settlements,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.uncounted
def test_figures_agree_after_any_series_of_acts(engine):
    _run(engine, examples=12, steps=25)


@pytest.mark.long
def test_figures_agree_after_ten_thousand_acts(engine):
    _run(engine, examples=200, steps=50)
