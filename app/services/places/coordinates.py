"""Coordinates: read out of what a person pastes, turned into links to public maps. Nothing is asked of any map."""

import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qs, quote, unquote, urlsplit

LONGEST_ADDRESS = 300
_DEGREE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Point:
    """A place on earth in degrees (WGS 84), six decimals: about ten centimetres."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class MapLinks:
    """Addresses that show one place on public maps, and the way there; a person follows them."""

    google: str
    yandex: str
    route: str


_NUMBER = r"[-+]?\d{1,3}(?:[.,]\d+)?"
_PAIR = re.compile(rf"^\s*({_NUMBER})\s*°?\s*[NСnс]?\s*[,;\s]\s*({_NUMBER})\s*°?\s*[EВeв]?\s*$")
_GOOGLE_PIN = re.compile(rf"!3d({_NUMBER})!4d({_NUMBER})")
_GOOGLE_VIEW = re.compile(rf"/@({_NUMBER}),({_NUMBER})")
_TWO_GIS = re.compile(rf"/geo/(?:\d+/)?({_NUMBER}),({_NUMBER})")
_OSM_VIEW = re.compile(rf"map=\d+(?:\.\d+)?/({_NUMBER})/({_NUMBER})")
_GOOGLE_NAMES = ("query", "q", "destination", "daddr", "center", "ll")


def coordinates_from_text(text: str) -> Point | None:
    """The place in a pasted text: «47.2362, 38.8969», or a link of Google, Yandex, 2GIS or OpenStreetMap maps.

    Yandex and 2GIS write longitude first. A pin counts before the middle of the picture. None when the text
    names no place: short links (maps.app.goo.gl, yandex.ru/maps/-/…) must be opened first.
    """
    text = unquote(text.strip())
    if text.lower().startswith("geo:"):
        return _pair(text[4:].split("?")[0].split(";")[0])
    if "://" not in text:
        return _pair(text)
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = (parts.hostname or "").lower()
    if "yandex." in host:
        return _from_yandex(given)
    if "2gis." in host:
        return _found_turned(_TWO_GIS, parts.path) or _found_turned(_PAIR, given.get("m", "").split("/")[0])
    if "openstreetmap." in host:
        return _pair(f"{given.get('mlat', '')},{given.get('mlon', '')}") or _found(_OSM_VIEW, parts.fragment)
    return _from_google(parts.path, given)


def map_links(latitude: Decimal | None, longitude: Decimal | None, address: str | None = "") -> MapLinks | None:
    """Links that show a place by its coordinates, or by its address when there are none; None without both."""
    if latitude is not None and longitude is not None:
        place = quote(f"{latitude},{longitude}", safe="")
        return MapLinks(
            google=f"https://www.google.com/maps/search/?api=1&query={place}",
            yandex=f"https://yandex.ru/maps/?pt={longitude},{latitude}&z=16",
            route=f"https://yandex.ru/maps/?rtext=~{place}&rtt=auto",
        )
    if not (address or "").strip():
        return None
    words = quote((address or "").strip()[:LONGEST_ADDRESS], safe="")
    return MapLinks(
        google=f"https://www.google.com/maps/search/?api=1&query={words}",
        yandex=f"https://yandex.ru/maps/?text={words}",
        route=f"https://yandex.ru/maps/?rtext=~{words}&rtt=auto",
    )


def point(latitude: Decimal, longitude: Decimal) -> Point | None:
    """The place, rounded to six decimals; None when it is not on earth."""
    if not (latitude.is_finite() and longitude.is_finite()):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Point(latitude.quantize(_DEGREE), longitude.quantize(_DEGREE))


def _from_yandex(given: dict[str, str]) -> Point | None:
    pins = (given.get(name, "").split("~")[0] for name in ("whatshere[point]", "poi[point]", "pt"))
    views = (given.get(name, "") for name in ("ll", "sll"))
    texts = (given.get("text", ""), given.get("rtext", "").split("~")[-1])
    found = (
        *(_found_turned(_PAIR, pin) for pin in pins),
        *map(_pair, texts),
        *(_found_turned(_PAIR, view) for view in views),
    )
    return next(filter(None, found), None)


def _from_google(path: str, given: dict[str, str]) -> Point | None:
    if found := _found(_GOOGLE_PIN, path):
        return found
    named = (_pair(given.get(name, "")) for name in _GOOGLE_NAMES)
    return next(filter(None, named), None) or _found(_GOOGLE_VIEW, path)


def _found(pattern: re.Pattern[str], text: str) -> Point | None:
    match = pattern.search(text)
    return _point_of(*match.groups()) if match else None


def _pair(text: str) -> Point | None:
    match = _PAIR.match(text)
    return _point_of(*match.groups()) if match else None


def _point_of(latitude: str, longitude: str) -> Point | None:
    return point(Decimal(latitude.replace(",", ".")), Decimal(longitude.replace(",", ".")))


def _found_turned(pattern: re.Pattern[str], text: str) -> Point | None:
    """The place in a text that writes longitude first."""
    match = pattern.search(text)
    return _point_of(match[2], match[1]) if match else None
