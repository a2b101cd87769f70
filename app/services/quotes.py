"""Quotes (коммерческие предложения, КП): filling, sending, the client's answer, editions.

A draft changes freely. A sent quote is what the client holds in hand, so it changes no more: a new edition
copies it under the same number and replaces it. A quote counts as issued once, when its first edition is sent.
"""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import ALL_ROWS
from app.errors import NotVisibleError, RuleError
from app.models.deals import LossReason
from app.models.ledger import DocumentKind
from app.models.sales import Quote, QuoteLine, QuoteStatus, QuoteStatusChange
from app.services.activity import count_quote
from app.services.documents import (
    check_discounts,
    check_lines,
    check_sides,
    check_terms,
    copy_line,
    fill_lines,
    give_number,
    price_type_of,
    recalculate,
)
from app.services.prices import usual_price_type
from app.texts import _

VALID_DAYS = 14
"""For how many days a quote holds when nobody says otherwise."""

AWAITING = (QuoteStatus.SENT, QuoteStatus.VIEWED)
"""The client has it and has not answered."""
MOVES: dict[QuoteStatus, frozenset[QuoteStatus]] = {
    QuoteStatus.DRAFT: frozenset({QuoteStatus.SENT}),
    QuoteStatus.SENT: frozenset(
        {QuoteStatus.VIEWED, QuoteStatus.ACCEPTED, QuoteStatus.REJECTED, QuoteStatus.EXPIRED, QuoteStatus.REPLACED}
    ),
    QuoteStatus.VIEWED: frozenset(
        {QuoteStatus.ACCEPTED, QuoteStatus.REJECTED, QuoteStatus.EXPIRED, QuoteStatus.REPLACED}
    ),
    QuoteStatus.ACCEPTED: frozenset({QuoteStatus.REJECTED}),
    QuoteStatus.REJECTED: frozenset({QuoteStatus.REPLACED}),
    QuoteStatus.EXPIRED: frozenset({QuoteStatus.ACCEPTED, QuoteStatus.REJECTED, QuoteStatus.REPLACED}),
    QuoteStatus.REPLACED: frozenset(),
}
"""From each status, where a quote may go."""
_COPIED = (
    "organisation_id",
    "client_id",
    "agreement_id",
    "deal_id",
    "responsible_id",
    "contact_id",
    "price_type_id",
    "price_includes_vat",
    "preamble",
    "delivery_terms",
    "payment_terms",
    "guarantee",
    "comment",
)


def fill_quote(session: Session, quote: Quote, today: date) -> None:
    """Fill what is still empty from the terms of sale, the client and the products, then recalculate."""
    with session.no_autoflush:
        quote.day = quote.day or today
        quote.responsible = quote.responsible or quote.client.responsible
        quote.valid_to = quote.valid_to or quote.day + timedelta(days=VALID_DAYS)
        quote.price_type = price_type_of(quote) or usual_price_type(session)
        if quote.price_type is not None:
            quote.price_includes_vat = quote.price_type.includes_vat
        if quote.agreement is not None and quote.agreement.delivery_days and not quote.delivery_terms:
            quote.delivery_terms = f"В течение {quote.agreement.delivery_days} календарных дней"
        fill_lines(session, quote)
    recalculate(quote)


def check_quote(session: Session, quote: Quote) -> None:
    """Raises RuleError for sides that do not belong together, a term that is over at once, too high a discount."""
    if quote.valid_to is not None and quote.valid_to < quote.day:
        raise RuleError(_("The quote ends before its date."))
    check_sides(quote, quote.contact)
    check_discounts(session, quote)


def send_quote(session: Session, quote_id: int, *, today: date, note: str | None = None) -> Quote:
    """Note that the client was sent the quote, and count it for the manager. A second time changes nothing.

    Raises NotVisibleError, or RuleError for what cannot be sent.
    """
    quote = locked_quote(session, quote_id)
    if quote.status in AWAITING:
        return quote
    if quote.day > today:
        raise RuleError(_("The quote is dated in the future; correct its date."))
    if is_over(quote, today):
        raise RuleError(_("The term of the quote is over; set a later day."))
    with session.no_autoflush:
        recalculate(quote)
        check_lines(quote, quote.day)
        check_terms(quote)
        check_quote(session, quote)
    give_number(session, quote, DocumentKind.QUOTE)
    quote.sent_on = today
    move_quote(session, quote, QuoteStatus.SENT, note)
    count_quote(session, quote)
    return quote


