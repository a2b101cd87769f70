"""The map of clients: filters of the client list, a list beside it, points by the visible box, KML; picking a place."""

from decimal import Decimal
from typing import Any

from flask import Response, abort, current_app, jsonify, render_template, request, url_for
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from sqlalchemy import ColumnElement, select

from app.database import db
from app.models.clients import Client, ClientStatus, Segment
from app.models.staff import Employee
from app.permissions import READ
from app.reports.clients_map import (
    Box,
    Debt,
    MapQuestion,
    Place,
    all_places,
    found,
    geojson,
    in_box,
    listed,
)
from app.reports.rendering.kml import clients_kml
from app.services.places import Point, coordinates_from_text, find_town, map_links
from app.texts import _
from app.views import formats
from app.views.assets import asset
from app.views.clients import ClientView
from app.views.crud.query import filter_conditions, search_condition
from app.views.current import today, viewer
from app.views.headers import csp_nonce
from app.views.pages import Cell, FilterControl, Option
from app.views.sections import CRM


class MapView(BaseView):
    """The map page, its frame and data. Coordinates are those of the clients' cards; nothing is asked outside."""

    route_base = "/map"
    class_permission_name = "Map"
    method_permission_name = {
        "map": "read",
        "frame": "read",
        "points": "read",
        "kml": "read",
        "pick": "read",
        "place": "read",
    }

    @expose("/")
    @has_access
    def map(self) -> Any:
        """Show the map with its filters and the list that gives the same clients to keyboard and screen reader."""
        question = _question()
        places = listed(db.session(), question)
        counted = found(db.session(), question)
        return render_template(
            "map/index.html",
            page_section=str(CRM),
            places=[(place, _debt_cell(place)) for place in places],
            counted=counted,
            filters=_filters(),
            q=request.args.get("q", ""),
            kept=_kept(),
            has_tiles=bool(current_app.config["KONTORA"].map_tile_url),
        )

    @expose("/frame")
    @has_access
    def frame(self) -> Any:
        """The map itself, as a page of its own in a frame."""
        box = found(db.session(), _question()).box
        settings: dict[str, object] = {
            "points": url_for("MapView.points", **_kept()),
            "box": [float(edge) for edge in (box.west, box.south, box.east, box.north)] if box else None,
        }
        return _framed(_("Map of clients"), "kontoraClients", settings, ("js/clients_map.js",))

    @expose("/clients.geojson")
    @has_access
    def points(self) -> Any:
        """The clients of a box (`bbox=west,south,east,north`) at a zoom, as GeoJSON: points, or clusters when many."""
        try:
            box, zoom = Box.read(request.args.get("bbox", "")), int(request.args.get("zoom", "4"))
        except (ValueError, ArithmeticError):
            abort(400)
        if not 0 <= zoom <= 22:
            abort(400)
        shown = geojson(in_box(db.session(), _question(), box, zoom))
        for feature in shown["features"]:
            _add_words(feature["properties"])
        answer = jsonify(shown)
        answer.mimetype = "application/geo+json"
        return answer

    @expose("/clients.kml")
    @has_access
    def kml(self) -> Any:
        """The selection as KML, for Google Earth and «My Maps»."""
        content = clients_kml(_("Clients"), all_places(db.session(), _question()))
        name = f"clients-{today().isoformat()}.kml"
        return Response(
            content,
            mimetype="application/vnd.google-earth.kml+xml",
            headers={"Content-Disposition": f"attachment; filename={name}"},
        )

    @expose("/pick")
    @has_access
    def pick(self) -> Any:
        """A map on which a place is chosen by a click; tells the page around it."""
        chosen = _chosen()
        settings: dict[str, object] = {"chosen": [float(chosen.latitude), float(chosen.longitude)] if chosen else None}
        return _framed(_("Choose a place"), "kontoraPick", settings, ("js/pick_map.js",))

    @expose("/place")
    @has_access
    def place(self) -> Any:
        """The place in a pasted text or link (`text`), or of a town (`town`, `region`), as JSON; empty if unknown."""
        text = request.args.get("text", "")[:2048]
        if text:
            read = coordinates_from_text(text)
            return jsonify(_place_json(read))
        town = find_town(request.args.get("town", "")[:100], request.args.get("region", "")[:100] or None)
        if town is None:
            return jsonify({})
        words = _("%(town)s, %(region)s", town=town.name, region=town.region)
        return jsonify(_place_json(town.point) | {"words": words, "is_uncertain": town.is_uncertain})


def client_map(client: Client) -> dict[str, Any]:
    """What the map of a client's card needs (map/_client.html): coordinates, links to public maps, the frame."""
    address = client.actual_address or client.legal_address or client.town
    has_place = client.latitude is not None and client.longitude is not None
    frame = url_for("MapView.pick", lat=client.latitude, lng=client.longitude, fixed=1) if has_place else ""
    return {
        "frame": frame,
        "links": map_links(client.latitude, client.longitude, address),
        "address": address or "",
        "edit_url": url_for("ClientView.edit", pk=client.id),
    }


