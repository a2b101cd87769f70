"""Clients on the map: points or clusters of a box, coloured by debt, and the whole selection for a KML file.

The viewer's rule of rows holds; the conditions are those of the client list, so map and list show the same clients.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, or_, select
from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.ledger import ZERO_BALANCE, DueItem
from app.models.staff import Employee
from app.reports.overdue import overdue_clients

MOST_POINTS = 700
"""More clients than this in a box are clustered in the database: the points of so many are 270 KB."""
_AT_ONCE = 2_000
CLUSTER_PIXELS = 60
MOST_LISTED = 50
SHEET_BEGINS = -169
_MICRO = 1_000_000
_LATITUDE_SHARE = Decimal("0.6")
"""Degrees of latitude to a degree of longitude that look alike on the map at 55° N, where most clients are."""


class Debt(StrEnum):
    """What colour a client has on the map."""

    OVERDUE = "overdue"
    OWES = "owes"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the map in degrees."""

    west: Decimal
    south: Decimal
    east: Decimal
    north: Decimal

    @classmethod
    def read(cls, text: str) -> "Box":
        """Read «west,south,east,north». Raises ValueError for anything else, also for what is not on earth."""
        numbers = [Decimal(part) if len(part) < 30 else Decimal("NaN") for part in text.split(",")]
        if len(numbers) != 4 or not all(number.is_finite() for number in numbers):
            raise ValueError("a box is four numbers")
        west, south, east, north = numbers
        if not (-90 <= south <= north <= 90 and -360 <= west <= east <= 360):
            raise ValueError("the box is not on earth")
        return cls(west, south, east, north)