def note_viewed(session: Session, quote_id: int) -> Quote:
    """Note that the client has seen the quote. Raises NotVisibleError, RuleError."""
    quote = locked_quote(session, quote_id)
    move_quote(session, quote, QuoteStatus.VIEWED)
    return quote


def accept_quote(session: Session, quote_id: int, note: str | None = None) -> Quote:
    """Note that the client agrees. A second time changes nothing. Raises NotVisibleError, RuleError."""
    quote = locked_quote(session, quote_id)
    if quote.status is not QuoteStatus.ACCEPTED:
        move_quote(session, quote, QuoteStatus.ACCEPTED, note)
    return quote


def reject_quote(session: Session, quote_id: int, reason: LossReason | None, note: str | None = None) -> Quote:
    """Note that the client refuses, and why. Raises NotVisibleError, RuleError."""
    quote = locked_quote(session, quote_id)
    if reason is None:
        raise RuleError(_("Say why the quote was turned down."))
    quote.loss_reason = reason
    words = f"{reason}: {note}" if note else str(reason)
    move_quote(session, quote, QuoteStatus.REJECTED, words[:300])
    return quote


def new_edition(session: Session, quote_id: int, *, today: date) -> Quote:
    """Copy a sent quote into a new draft of the same number; the old one is replaced and stays as it was.

    Prices stay those of the old edition. Raises NotVisibleError, RuleError.
    """
    old = locked_quote(session, quote_id)
    move_quote(session, old, QuoteStatus.REPLACED)
    term = (old.valid_to - old.day) if old.valid_to is not None else timedelta(days=VALID_DAYS)
    made = Quote(
        number=old.number,
        number_year=old.number_year,
        edition=old.edition + 1,
        previous_id=old.id,
        day=today,
        valid_to=today + term,
        lines=[copy_line(line, QuoteLine) for line in old.lines],
        **{name: getattr(old, name) for name in _COPIED},
    )
    recalculate(made)
    session.add(made)
    session.flush()
    note_status(session, made, None)
    return made


def expire_quotes(session: Session, today: date) -> int:
    """Close the quotes whose term is over without an answer; gives how many. Looks past the viewer's rows."""
    late = select(Quote).where(Quote.status.in_(AWAITING), Quote.valid_to < today)
    found = session.scalars(late.order_by(Quote.id).with_for_update(key_share=True), execution_options=ALL_ROWS).all()
    for quote in found:
        move_quote(session, quote, QuoteStatus.EXPIRED)
    return len(found)


def is_over(quote: Quote, today: date) -> bool:
    """Tell whether the term of a quote is over."""
    return quote.valid_to is not None and quote.valid_to < today


def is_late(quote: Quote, today: date) -> bool:
    """Tell whether a quote waits for an answer past its term: somebody should have asked."""
    return quote.status in (*AWAITING, QuoteStatus.EXPIRED) and is_over(quote, today)


def locked_quote(session: Session, quote_id: int) -> Quote:
    """The quote that the viewer sees, read anew and held until the transaction ends. Raises NotVisibleError."""
    wanted = select(Quote).where(Quote.id == quote_id).with_for_update(key_share=True)
    quote = session.scalars(wanted, execution_options={"populate_existing": True}).first()
    if quote is None:
        raise NotVisibleError(_("There is no such quote."))
    return quote


def move_quote(session: Session, quote: Quote, to: QuoteStatus, note: str | None = None) -> None:
    """Set the status and note it in the history. Raises RuleError for a move that makes no sense."""
    if to not in MOVES[quote.status]:
        raise RuleError(
            _(
                "A quote with the status «%(before)s» cannot become «%(after)s».",
                before=quote.status.label,
                after=to.label,
            )
        )
    before, quote.status = quote.status, to
    session.flush()
    note_status(session, quote, before, note)


def note_status(session: Session, quote: Quote, before: QuoteStatus | None, note: str | None = None) -> None:
    """Add a line to the history of a quote's statuses."""
    viewer = session.info.get("viewer")
    session.add(
        QuoteStatusChange(
            quote_id=quote.id,
            from_status=before,
            to_status=quote.status,
            by_user_id=viewer.user_id if viewer is not None else None,
            note=note,
        )
    )
    session.flush()


def forget_history(session: Session, quote: Quote) -> None:
    """A draft that is deleted takes its history with it. Raises RuleError for an edition that replaced another."""
    if quote.previous_id is not None:
        raise RuleError(_("This edition has replaced another one; send it instead."))
    for change in session.scalars(select(QuoteStatusChange).where(QuoteStatusChange.quote_id == quote.id)):
        session.delete(change)
