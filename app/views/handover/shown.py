"""The hand-over in words: the steps of the wizard, open work with its days, and what went where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for

from app.models.handover import HandedClient, WorkKind
from app.reports.handover import ClientWork, Sample, WorkPart
from app.texts import _, ngettext
from app.views import formats
from app.views.debts import debt_cell
from app.views.pages import Cell, Step

MOST_NAMED = 60
"""Clients up to which the open work is named record by record; for more only its amount is told."""


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A kind of open work at one client, as a checkbox with its words."""

    value: str
    label: str
    count: int
    amount: str
    overdue: str
    samples: tuple[tuple[str, str, str], ...]
    """Text, day, and why it is red ('' when it is not)."""
    more: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ShownClient:
    """A client of the second step."""

    id: int
    name: str
    url: str
    about: str
    debt: Cell | None
    parts: tuple[ShownPart, ...]
    is_chosen: bool


def steps(current: int, back: str = "") -> list[Step]:
    """Where the wizard stands; a former step is a link."""
    labels = (_("Who and which clients"), _("What goes along"), _("Receipt"))
    return [
        Step(label, back if number == 0 < current else "", number == current, number < current)
        for number, label in enumerate(labels)
    ]


def shown_work(found: Sequence[ClientWork], chosen: frozenset[str] | None) -> list[ShownClient]:
    """The clients with their open work; everything is chosen until the person has said otherwise."""
    is_named = len(found) <= MOST_NAMED
    return [_client(each, chosen, is_named=is_named) for each in found]


def _client(work: ClientWork, chosen: frozenset[str] | None, *, is_named: bool) -> ShownClient:
    client = work.client
    about = ", ".join(filter(None, (client.town, f"{_('INN')} {client.inn}" if client.inn else "")))
    return ShownClient(
        client.id,
        client.name,
        url_for("ClientCardView.card", pk=client.id),
        about,
        _debt(work),
        tuple(_part(client.id, part, chosen, is_named=is_named) for part in work.parts),
        chosen is None or str(client.id) in chosen,
    )


def _debt(work: ClientWork) -> Cell | None:
    if work.overdue is not None:
        return debt_cell(work.overdue)
    if work.debt:
        return Cell(_("Owes %(amount)s, not due yet", amount=formats.roubles(work.debt)), "chip", tone="neutral")
    return None


def _part(key: int, part: WorkPart, chosen: frozenset[str] | None, *, is_named: bool) -> ShownPart:
    value = f"{key}:{part.kind.value}"
    samples = part.samples if is_named else ()
    return ShownPart(
        value,
        str(part.kind.label),
        part.count,
        formats.roubles(part.amount) if part.amount else "",
        _("overdue: %(number)s", number=part.overdue) if part.overdue else "",
        tuple(_sample(sample) for sample in samples),
        part.count - len(samples) if samples else 0,
        chosen is None or value in chosen,
    )


def _sample(sample: Sample) -> tuple[str, str, str]:
    day = formats.day(sample.due_on) if sample.due_on is not None else ""
    return sample.text, day, _("overdue") if sample.is_overdue else ""


def kinds_in(found: Sequence[ClientWork]) -> list[tuple[str, str]]:
    """The kinds of work that there are: value and words."""
    there = {part.kind for work in found for part in work.parts}
    return [(kind.value, str(kind.label)) for kind in WorkKind if kind in there]


def totals_of(found: Sequence[ClientWork]) -> list[tuple[str, str]]:
    """How much there is in all, kind by kind, and what the clients owe."""
    counts: dict[WorkKind, int] = {}
    amounts: dict[WorkKind, Decimal] = {}
    for part in (part for work in found for part in work.parts):
        counts[part.kind] = counts.get(part.kind, 0) + part.count
        amounts[part.kind] = amounts.get(part.kind, Decimal(0)) + (part.amount or 0)
    lines = [(str(_("Clients")), formats.number(len(found)))]
    for kind in WorkKind:
        if kind in counts:
            amount = f" · {formats.roubles(amounts[kind])}" if amounts[kind] else ""
            lines.append((str(kind.label), f"{formats.number(counts[kind])}{amount}"))
    owed = sum((work.debt or Decimal(0) for work in found), Decimal(0))
    return [*lines, (str(_("Debt")), formats.roubles(owed))] if owed else lines


@dataclass(frozen=True, slots=True)
class HandedLine:
    """A client of a finished hand-over."""

    name: str
    url: str
    moved: str
    stayed: str
    pack_url: str


def handed_line(line: HandedClient, pack_url: str) -> HandedLine:
    """What went and what stayed; the link only for whoever may see the client now."""
    may_see = line.client is not None
    return HandedLine(
        line.client_name,
        url_for("ClientCardView.card", pk=line.client_id) if may_see else "",
        _counted(line.moved),
        _counted(line.stayed),
        pack_url if may_see else "",
    )


def _counted(counts: Mapping[str, Any]) -> str:
    """«Сделки в работе: 2, открытые КП: 1»."""
    return ", ".join(f"{kind.label}: {counts[kind.value]}" for kind in WorkKind if kind.value in counts)


def waiting_words(days: int) -> str:
    """«Не принята 5 дней»."""
    if days <= 0:
        return _("Not received")
    return ngettext("Not received for %(num)s day", "Not received for %(num)s days", days)
