"""The first step of the hand-over: from whom, to whom, which clients, when and why."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from wtforms import StringField
from wtforms.validators import Length

from app.models.clients import ClientStatus, Segment
from app.models.handover import WorkKind
from app.models.staff import Employee
from app.reports.handover import ClientFilter
from app.services.handover import MOST_CLIENTS, HandoverPlan
from app.services.handover.moving import LONGEST_REASON
from app.texts import lazy
from app.views.crud.fields import ChoiceField, DayField, RelationField, Required, no_control_characters, strip
from app.views.crud.forms import RecordForm
from app.views.crud.query import whole

SEPARATOR = "."
"""Between the keys of the chosen clients in an address: it stays one short word."""
FILTERS = ("status", "segment", "town")


class SidesForm(RecordForm):
    """Who, when and why; and which clients, where none were chosen in the list."""

    giver = RelationField(lazy("From whom"), [Required()], target=Employee)
    taker = RelationField(lazy("To whom"), [Required()], target=Employee)
    day = DayField(lazy("Date of the hand-over"), [Required()])
    reason = StringField(
        lazy("Reason"), [Required(), Length(max=LONGEST_REASON), no_control_characters], filters=[strip]
    )
    status = ChoiceField(lazy("Client's status"), members=ClientStatus)
    segment = RelationField(lazy("Segment"), target=Segment)
    town = StringField(lazy("Town"), [Length(max=100), no_control_characters], filters=[strip])

    def set_lookups(self) -> None:
        """People are looked up by typing; nobody is made here."""
        for field in (self.giver, self.taker):
            field.lookup_url = url_for("LookupView.find", table="employee")

    def filter(self, client_ids: list[int]) -> ClientFilter:
        """Which clients are meant. Raises ValueError before the form is found valid."""
        segment = self.segment.data
        return ClientFilter(
            self.plan(client_ids, {}).from_id,
            client_ids,
            self.status.data or None,
            segment.id if segment is not None else None,
            self.town.data or "",
        )

    def plan(self, client_ids: list[int], kinds: Mapping[int, frozenset[WorkKind]]) -> HandoverPlan:
        """What is to be done. Raises ValueError before the form is found valid."""
        giver, taker, day = self.giver.data, self.taker.data, self.day.data
        if giver is None or taker is None or day is None:
            raise ValueError("the form must be valid")
        return HandoverPlan(giver.id, taker.id, day, self.reason.data or "", client_ids, kinds)


def read_keys(text: str) -> list[int]:
    """The keys of the clients chosen in the list, from the address; one more than allowed at most."""
    return [whole(part) for part in text.split(SEPARATOR)[: MOST_CLIENTS + 1] if part]


def read_kinds(values: list[str]) -> dict[int, frozenset[WorkKind]]:
    """«15:deal», «15:quote», …: the kinds of work that go along, by client; what is no kind is left out."""
    found: dict[int, set[WorkKind]] = {}
    known: dict[str, Any] = {kind.value: kind for kind in WorkKind}
    for value in values:
        key, _colon, name = value.partition(":")
        if name in known and key.isascii() and key.isdigit():
            found.setdefault(whole(key), set()).add(known[name])
    return {key: frozenset(kinds) for key, kinds in found.items()}