def _question() -> MapQuestion:
    """The clients asked for, by the filters of the client list."""
    conditions: list[ColumnElement[bool]] = []
    words = search_condition(db.session(), Client, (), request.args.get("q", "")[:200])
    if words is not None:
        conditions.append(words)
    given = {name: value for name, value in request.args.items() if name.startswith("f_") and value}
    conditions += filter_conditions(Client, ClientView.filters, given)
    return MapQuestion(today(), conditions, with_debts=viewer().may(READ, "Receivables"))


def _kept() -> dict[str, Any]:
    """The filters in force, to carry on to the frame and the data."""
    return {name: value for name, value in request.args.items() if (name == "q" or name.startswith("f_")) and value}


def _framed(title: str, start: str, settings: dict[str, object], scripts: tuple[str, ...]) -> str:
    # folium takes 1.6 s and 40 MB to load: only the process that shows a map pays for it.
    from app.reports.rendering.map import MapPage, map_page

    installed = current_app.config["KONTORA"]
    chosen = _chosen()
    page = MapPage(
        title=title,
        language=formats.language(),
        nonce=csp_nonce(),
        scripts=tuple(
            asset(name) for name in ("leaflet/leaflet.js", "supercluster/supercluster.js", "js/map_base.js", *scripts)
        ),
        styles=(asset("leaflet/leaflet.css"), asset("css/map_frame.css")),
        start=start,
        settings=settings
        | {
            "land": [asset("land/land-110m.geojson"), asset("land/land-50m.geojson")],
            "tiles": installed.map_tile_url,
            "attribution": installed.map_tile_attribution,
            "is_fixed": request.args.get("fixed") == "1",
            "texts": _frame_texts(),
        },
        centre=(float(chosen.latitude), float(chosen.longitude)) if chosen else (58.0, 70.0),
        zoom=10 if chosen else 4,
    )
    return map_page(page)


def _frame_texts() -> dict[str, str]:
    return {
        "clients": _("Clients: {n}"),
        "overdue": _("of them overdue: {n}"),
        "open": _("Open the card"),
        "more": _("and {n} more"),
        "failed": _("The clients cannot be loaded. Check the connection."),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "place": _("Chosen place"),
        "land": _("Coast lines: Natural Earth"),
    }


def _chosen() -> Point | None:
    given = request.args.get("lat", ""), request.args.get("lng", "")
    if not all(given):
        return None
    found_place = coordinates_from_text(", ".join(given))
    return found_place or abort(400)


def _place_json(place: Point | None) -> dict[str, Any]:
    return {} if place is None else {"latitude": str(place.latitude), "longitude": str(place.longitude)}


def _debt_words(debt: Debt, owed: Decimal, overdue: Decimal) -> str:
    if debt is Debt.OVERDUE:
        return _("Overdue %(amount)s", amount=formats.roubles(overdue))
    return _("Owes %(amount)s", amount=formats.roubles(owed)) if debt is Debt.OWES else ""


def _debt_cell(place: Place) -> Cell | None:
    """The debt as icon, words and colour; None without one."""
    if place.debt is Debt.NONE:
        return None
    is_overdue = place.debt is Debt.OVERDUE
    icon = "alert-triangle" if is_overdue else "clock"
    return Cell(
        _debt_words(place.debt, place.owed, place.overdue), "chip", tone="danger" if is_overdue else "warn", icon=icon
    )


def _add_words(properties: dict[str, Any]) -> None:
    """Give a point its link and its debt in words; the browser gets no sums to format."""
    if "id" not in properties:
        return
    properties["url"] = url_for("ClientCardView.card", pk=properties["id"])
    owed, overdue = properties.pop("owed", "0"), properties.pop("overdue", "0")
    properties["words"] = _debt_words(Debt(properties["debt"]), Decimal(owed), Decimal(overdue))


def _filters() -> tuple[FilterControl, ...]:
    """The controls: the client list's filters that matter on a map."""
    args = request.args
    segments = db.session.scalars(select(Segment).order_by(Segment.name).limit(200))
    managers = db.session.scalars(
        select(Employee).where(Employee.is_manager.is_(True)).order_by(Employee.family_name, Employee.id).limit(200)
    )
    return (
        FilterControl(
            "f_status",
            _("Status"),
            "choice",
            args.get("f_status", ""),
            options=tuple(Option(status.value, str(status.label)) for status in ClientStatus),
        ),
        FilterControl(
            "f_segment",
            _("Segment"),
            "choice",
            args.get("f_segment", ""),
            options=tuple(Option(str(segment.id), segment.name) for segment in segments),
        ),
        FilterControl(
            "f_responsible",
            _("Responsible"),
            "choice",
            args.get("f_responsible", ""),
            options=tuple(Option(str(manager.id), str(manager)) for manager in managers),
        ),
        FilterControl("f_town", _("Town"), "text", args.get("f_town", "")),
        FilterControl("f_region", _("Region"), "text", args.get("f_region", "")),
    )
