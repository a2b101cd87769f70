"""Quotes: what is filled in, sent, answered, replaced; how discounts are limited."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotVisibleError, RuleError
from app.models.catalogue import Price
from app.models.deals import LossReason
from app.models.ledger import ActivityBalance, ActivityKind, DocumentKind
from app.models.sales import Quote, QuoteLine, QuoteStatus, QuoteStatusChange
from app.permissions import WRITE, FieldRight, Scope, Viewer
from app.services.documents import give_number
from app.services.quotes import (
    accept_quote,
    check_quote,
    expire_quotes,
    fill_quote,
    forget_history,
    is_late,
    new_edition,
    note_viewed,
    reject_quote,
    send_quote,
)
from tests import factories as make

TODAY = make.TODAY
TOMORROW = TODAY + timedelta(days=1)


def viewer(employee_id: int, *rights) -> Viewer:
    return Viewer(901, employee_id, Scope.ALL, rights=frozenset(rights))


def sent(session: Session, **changes) -> Quote:
    return send_quote(session, make.make_quote(session, **changes).id, today=TODAY)


def issued(session: Session, quote: Quote) -> int:
    counted = select(func.coalesce(func.sum(ActivityBalance.count), 0)).where(
        ActivityBalance.employee_id == quote.responsible_id, ActivityBalance.kind == ActivityKind.QUOTE
    )
    return session.scalar(counted) or 0


class TestFilling:
    def test_prices_discount_and_terms_come_from_the_terms_of_sale(self, session: Session):
        terms = make.make_agreement(session, discount_percent=Decimal(5), delivery_days=20)
        product = make.make_product(session)
        for day, amount in ((date(2026, 1, 1), "100.00"), (date(2027, 1, 1), "900.00")):
            session.add(Price(product=product, price_type=terms.price_type, valid_from=day, amount=Decimal(amount)))
        quote = make.make_quote(
            session,
            agreement=terms,
            organisation=terms.organisation,
            valid_to=None,
            lines=[QuoteLine(position=1, product=product, quantity=Decimal(3))],
        )

        fill_quote(session, quote, TODAY)

        line = quote.lines[0]
        assert (line.price, line.discount_percent, line.name) == (Decimal(100), Decimal(5), product.name)
        assert quote.total == Decimal(285)
        assert quote.valid_to == TODAY + timedelta(days=14)
        assert quote.price_type is terms.price_type
        assert quote.delivery_terms == "В течение 20 календарных дней"
        assert quote.price_includes_vat == terms.price_type.includes_vat

    def test_without_terms_the_usual_price_type_is_taken_and_what_was_typed_stays(self, session: Session):
        usual = make.make_price_type(session, is_default=True, includes_vat=False)
        quote = make.make_quote(session, delivery_terms="Самовывоз")

        fill_quote(session, quote, TODAY)

        assert quote.price_type is usual
        assert quote.lines[0].price == Decimal(1220)
        assert quote.total == Decimal("1488.40"), "the tax comes on top"
        assert quote.delivery_terms == "Самовывоз"

    def test_without_any_price_type_the_price_waits(self, session: Session):
        quote = make.make_quote(session, lines=[QuoteLine(position=1, product=make.make_product(session))])
        fill_quote(session, quote, TODAY)
        assert quote.total == 0


class TestSending:
    def test_a_sent_quote_has_a_number_a_history_and_counts_once(self, session: Session):
        quote = sent(session)
        again = send_quote(session, quote.id, today=TODAY)

        assert again is quote
        assert quote.number
        assert (quote.status, quote.sent_on) == (QuoteStatus.SENT, TODAY)
        change = session.scalars(select(QuoteStatusChange)).one()
        assert (change.from_status, change.to_status) == (QuoteStatus.DRAFT, QuoteStatus.SENT)
        assert issued(session, quote) == 1

    @pytest.mark.parametrize(
        "changes",
        [
            {"day": TOMORROW},
            {"day": date(2026, 1, 2), "valid_to": date(2026, 1, 20)},
            {"valid_to": TODAY - timedelta(days=1)},
            {"lines": []},
        ],
    )
    def test_refuses_what_cannot_be_offered(self, session: Session, changes):
        quote = make.make_quote(session, **changes)
        with pytest.raises(RuleError):
            send_quote(session, quote.id, today=TODAY)

    def test_refuses_people_and_deals_of_another_client(self, session: Session):
        for changes in ({"contact": make.make_contact(session)}, {"deal": make.make_deal(session)}):
            with pytest.raises(RuleError, match="another client"):
                check_quote(session, make.make_quote(session, **changes))
        quote = make.make_quote(session)
        quote.valid_to = quote.day - timedelta(days=1)
        with pytest.raises(RuleError, match="ends before"):
            check_quote(session, quote)

    def test_what_is_not_there_is_not_found(self, session: Session):
        with pytest.raises(NotVisibleError):
            accept_quote(session, 10**9)

    def test_two_quotes_never_share_a_number(self, session: Session):
        first = make.make_quote(session)
        second = make.make_quote(session, organisation=first.organisation)
        for quote in (first, second):
            give_number(session, quote, DocumentKind.QUOTE)
        assert first.number != second.number


class TestDiscounts:
    @pytest.fixture
    def quote(self, session: Session) -> Quote:
        terms = make.make_agreement(session, discount_percent=Decimal(10))
        made = make.make_quote(session, agreement=terms, organisation=terms.organisation)
        session.add(
            Price(
                product=made.lines[0].product,
                price_type=terms.price_type,
                valid_from=date(2026, 1, 1),
                amount=Decimal("1220.00"),
            )
        )
        session.flush()
        session.info["viewer"] = viewer(made.responsible_id)
        return made

    def test_the_terms_are_the_limit(self, session: Session, quote: Quote):
        quote.lines[0].discount_percent = Decimal(10)
        check_quote(session, quote)
        quote.lines[0].discount_percent = Decimal("10.01")
        with pytest.raises(RuleError, match="beyond the 10 %"):
            check_quote(session, quote)

    def test_a_lower_price_is_a_discount_too(self, session: Session, quote: Quote):
        quote.lines[0].price = Decimal("1097.99")
        with pytest.raises(RuleError, match="beyond"):
            check_quote(session, quote)
        quote.lines[0].price = Decimal("1098.00")
        check_quote(session, quote)

    def test_who_may_goes_beyond(self, session: Session, quote: Quote):
        quote.lines[0].discount_percent = Decimal(50)
        session.info["viewer"] = viewer(quote.responsible_id, (WRITE, FieldRight.DISCOUNT_BEYOND_LIMIT))
        check_quote(session, quote)
        session.info["viewer"] = None
        check_quote(session, quote)

    def test_without_terms_there_is_none(self, session: Session, quote: Quote):
        quote.agreement = None
        check_quote(session, quote)
        quote.lines[0].discount_percent = Decimal(1)
        with pytest.raises(RuleError, match="beyond the 0 %"):
            check_quote(session, quote)


class TestAnswers:
    def test_viewed_accepted_and_refused_after_all(self, session: Session):
        quote, reason = sent(session), LossReason(name="Дорого")
        session.add(reason)
        note_viewed(session, quote.id)
        accept_quote(session, quote.id, "по телефону")
        accept_quote(session, quote.id)
        with pytest.raises(RuleError, match="Say why"):
            reject_quote(session, quote.id, None)
        reject_quote(session, quote.id, reason, "нашли дешевле")

        notes = session.scalars(select(QuoteStatusChange.note).order_by(QuoteStatusChange.id)).all()
        assert notes == [None, None, "по телефону", "Дорого: нашли дешевле"]
        with pytest.raises(RuleError, match="cannot become"):
            accept_quote(session, quote.id)

    def test_a_reason_says_enough(self, session: Session):
        quote, reason = sent(session), LossReason(name="Дорого")
        session.add(reason)
        assert reject_quote(session, quote.id, reason).status is QuoteStatus.REJECTED

    def test_the_term_ends_by_itself(self, session: Session):
        late, fresh = sent(session), sent(session)
        late.valid_to = TODAY - timedelta(days=1)
        accepted = sent(session)
        accept_quote(session, accepted.id)
        accepted.valid_to = late.valid_to
        session.flush()

        assert is_late(late, TODAY)
        assert expire_quotes(session, TODAY) == 1
        assert late.status is QuoteStatus.EXPIRED
        assert is_late(late, TODAY)
        assert [is_late(quote, TODAY) for quote in (fresh, accepted)] == [False, False]


class TestEditions:
    def test_a_new_edition_copies_and_replaces(self, session: Session):
        old = sent(session, number="КС-1", number_year=2026, guarantee="12 месяцев")
        user = make.make_user(session)
        session.info["viewer"] = Viewer(user.id, old.responsible_id, Scope.ALL)
        made = new_edition(session, old.id, today=TOMORROW)

        assert old.status is QuoteStatus.REPLACED
        assert (made.number, made.edition, made.status) == ("КС-1", 2, QuoteStatus.DRAFT)
        assert str(made) == "№ КС-1/2"
        assert (made.total, made.guarantee) == (old.total, "12 месяцев")
        assert made.valid_to == TOMORROW + (old.valid_to - old.day)
        assert made.lines[0].product_id == old.lines[0].product_id
        made.responsible = old.responsible
        session.info["viewer"] = None
        send_quote(session, made.id, today=TOMORROW)
        assert issued(session, old) == 1, "the further edition is no further quote"

    def test_a_draft_has_no_further_edition(self, session: Session):
        with pytest.raises(RuleError, match="cannot become"):
            new_edition(session, make.make_quote(session).id, today=TODAY)

    def test_an_edition_without_a_term_gets_the_usual_one(self, session: Session):
        old = sent(session, valid_to=None)
        assert new_edition(session, old.id, today=TODAY).valid_to == TODAY + timedelta(days=14)

    def test_a_draft_goes_with_its_history_an_edition_does_not(self, session: Session):
        draft = make.make_quote(session)
        session.add(QuoteStatusChange(quote_id=draft.id, to_status=QuoteStatus.DRAFT))
        session.flush()
        forget_history(session, draft)
        session.flush()
        assert session.scalars(select(QuoteStatusChange)).all() == []

        with pytest.raises(RuleError, match="replaced another"):
            forget_history(session, new_edition(session, sent(session).id, today=TODAY))
