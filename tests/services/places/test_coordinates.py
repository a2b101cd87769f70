from decimal import Decimal

import pytest

from app.services.places import MapLinks, Point, coordinates_from_text, map_links, point

TAGANROG = Point(Decimal("47.236200"), Decimal("38.896900"))


@pytest.mark.parametrize(
    "text",
    [
        "47.2362, 38.8969",
        " 47.2362 38.8969 ",
        "47,2362; 38,8969",
        "47.2362° N, 38.8969° E",
        "geo:47.2362,38.8969?z=16",
        "geo:47.2362,38.8969;u=35",
        "https://www.google.com/maps/search/?api=1&query=47.2362%2C38.8969",
        "https://www.google.com/maps?q=47.2362,38.8969",
        "https://www.google.com/maps/dir/?api=1&destination=47.2362,38.8969",
        "https://www.google.com/maps/@47.2362,38.8969,17z",
        "https://www.google.com/maps/place/Завод/@47.1,38.1,17z/data=!3m1!4b1!4m6!3m5!1s0x0!8m2!3d47.2362!4d38.8969!16s",
        "https://yandex.ru/maps/?pt=38.8969,47.2362&z=16",
        "https://yandex.ru/maps/971/taganrog/?ll=38.8969%2C47.2362&z=17",
        "https://yandex.ru/maps/?ll=38.1,47.1&whatshere%5Bpoint%5D=38.8969%2C47.2362&whatshere%5Bzoom%5D=17",
        "https://yandex.ru/maps/?pt=38.8969,47.2362~38.5,47.5",
        "https://yandex.ru/maps/?rtext=~47.2362,38.8969&rtt=auto",
        "https://yandex.ru/maps/?text=47.2362,38.8969&ll=38.1,47.1",
        "https://2gis.ru/geo/38.8969,47.2362",
        "https://2gis.ru/taganrog/geo/70000001/38.8969,47.2362",
        "https://2gis.ru/taganrog?m=38.8969,47.2362/16",
        "https://www.openstreetmap.org/?mlat=47.2362&mlon=38.8969#map=12/47.1/38.1",
        "https://www.openstreetmap.org/#map=17/47.2362/38.8969",
    ],
)
def test_place_is_read_from_what_people_paste(text: str) -> None:
    assert coordinates_from_text(text) == TAGANROG


def test_places_south_of_the_equator_and_west_of_greenwich_are_read() -> None:
    assert coordinates_from_text("-33.45, -70.66") == Point(Decimal("-33.450000"), Decimal("-70.660000"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Таганрог, ул. Петровская, 1",
        "47.2362",
        "91, 38",
        "47.2, 181",
        "https://yandex.ru/maps/-/CCUAAAAA",
        "https://maps.app.goo.gl/abcdef",
        "https://2gis.ru/taganrog",
        "https://www.openstreetmap.org/",
        "https://[broken",
        "geo:nowhere",
    ],
)
def test_text_without_a_place_gives_none(text: str) -> None:
    assert coordinates_from_text(text) is None


def test_place_that_is_not_on_earth_is_none() -> None:
    assert point(Decimal("NaN"), Decimal(0)) is None
    assert point(Decimal(0), Decimal("Infinity")) is None


def test_place_is_rounded_to_what_is_kept() -> None:
    assert point(Decimal("47.23620049"), Decimal("38.8969")) == TAGANROG


def test_links_show_the_coordinates() -> None:
    assert map_links(Decimal("47.2362"), Decimal("38.8969"), "не нужен") == MapLinks(
        google="https://www.google.com/maps/search/?api=1&query=47.2362%2C38.8969",
        yandex="https://yandex.ru/maps/?pt=38.8969,47.2362&z=16",
        route="https://yandex.ru/maps/?rtext=~47.2362%2C38.8969&rtt=auto",
    )


def test_links_show_the_address_when_there_are_no_coordinates() -> None:
    links = map_links(None, None, "Тула, ул. Мира & К")

    assert links is not None
    assert links.google.endswith(
        "query=%D0%A2%D1%83%D0%BB%D0%B0%2C%20%D1%83%D0%BB.%20%D0%9C%D0%B8%D1%80%D0%B0%20%26%20%D0%9A"
    )
    assert "%26" in links.yandex
    assert "%26" in links.route


@pytest.mark.parametrize("address", ["", "  ", None])
def test_nothing_known_gives_no_links(address: str | None) -> None:
    assert map_links(None, Decimal("38.8969"), address) is None


def test_links_lead_back_to_the_same_place() -> None:
    links = map_links(Decimal("47.2362"), Decimal("38.8969"))

    assert links is not None
    assert [coordinates_from_text(link) for link in (links.google, links.yandex, links.route)] == [TAGANROG] * 3
