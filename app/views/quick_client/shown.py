"""What the page shows beside the form: cards that may be the same client, and what registers offer to fill in."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from app.models.clients import Client
from app.services.companies import Found
from app.services.duplicates import Match
from app.services.duplicates.likeness import CERTAIN, STRONG
from app.texts import _
from app.views import formats
from app.views.crud.columns import column_of
from app.views.pages import Cell


@dataclass(frozen=True, slots=True)
class ShownMatch:
    """A card that may be the same client. Of a colleague's client only the reasons and whose it is."""

    key: int
    title: str
    about: str
    why: str
    sure: Cell
    url: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A value that can be taken over: its field, the words, where they come from."""

    field: str
    label: str
    text: str
    source: str


def shown_matches(matches: Iterable[Match]) -> tuple[ShownMatch, ...]:
    """The matches as the page shows them, best first."""
    return tuple(_shown(match) for match in matches)


def _shown(match: Match) -> ShownMatch:
    why = ", ".join(str(reason.label) for reason in match.likeness.reasons)
    sure = _sure(match.likeness.strength)
    if not match.is_mine:
        return ShownMatch(0, _("A colleague's client"), _("responsible: %(who)s", who=match.responsible), why, sure)
    about = [_("INN %(inn)s", inn=match.card.inn) if match.card.inn else "", match.responsible]
    return ShownMatch(
        match.card.id,
        match.card.name,
        " · ".join(filter(None, about)),
        why,
        sure,
        url_for("ClientCardView.card", pk=match.card.id),
    )


def _sure(strength: int) -> Cell:
    if strength >= CERTAIN:
        return Cell(_("The same client"), "chip", tone="danger")
    if strength >= STRONG:
        return Cell(_("Very likely"), "chip", tone="danger")
    return Cell(_("Possibly"), "chip", tone="warn", icon="info")


def shown_offers(found: Found) -> tuple[Offer, ...]:
    """What registers say, value by value, with source and day."""
    return tuple(
        Offer(
            value.field,
            str(column_of(Client, value.field).label),
            value.text,
            _("%(source)s, %(day)s", source=value.source, day=formats.day(value.on)),
        )
        for value in found.values
    )