@dataclass(frozen=True, slots=True)
class MapQuestion:
    """What the map shows: which clients, and whether their debts may be told."""

    today: date
    conditions: Sequence[ColumnElement[bool]] = ()
    with_debts: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A client with coordinates. Amounts in roubles; zero where debts may not be told."""

    id: int
    name: str
    town: str
    address: str
    responsible: str
    latitude: Decimal
    longitude: Decimal
    owed: Decimal = Decimal(0)
    overdue: Decimal = Decimal(0)
    debt: Debt = Debt.NONE


@dataclass(frozen=True, slots=True)
class Cluster:
    """Clients that stand close together: how many, of them with an overdue debt, and the box around them."""

    latitude: Decimal
    longitude: Decimal
    count: int
    overdue: int
    box: Box


@dataclass(frozen=True, slots=True)
class Found:
    """How many clients of a selection the map can show, and how many have no coordinates."""

    placed: int
    unplaced: int
    box: Box | None
    """The box around all of them, with Chukotka at its east end; None when there is nobody to show."""


def in_box(session: Session, question: MapQuestion, box: Box, zoom: int) -> list[Place] | list[Cluster]:
    """The clients of a box: each of them, or clusters fit for the zoom (0 the world … 18 a house) when many."""
    inside = _inside(box)
    some = select(Client.id).where(_has_place(), inside, *_conditions(question)).limit(MOST_POINTS + 1).subquery()
    if (session.scalar(select(func.count()).select_from(some)) or 0) > MOST_POINTS:
        return _clusters(session, question, inside, zoom)
    rows = session.execute(_places(question).where(inside).order_by(Client.id)).all()
    return _with_debts(session, question, rows)


def listed(session: Session, question: MapQuestion) -> list[Place]:
    """The first clients by name, for the list beside the map."""
    rows = session.execute(_places(question).order_by(Client.name, Client.id).limit(MOST_LISTED)).all()
    return _with_debts(session, question, rows)


def all_places(session: Session, question: MapQuestion) -> Iterator[Place]:
    """Every client of the selection with coordinates, by responsible manager and name."""
    ordered = _places(question).order_by(Employee.family_name, Employee.given_name, Employee.id, Client.name, Client.id)
    for rows in session.execute(ordered).partitions(_AT_ONCE):
        yield from _with_debts(session, question, rows)


def found(session: Session, question: MapQuestion) -> Found:
    """Count the selection."""
    # The sheet begins in the Bering Strait: what lies beyond 180° counts on to the east.
    longitude = case((Client.longitude < SHEET_BEGINS, Client.longitude + 360), else_=Client.longitude)
    edges = (func.min(longitude), func.min(Client.latitude), func.max(longitude), func.max(Client.latitude))
    total = session.scalar(select(func.count(Client.id)).where(*_conditions(question))) or 0
    placed, *corners = session.execute(
        select(func.count(Client.id), *edges).where(_has_place(), *_conditions(question))
    ).one()
    return Found(placed=placed, unplaced=total - placed, box=Box(*corners) if placed else None)


def geojson(shown: Sequence[Place] | Sequence[Cluster]) -> dict[str, Any]:
    """A GeoJSON FeatureCollection (RFC 7946: longitude first) of what `in_box` gave."""
    return {"type": "FeatureCollection", "features": [_feature(item) for item in shown]}


def _feature(item: Place | Cluster) -> dict[str, Any]:
    properties: dict[str, Any]
    if isinstance(item, Cluster):
        edges = (item.box.west, item.box.south, item.box.east, item.box.north)
        properties = {"count": item.count, "overdue": item.overdue, "box": [float(edge) for edge in edges]}
    else:
        properties = {"id": item.id, "name": item.name, "town": item.town, "debt": item.debt.value}
        properties |= {"owed": str(item.owed), "overdue": str(item.overdue)} if item.owed else {}
    coordinates = [round(float(item.longitude), 6), round(float(item.latitude), 6)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": coordinates},
        "properties": properties,
    }


def _conditions(question: MapQuestion) -> list[ColumnElement[bool]]:
    return [Client.merged_into_id.is_(None), *question.conditions]


def _has_place() -> ColumnElement[bool]:
    return Client.latitude.is_not(None) & Client.longitude.is_not(None)


def _inside(box: Box) -> ColumnElement[bool]:
    """The sheet of the map may be shifted by a whole turn (Chukotka lies beyond 180°): ask for both."""
    by_turn = [
        Client.longitude.between(box.west + turn, box.east + turn)
        for turn in (-360, 0, 360)
        if box.west + turn <= 180 and box.east + turn >= -180
    ]
    return Client.latitude.between(box.south, box.north) & or_(*by_turn)


def _places(question: MapQuestion) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Client.id,
            Client.name,
            Client.town,
            Client.actual_address,
            Client.legal_address,
            Client.latitude,
            Client.longitude,
            Client.debt_threshold,
            Employee.family_name,
            Employee.given_name,
        )
        .join(Employee, Employee.id == Client.responsible_id)
        .where(_has_place(), *_conditions(question))
    )


def _with_debts(session: Session, question: MapQuestion, rows: Sequence[Any]) -> list[Place]:
    debts = _debts(session, [row.id for row in rows], question.today) if question.with_debts and rows else {}
    return [_place(row, *debts.get(row.id, (Decimal(0), Decimal(0)))) for row in rows]


def _debts(session: Session, client_ids: list[int], today: date) -> dict[int, tuple[Decimal, Decimal]]:
    """What the clients owe and how much of it is overdue, from kept balances, in one question."""
    late = case((DueItem.due_on < today, DueItem.balance), else_=None)
    found = session.execute(
        select(DueItem.client_id, func.sum(DueItem.balance).label("owed"), func.sum(late).label("overdue"))
        .where(DueItem.balance > ZERO_BALANCE, DueItem.client_id.in_(client_ids))
        .group_by(DueItem.client_id)
    )
    return {row.client_id: (row.owed, row.overdue or Decimal(0)) for row in found}


def _place(row: Any, owed: Decimal, overdue: Decimal) -> Place:
    debt = Debt.OWES if owed else Debt.NONE
    if overdue > row.debt_threshold:
        debt = Debt.OVERDUE
    return Place(
        id=row.id,
        name=row.name,
        town=row.town or "",
        address=row.actual_address or row.legal_address or "",
        responsible=f"{row.family_name} {row.given_name}".strip(),
        latitude=row.latitude,
        longitude=row.longitude,
        owed=owed,
        overdue=overdue if debt is Debt.OVERDUE else Decimal(0),
        debt=debt,
    )


def _clusters(session: Session, question: MapQuestion, inside: ColumnElement[bool], zoom: int) -> list[Cluster]:
    columns = _grid(zoom)
    where = (_has_place(), inside, *_conditions(question))
    cells = session.execute(
        select(
            *columns,
            func.count().label("clients"),
            func.avg(Client.latitude).label("latitude"),
            func.avg(Client.longitude).label("longitude"),
            func.min(Client.longitude).label("west"),
            func.min(Client.latitude).label("south"),
            func.max(Client.longitude).label("east"),
            func.max(Client.latitude).label("north"),
        )
        .where(*where)
        .group_by(*columns)
    ).all()
    late: dict[tuple[int, int], int] = {}
    if question.with_debts:
        overdue = Client.id.in_(overdue_clients(question.today))
        late = {
            (row[0], row[1]): row[2]
            for row in session.execute(select(*columns, func.count()).where(*where, overdue).group_by(*columns))
        }
    return [
        Cluster(
            latitude=row.latitude,
            longitude=row.longitude,
            count=row.clients,
            overdue=late.get((row[0], row[1]), 0),
            box=Box(row.west, row.south, row.east, row.north),
        )
        for row in cells
    ]


def _grid(zoom: int) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Column and row of a square of the map, about CLUSTER_PIXELS wide at the zoom, as whole numbers."""
    width = max(1, 360 * _MICRO * CLUSTER_PIXELS // (256 * 2**zoom))
    height = max(1, int(width * _LATITUDE_SHARE))
    column = cast((Client.longitude + 180) * _MICRO, BigInteger) // width
    row = cast((Client.latitude + 90) * _MICRO, BigInteger) // height
    return column.label("cell_x"), row.label("cell_y")
