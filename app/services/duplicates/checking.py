"""The check for duplicates before a client is saved: by the quick registration, the form, the API and imports alike.

A strong match stops the save. A person with the right may say why it is another client all the same; the reason is
kept with the pair, which is not shown as a duplicate again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.errors import RuleError
from app.models.clients import Client
from app.models.duplicates import DuplicatePair, PairState
from app.permissions import WRITE, FieldRight
from app.services.duplicates.cards import Card, Typed, card_of, load_cards
from app.services.duplicates.finding import Match, find_duplicates, find_pair
from app.services.duplicates.likeness import STRONG, compare
from app.texts import _

SHORTEST_REASON, LONGEST_REASON = 5, 300
_MOST_CHECKED = 20
_IDENTIFYING = ("name", "kind", "inn", "kpp", "ogrn", "town", "phone", "email", "head_name")


class DuplicateError(RuleError):
    """The client is there already, as far as anybody can tell. `matches` says which, best first."""

    def __init__(self, text: str, matches: Sequence[Match]) -> None:
        super().__init__(text)
        self.matches = tuple(matches)


@dataclass(frozen=True)
class Checked:
    """What the check let pass: the strong matches that are other clients, and the reason that was given."""

    matches: tuple[Match, ...] = ()
    reason: str = ""


def may_save_duplicate(session: Session) -> bool:
    """Tell whether the session's viewer may save a client although a duplicate was found."""
    viewer = session.info.get("viewer")
    return viewer is not None and viewer.may(WRITE, FieldRight.SAVE_DUPLICATE)


def check_duplicates(session: Session, client: Client, *, reason: str = "", more: Typed | None = None) -> Checked:
    """Stop the save of a client that is there already; `more` holds contacts that are to be saved with it.

    Raises DuplicateError unless a reason is given by somebody with the right. A kept client is looked at only when
    what tells it apart was changed, and only for duplicates that the change makes.
    """
    if client.merged_into_id is not None or not _is_changed(client):
        return Checked()
    card = card_of(_typed(client, more or Typed()))
    matches = [match for match in find_duplicates(session, card, most=_MOST_CHECKED) if match.likeness.is_strong]
    if client.id is not None:
        matches = _made_by_the_change(session, client.id, matches)
    if not matches:
        return Checked()
    tidy = reason.strip()
    _check_reason(session, matches, tidy)
    return Checked(tuple(matches), tidy)


def _check_reason(session: Session, matches: Sequence[Match], reason: str) -> None:
    if not may_save_duplicate(session):
        text = _("%(found)s Use that card, or ask somebody who may save it all the same.", found=words_of(matches[0]))
        raise DuplicateError(text, matches)
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        text = _("%(found)s Use that card, or give the reason why this is another client.", found=words_of(matches[0]))
        raise DuplicateError(text, matches)


def words_of(match: Match) -> str:
    """Say that there is such a client already; of a colleague's client only whose it is."""
    why = ", ".join(str(reason.label) for reason in match.likeness.reasons)
    if match.is_mine:
        return _("There is such a client already: %(name)s (%(why)s).", name=match.card.name, why=why)
    return _("There is such a client already, responsible: %(who)s (%(why)s).", who=match.responsible, why=why)


def note_saved_anyway(session: Session, client: Client, checked: Checked) -> None:
    """Keep for every strong match that the saved client is another one, with the reason, who and when."""
    viewer = session.info.get("viewer")
    for match in checked.matches:
        first, second = sorted((client.id, match.card.id))
        pair = find_pair(session, "client", first, second)
        if pair is None:
            pair = DuplicatePair(table_name="client", first_id=first, second_id=second)
            session.add(pair)
        pair.strength = match.likeness.strength
        pair.reasons = [reason.value for reason in match.likeness.reasons]
        pair.state, pair.note = PairState.DIFFERENT, checked.reason
        pair.decided_at = utc_now()
        pair.decided_by_id = viewer.user_id if viewer is not None else None
    session.flush()


def _is_changed(client: Client) -> bool:
    state: Any = inspect(client)
    return not state.persistent or any(state.attrs[name].history.has_changes() for name in _IDENTIFYING)


def _typed(client: Client, more: Typed) -> Typed:
    return Typed(
        name=client.name or "",
        kind=client.kind,
        inn=client.inn,
        kpp=client.kpp,
        ogrn=client.ogrn,
        town=client.town,
        phones=[client.phone, *more.phones],
        emails=[client.email, *more.emails],
        people=[client.head_name, *more.people],
        id=client.id or 0,
    )


def _made_by_the_change(session: Session, key: int, matches: Sequence[Match]) -> list[Match]:
    """Duplicates that were there before the change are a matter of the scan, not of this save."""
    before: Card | None = load_cards(session, [key]).get(key)
    if before is None:
        return list(matches)
    return [match for match in matches if compare(before, match.card).strength < STRONG]
