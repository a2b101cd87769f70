from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.models.clients import Client, ClientStatus
from app.models.ledger import DocumentKind, DueItem
from app.permissions import Scope, Viewer
from app.reports import clients_map
from app.reports.clients_map import Box, Debt, MapQuestion, all_places, found, geojson, in_box, listed
from tests.factories import TODAY, make_client, make_employee, make_organisation, make_user

WORLD = Box(Decimal(-180), Decimal(-90), Decimal(180), Decimal(90))
ALL = MapQuestion(TODAY)


def placed(session: Session, latitude: str = "54.19", longitude: str = "37.61", **changes) -> Client:
    return make_client(session, latitude=Decimal(latitude), longitude=Decimal(longitude), **changes)


def owes(session: Session, client: Client, amount: str, due_on: date) -> None:
    session.add(
        DueItem(
            client=client,
            organisation=make_organisation(session),
            document_kind=DocumentKind.INVOICE,
            document_id=client.id,
            stage=due_on.toordinal(),
            document_day=TODAY,
            due_on=due_on,
            balance=Decimal(amount),
        )
    )
    session.flush()


YESTERDAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 24)


def ids(session: Session, question: MapQuestion = ALL, box: Box = WORLD) -> list[int]:
    return [place.id for place in in_box(session, question, box, 4)]


def test_clients_of_the_box_are_shown(session: Session) -> None:
    near = placed(session)
    placed(session, "55.75", "37.62")
    make_client(session)

    assert ids(session, box=Box.read("37,54,38,55")) == [near.id]


def test_foreign_clients_are_not_on_the_map_of_sales(session: Session) -> None:
    manager = make_employee(session)
    own = placed(session, responsible=manager)
    placed(session, name="ООО «Тайна»")
    session.info["viewer"] = Viewer(make_user(session).id, manager.id, Scope.OWN_CLIENTS)

    assert ids(session) == [own.id]
    assert [place.id for place in listed(session, ALL)] == [own.id]
    assert [place.id for place in all_places(session, ALL)] == [own.id]
    assert found(session, ALL).placed == 1
    assert "Тайна" not in repr(geojson(in_box(session, ALL, WORLD, 4)))


def test_clusters_count_own_clients_only(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients_map, "MOST_POINTS", 1)
    manager = make_employee(session)
    for _number in range(2):
        placed(session, responsible=manager)
        placed(session)
    session.info["viewer"] = Viewer(make_user(session).id, manager.id, Scope.OWN_CLIENTS)

    assert [cluster.count for cluster in in_box(session, ALL, WORLD, 4)] == [2]


def test_filters_of_the_list_hold_on_the_map(session: Session) -> None:
    lead = placed(session, status=ClientStatus.LEAD)
    placed(session)

    assert ids(session, MapQuestion(TODAY, [Client.status == ClientStatus.LEAD])) == [lead.id]


def test_client_merged_into_another_is_not_shown(session: Session) -> None:
    kept = placed(session)
    placed(session, merged_into_id=kept.id)

    assert ids(session) == [kept.id]


def test_colour_tells_overdue_debt_from_debt(session: Session) -> None:
    late, owing, clean = placed(session), placed(session), placed(session)
    owes(session, late, "300.00", YESTERDAY)
    owes(session, late, "700.00", TOMORROW)
    owes(session, owing, "50.00", TOMORROW)
    owes(session, clean, "-10.00", YESTERDAY)

    shown = {place.id: place for place in in_box(session, ALL, WORLD, 4)}

    assert [shown[client.id].debt for client in (late, owing, clean)] == [Debt.OVERDUE, Debt.OWES, Debt.NONE]
    assert (shown[late.id].owed, shown[late.id].overdue) == (Decimal(1000), Decimal(300))


def test_debt_due_today_is_not_overdue(session: Session) -> None:
    client = placed(session)
    owes(session, client, "300.00", TODAY)

    assert in_box(session, ALL, WORLD, 4)[0].debt is Debt.OWES


def test_overdue_debt_within_the_clients_threshold_is_not_red(session: Session) -> None:
    client = placed(session, debt_threshold=Decimal("300.00"))
    owes(session, client, "300.00", YESTERDAY)

    (place,) = in_box(session, ALL, WORLD, 4)

    assert (place.debt, place.overdue) == (Debt.OWES, Decimal(0))


def test_debts_are_hidden_from_those_who_may_not_know(session: Session) -> None:
    owes(session, placed(session), "300.00", YESTERDAY)

    (place,) = in_box(session, MapQuestion(TODAY, with_debts=False), WORLD, 4)

    assert (place.debt, place.owed) == (Debt.NONE, Decimal(0))


