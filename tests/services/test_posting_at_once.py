"""Several people act on the same records at once, each in a transaction of their own that is really committed."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from app.errors import RuleError
from app.models.interactions import Interaction, InteractionState
from app.models.ledger import ActivityMovement, CashBalance, CashMovement, DueItem, SettlementMovement
from app.models.money import Allocation, Payment
from app.models.sales import Invoice
from app.models.staff import BankAccount, Organisation
from app.services.activity import count_interaction
from app.services.allocations import own_item
from app.services.invoices import cancel_invoice, post_invoice
from app.services.ledger import check_registers
from app.services.numbering import take_number
from app.services.payments import allocate, cancel_payment, post_payment
from app.services.working_days import WorkingCalendar
from tests.factories import TODAY, make_interaction, make_invoice, make_organisation, make_payment
from tests.services.test_activity import MOSCOW

pytestmark = pytest.mark.concurrency

CALENDAR = WorkingCalendar()
THREADS = 12

Sessions = sessionmaker[Session]


@pytest.fixture
def sessions(own_database: str) -> Iterator[Sessions]:
    """Makes sessions with connections of their own to a database of this test alone."""
    own = create_engine(own_database, pool_size=THREADS)
    yield sessionmaker(own)
    own.dispose()


def _at_once(sessions: Sessions, acts: list[Callable[[Session], Any]]) -> list[Any]:
    """What each act gave, or the rule that refused it; as many as there are threads begin together."""
    start = Barrier(min(THREADS, len(acts)))

    def run(number: int) -> Any:
        if number < start.parties:
            start.wait(timeout=30)
        with sessions() as session:
            try:
                given = acts[number](session)
            except RuleError as refusal:
                session.rollback()
                return refusal
            session.commit()
            return given

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(len(acts))))


def _commit(sessions: Sessions, make: Callable[[Session], Any]) -> Any:
    with sessions() as session:
        made = make(session)
        session.commit()
        return made


def _count(sessions: Sessions, model: type[Any]) -> int:
    with sessions() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def _post(invoice_id: int) -> Callable[[Session], str]:
    return lambda session: post_invoice(session, invoice_id, today=TODAY, calendar=CALENDAR).number


def _differences(sessions: Sessions) -> list[Any]:
    with sessions() as session:
        return check_registers(session)


def test_an_invoice_posted_fifty_times_at_once_is_posted_once(sessions: Sessions) -> None:
    invoice_id = _commit(sessions, lambda session: make_invoice(session).id)

    numbers = _at_once(sessions, [_post(invoice_id)] * 50)

    assert set(numbers) == {"КС-2026-000001"}
    assert _count(sessions, SettlementMovement) == 1
    assert _differences(sessions) == []


def test_a_payment_posted_fifty_times_at_once_is_posted_once(sessions: Sessions) -> None:
    payment_id = _commit(sessions, lambda session: make_payment(session).id)

    _at_once(sessions, [lambda session: post_payment(session, payment_id, today=TODAY).id] * 50)

    assert _count(sessions, CashMovement) == 1
    assert _differences(sessions) == []


def test_the_first_payments_of_an_account_at_once_make_one_balance(sessions: Sessions) -> None:
    def make(session: Session) -> list[int]:
        first = make_payment(session)
        others = [make_payment(session, account=first.account) for _ in range(11)]
        return [payment.id for payment in (first, *others)]

    ids = _commit(sessions, make)

    _at_once(sessions, [lambda session, id=id: post_payment(session, id, today=TODAY).id for id in ids])

    with sessions() as session:
        assert session.scalars(select(CashBalance.balance)).all() == [Decimal(1220) * 12]
    assert _differences(sessions) == []


def test_two_hundred_numbers_taken_at_once_are_unique_and_without_gaps(sessions: Sessions) -> None:
    organisation_id = _commit(sessions, lambda session: make_organisation(session).id)

    def take(session: Session) -> str:
        return take_number(session, "invoice", session.get_one(Organisation, organisation_id), TODAY)

    def take_in_vain(session: Session) -> str:
        take(session)
        raise RuleError("the document is refused after all")

    given = _at_once(sessions, [take_in_vain if number % 5 == 0 else take for number in range(250)])

    numbers = sorted(each for each in given if isinstance(each, str))
    assert numbers == [f"КС-2026-{number:06d}" for number in range(1, 201)]


def test_payments_allocated_to_one_debt_at_once_never_exceed_it(sessions: Sessions) -> None:
    def make(session: Session) -> tuple[int, list[int]]:
        invoice = make_invoice(session)
        post_invoice(session, invoice.id, today=TODAY, calendar=CALENDAR)
        payments = [
            make_payment(session, account=invoice.bank_account, client=invoice.client, amount=Decimal(1000))
            for _ in range(6)
        ]
        for payment in payments:
            post_payment(session, payment.id, today=TODAY)
        item = session.scalars(select(DueItem).where(DueItem.balance > 0)).one()
        return item.id, [payment.id for payment in payments]

    item_id, payments = _commit(sessions, make)

    def settle(payment_id: int) -> Callable[[Session], int]:
        def act(session: Session) -> int:
            payment, item = session.get_one(Payment, payment_id), session.get_one(DueItem, item_id)
            return allocate(session, payment, item, Decimal(1000), "at once").id

        return act

    given = _at_once(sessions, [settle(payment_id) for payment_id in payments])

    assert sum(isinstance(each, RuleError) for each in given) == 5
    with sessions() as session:
        assert session.get_one(DueItem, item_id).balance == Decimal(220)
        assert session.scalars(select(Allocation.amount)).all() == [Decimal(1000)]
    assert _differences(sessions) == []


def test_one_payment_allocated_to_many_debts_at_once_is_never_overspent(sessions: Sessions) -> None:
    def make(session: Session) -> tuple[int, list[int]]:
        first = make_invoice(session)
        same = {
            "client": first.client,
            "organisation": first.organisation,
            "bank_account": first.bank_account,
        }
        for invoice in (first, *(make_invoice(session, **same) for _ in range(5))):
            post_invoice(session, invoice.id, today=TODAY, calendar=CALENDAR)
        items = session.scalars(select(DueItem.id)).all()
        payment = make_payment(session, account=first.bank_account, client=first.client, amount=Decimal(2500))
        post_payment(session, payment.id, today=TODAY)
        return payment.id, list(items)

    payment_id, items = _commit(sessions, make)

    def settle(item_id: int) -> Callable[[Session], int]:
        def act(session: Session) -> int:
            payment, item = session.get_one(Payment, payment_id), session.get_one(DueItem, item_id)
            return allocate(session, payment, item, Decimal(1000), "at once").id

        return act

    given = _at_once(sessions, [settle(item_id) for item_id in items])

    assert sum(isinstance(each, int) for each in given) == 2
    with sessions() as session:
        own = own_item(session, session.get_one(Payment, payment_id))
        assert own is not None
        assert own.balance == Decimal(-500)


def test_invoices_posted_at_once_share_one_advance(sessions: Sessions) -> None:
    def make(session: Session) -> list[int]:
        first = make_invoice(session)
        same = {
            "client": first.client,
            "organisation": first.organisation,
            "bank_account": first.bank_account,
        }
        invoices = [first, *(make_invoice(session, **same) for _ in range(9))]
        payment = make_payment(session, account=first.bank_account, client=first.client, amount=Decimal(3000))
        post_payment(session, payment.id, today=TODAY)
        return [invoice.id for invoice in invoices]

    ids = _commit(sessions, make)

    _at_once(sessions, [_post(invoice_id) for invoice_id in ids])

    with sessions() as session:
        assert sum(session.scalars(select(Allocation.amount))) == Decimal(3000)
        assert sum(session.scalars(select(DueItem.balance))) == Decimal(9200)
        assert min(session.scalars(select(DueItem.balance))) == 0
    assert _differences(sessions) == []


def test_posting_and_cancelling_at_once_leave_right_figures_and_nobody_waits_for_ever(
    sessions: Sessions,
) -> None:
    def make(session: Session) -> tuple[list[int], list[int]]:
        first = make_invoice(session)
        same = {
            "client": first.client,
            "organisation": first.organisation,
            "bank_account": first.bank_account,
        }
        invoices = [first, *(make_invoice(session, **same) for _ in range(4))]
        account = session.get_one(BankAccount, first.bank_account_id)
        payments = [make_payment(session, account=account, client=first.client) for _ in range(4)]
        return [invoice.id for invoice in invoices], [payment.id for payment in payments]

    invoices, payments = _commit(sessions, make)
    acts: list[Callable[[Session], Any]] = []
    for number in range(40):
        invoice_id, payment_id = invoices[number % 5], payments[number % 4]
        acts += [
            _post(invoice_id),
            lambda session, id=payment_id: post_payment(session, id, today=TODAY).id,
            lambda session, id=invoice_id: cancel_invoice(session, id).id,
            lambda session, id=payment_id: cancel_payment(session, id).id,
        ]

    _at_once(sessions, acts)

    assert _differences(sessions) == []
    with sessions() as session:
        for payment_id in payments:
            cancel_payment(session, payment_id)
        for invoice_id in invoices:
            cancel_invoice(session, invoice_id)
        session.commit()
        assert set(session.scalars(select(DueItem.balance))) == {0}
        assert session.scalars(select(Invoice.number).distinct()).all() != []


def test_a_call_counted_at_once_by_many_counts_once(sessions: Sessions) -> None:
    call_id = _commit(sessions, lambda session: make_interaction(session, state=InteractionState.DONE).id)

    def count(session: Session) -> None:
        count_interaction(session, session.get_one(Interaction, call_id), zone=MOSCOW)

    _at_once(sessions, [count] * 20)

    assert _count(sessions, ActivityMovement) == 1
    assert _differences(sessions) == []
