"""Cards and columns of a board in words."""

from dataclasses import dataclass

from flask import url_for

from app.reports.boards import Card, Column
from app.texts import _
from app.views import formats
from app.views.current import today
from app.views.debts import overdue_words
from app.views.pages import Cell, Option


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card in words. `amount` is for counting (roubles, a point), `money` for reading."""

    id: int
    version: int
    title: str
    url: str
    client: str
    who: str
    amount: str
    money: str
    step: str
    due: Cell
    is_late: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column in words; `targets` are where its cards may go, itself among them."""

    column: Column
    count: str
    money: str
    cards: tuple[ShownCard, ...]
    targets: tuple[Option, ...]
    is_folded: bool
    fold_url: str
    more: str
    more_url: str


def shown_card(card: Card, column: Column, screen: str, *, nothing_due: str) -> ShownCard:
    """A card in words; `screen` names the view that shows the record, `nothing_due` says that no date is set."""
    return ShownCard(
        id=card.id,
        version=card.version,
        title=card.title,
        url=url_for(f"{screen}.show", pk=card.id),
        client=card.client or formats.EMPTY,
        who=card.who,
        amount=str(card.amount or 0),
        money=formats.roubles(card.amount) if card.amount is not None else formats.EMPTY,
        step=card.step,
        due=_due(card, column, nothing_due),
        is_late=card.days_late > 0,
        reason=str(card.reason_id or ""),
    )


def _due(card: Card, column: Column, nothing_due: str) -> Cell:
    """When the next step is due: in red words when it is overdue, as a warning today."""
    if card.due_on is None:
        return Cell("" if column.is_end else nothing_due)
    if card.days_late:
        words = overdue_words(card.days_late)
        return Cell(words, "chip", tone="danger", hint=formats.day(card.due_on))
    if card.due_on == today() and not column.is_end:
        return Cell(_("Today"), "chip", tone="warn", icon="clock", hint=formats.day(card.due_on))
    return Cell(formats.day(card.due_on), "date")