def test_points_and_debts_take_two_questions_after_counting(
    session: Session, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    for _number in range(5):
        owes(session, placed(session), "300.00", YESTERDAY)

    with count_queries() as queries:
        in_box(session, ALL, WORLD, 4)

    assert len(queries) == 3


def test_many_clients_are_clustered_by_squares(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients_map, "MOST_POINTS", 3)
    owes(session, placed(session, "54.19", "37.61"), "300.00", YESTERDAY)
    placed(session, "54.21", "37.63")
    placed(session, "56.00", "92.80")
    placed(session, "56.01", "92.81")

    tula, krasnoyarsk = sorted(in_box(session, ALL, WORLD, 4), key=lambda cluster: cluster.longitude)

    assert (tula.count, tula.overdue, krasnoyarsk.count, krasnoyarsk.overdue) == (2, 1, 2, 0)
    assert (float(tula.latitude), float(tula.longitude)) == pytest.approx((54.20, 37.62))
    assert (tula.box.west, tula.box.north) == (Decimal("37.61"), Decimal("54.21"))


def test_clusters_divide_when_one_comes_nearer(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients_map, "MOST_POINTS", 1)
    placed(session, "54.19", "37.61")
    placed(session, "54.25", "37.70")

    assert len(in_box(session, ALL, WORLD, 4)) == 1
    assert len(in_box(session, ALL, WORLD, 12)) == 2


def test_clusters_do_not_tell_debts_to_those_who_may_not_know(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients_map, "MOST_POINTS", 0)
    owes(session, placed(session), "300.00", YESTERDAY)

    (cluster,) = in_box(session, MapQuestion(TODAY, with_debts=False), WORLD, 4)

    assert cluster.overdue == 0


def test_box_beyond_the_edge_of_the_sheet_shows_chukotka(session: Session) -> None:
    far = placed(session, "66.16", "-169.80")

    assert ids(session, box=Box.read("170,60,195,70")) == [far.id]


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "NaN,0,1,1", "Infinity,0,1,1", "2,0,1,1", "0,2,1,1", "0,0,1,91", "0,0,400,1"],
)
def test_impossible_box_is_refused(text: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        Box.read(text)


def test_endless_number_is_not_read() -> None:
    with pytest.raises(ValueError, match="four numbers"):
        Box.read("1" * 31 + ",0,1,1")


def test_geojson_writes_longitude_first(session: Session) -> None:
    client = placed(session, "54.19", "37.61", name="ООО «Тула»", town="Тула")
    owes(session, client, "300.00", YESTERDAY)

    (feature,) = geojson(in_box(session, ALL, WORLD, 4))["features"]

    assert feature["geometry"] == {"type": "Point", "coordinates": [37.61, 54.19]}
    assert feature["properties"] == {
        "id": client.id,
        "name": "ООО «Тула»",
        "town": "Тула",
        "debt": "overdue",
        "owed": "300.00",
        "overdue": "300.00",
    }


def test_geojson_of_a_client_without_debt_names_no_sums(session: Session) -> None:
    placed(session)

    (feature,) = geojson(in_box(session, ALL, WORLD, 4))["features"]

    assert set(feature["properties"]) == {"id", "name", "town", "debt"}


def test_geojson_of_a_cluster_tells_where_to_look_closer(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients_map, "MOST_POINTS", 0)
    placed(session, "54.19", "37.61")

    (feature,) = geojson(in_box(session, ALL, WORLD, 4))["features"]

    assert feature["properties"] == {"count": 1, "overdue": 0, "box": [37.61, 54.19, 37.61, 54.19]}


def test_clients_without_coordinates_are_counted(session: Session) -> None:
    placed(session)
    make_client(session)

    counted = found(session, ALL)

    assert (counted.placed, counted.unplaced) == (1, 1)


def test_box_around_the_selection_reaches_over_the_edge_of_the_sheet(session: Session) -> None:
    placed(session, "54.19", "37.61")
    placed(session, "66.16", "-169.80")

    assert found(session, ALL).box == Box(Decimal("37.61"), Decimal("54.19"), Decimal("190.20"), Decimal("66.16"))


def test_nobody_on_the_map_has_no_box(session: Session) -> None:
    make_client(session)

    assert found(session, ALL).box is None


def test_list_beside_the_map_is_by_name(session: Session) -> None:
    second, first = placed(session, name="Я"), placed(session, name="А", actual_address="Тула, ул. Мира, 1")

    shown = listed(session, ALL)

    assert [place.id for place in shown] == [first.id, second.id]
    assert [place.address for place in shown] == ["Тула, ул. Мира, 1", ""]
