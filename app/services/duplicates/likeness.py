"""Compares two cards: how likely they are one client, and by what a person can tell.

Strength of 100. CERTAIN: the same INN and KPP. STRONG and more: one client, unless a person says otherwise. WEAK and
more: worth a look; a shared switchboard, a common name, a branch of the same legal entity.
"""

from dataclasses import dataclass

from app.database import Choice
from app.models.clients import ClientKind
from app.services.duplicates.cards import Card
from app.services.duplicates.sounds import name_likeness
from app.services.requisites import is_valid_inn
from app.texts import lazy

CERTAIN, STRONG, WEAK = 100, 60, 30
_COMPANY_INN = 10


class Reason(Choice):
    """By what two cards are alike."""

    INN = "inn", lazy("same INN")
    BRANCH = "branch", lazy("same INN, other KPP: a branch?")
    OGRN = "ogrn", lazy("same OGRN")
    NAME = "name", lazy("same name")
    LIKE_NAME = "like_name", lazy("similar name")
    PHONE = "phone", lazy("same phone")
    EMAIL = "email", lazy("same e-mail")
    PERSON = "person", lazy("same contact person")
    TOWN = "town", lazy("same town")
    OTHER_INN = "other_inn", lazy("but another INN")


@dataclass(frozen=True)
class Likeness:
    """How alike two cards are; reasons in the order of weight."""

    strength: int
    reasons: tuple[Reason, ...]

    @property
    def is_strong(self) -> bool:
        """Tell whether the two must be taken for one until somebody says otherwise."""
        return self.strength >= STRONG


NOTHING = Likeness(0, ())


@dataclass(frozen=True)
class _Evidence:
    name: float
    phone: bool
    email: bool
    person: bool
    town: bool | None
    """None where one of the cards names no town."""
    is_private: bool

    @property
    def ways(self) -> int:
        """By how many ways to reach somebody the cards agree."""
        return self.phone + self.email + self.person


def compare(first: Card, second: Card) -> Likeness:
    """Compare two cards; the order does not matter."""
    found = _Evidence(
        name=name_likeness(first.sounds, second.sounds),
        phone=bool(first.phones & second.phones),
        email=bool(first.emails & second.emails),
        person=_share_a_person(first, second),
        town=first.town == second.town if first.town and second.town else None,
        is_private=ClientKind.COMPANY not in {first.kind, second.kind},
    )
    if first.inn and first.inn == second.inn:
        return _same_inn(first, second, found)
    if first.ogrn and first.ogrn == second.ogrn:
        return Likeness(CERTAIN - 2, (Reason.OGRN, *_reasons(found)))
    strength = _without_inn(found)
    if is_valid_inn(first.inn) and is_valid_inn(second.inn):
        return Likeness(min(strength, STRONG - 15), (*_reasons(found), Reason.OTHER_INN)) if strength else NOTHING
    return Likeness(strength, _reasons(found)) if strength else NOTHING


def _same_inn(first: Card, second: Card, found: _Evidence) -> Likeness:
    """One card per legal entity and branch: another KPP is another branch, unless only one names its KPP."""
    if len(first.inn) == _COMPANY_INN and first.kpp and second.kpp and first.kpp != second.kpp:
        return Likeness(STRONG - 5, (Reason.BRANCH, *_reasons(found)))
    return Likeness(CERTAIN, (Reason.INN, *_reasons(found)))


def _reasons(found: _Evidence) -> tuple[Reason, ...]:
    told = (
        (found.name >= 1, Reason.NAME),
        (_LIKE <= found.name < 1, Reason.LIKE_NAME),
        (found.phone, Reason.PHONE),
        (found.email, Reason.EMAIL),
        (found.person, Reason.PERSON),
        (bool(found.town), Reason.TOWN),
    )
    return tuple(reason for holds, reason in told if holds)


_LIKE, _RELATED = 0.85, 0.5


def _without_inn(found: _Evidence) -> int:
    """The strength where no register number speaks for or against."""
    if found.name >= 1:
        return _by_name(found)
    if found.name >= _LIKE:
        return _by_like_name(found)
    return _by_ways(found)


def _by_name(found: _Evidence) -> int:
    """The same name: with a way to reach them nearly sure; alone as sure as the town makes it."""
    if found.ways:
        return min(97, 88 + 3 * found.ways)
    if found.town:
        return 70 if found.is_private else 80
    if found.town is None:
        return 50 if found.is_private else 62
    return 40


def _by_like_name(found: _Evidence) -> int:
    if found.ways:
        return min(90, 78 + 4 * found.ways)
    if found.town:
        return 45 if found.is_private else 58
    return 45 if found.town is None else 0


def _by_ways(found: _Evidence) -> int:
    """Names apart: a switchboard, a shared accountant, a mailbox of a holding; two ways at once may be one client."""
    if found.ways == 3:
        return 62 if found.name >= _RELATED else 55
    if found.ways == 2:
        return 52
    if found.phone or found.email:
        return 40
    return WEAK if found.person and found.town else 0


def _share_a_person(first: Card, second: Card) -> bool:
    if first.people & second.people:
        return True
    return any(_is_person(one, other) for one in first.people for other in second.people)


def _is_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """The same family name, and given names that do not contradict: «Иванов И. П.», «Иванов Иван»."""
    if one[0] != other[0]:
        return False
    return all(a.startswith(b) or b.startswith(a) for a, b in zip(one[1:], other[1:], strict=False))
