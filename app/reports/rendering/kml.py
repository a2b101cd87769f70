"""Clients as KML 2.2: for Google Earth and «My Maps», one folder per responsible manager."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import groupby
from typing import Any

from lxml import etree

from app.reports.clients_map import Debt, Place

MOST_IN_FOLDER = 2_000
"""«My Maps» takes no more features in a layer."""
_NAMESPACE = "http://www.opengis.net/kml/2.2"
_COLOURS = {Debt.OVERDUE: "ff1823b4", Debt.OWES: "ff004b8a", Debt.NONE: "ffad5c0b"}
"""aabbggrr: red, amber, blue."""


def clients_kml(title: str, places: Iterable[Place]) -> bytes:
    """The file. Each placemark carries the client's key in ExtendedData, by which it can be read back."""
    output = BytesIO()
    with etree.xmlfile(output, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(_tag("kml"), nsmap={None: _NAMESPACE}), file.element(_tag("Document")):
            file.write(_text("name", title))
            for debt, colour in _COLOURS.items():
                file.write(_style(debt, colour))
            for name, members in _folders(places):
                with file.element(_tag("Folder")):
                    file.write(_text("name", name))
                    for place in members:
                        file.write(_placemark(place))
    return output.getvalue()


def _folders(places: Iterable[Place]) -> Iterator[tuple[str, list[Place]]]:
    """Places by manager, as they come; a manager with many clients gets several folders."""
    for name, members in groupby(places, key=lambda place: place.responsible):
        together = list(members)
        for number, start in enumerate(range(0, len(together), MOST_IN_FOLDER), 1):
            title = name if number == 1 else f"{name} ({number})"
            yield title, together[start : start + MOST_IN_FOLDER]


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _text(name: str, value: str) -> Any:
    element = etree.Element(_tag(name))
    # XML keeps no control characters; a name pasted from elsewhere may hold them.
    element.text = "".join(sign for sign in value if sign.isprintable())
    return element


def _style(debt: Debt, colour: str) -> Any:
    style = etree.Element(_tag("Style"), id=debt.value)
    icon = etree.SubElement(style, _tag("IconStyle"))
    icon.append(_text("color", colour))
    return style


def _placemark(place: Place) -> Any:
    mark = etree.Element(_tag("Placemark"))
    mark.append(_text("name", place.name))
    if place.address or place.town:
        mark.append(_text("address", place.address or place.town))
    mark.append(_text("styleUrl", f"#{place.debt.value}"))
    data = etree.SubElement(etree.SubElement(mark, _tag("ExtendedData")), _tag("Data"), name="id")
    data.append(_text("value", str(place.id)))
    spot = etree.SubElement(mark, _tag("Point"))
    spot.append(_text("coordinates", f"{place.longitude},{place.latitude}"))
    return mark
