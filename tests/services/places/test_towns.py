import pytest

from app.services.places import find_town


@pytest.mark.parametrize(
    ("name", "latitude", "longitude", "region"),
    [
        ("Москва", 55.75, 37.62, "Москва"),
        ("Санкт-Петербург", 59.94, 30.31, "Санкт-Петербург"),
        ("Таганрог", 47.24, 38.9, "Ростовская область"),
        ("г. Орёл", 52.97, 36.07, "Орловская область"),
        ("орел", 52.97, 36.07, "Орловская область"),
        ("город Нижний  Новгород", 56.33, 44.0, "Нижегородская область"),
        ("Урюпинск", 50.8, 42.0, "Волгоградская область"),
        ("Мышкин", 57.79, 38.45, "Ярославская область"),
        ("Севастополь", 44.61, 33.52, "Севастополь"),
        ("Симферополь", 44.96, 34.11, "Республика Крым"),
    ],
)
def test_town_is_found_by_its_russian_name(name: str, latitude: float, longitude: float, region: str) -> None:
    town = find_town(name)

    assert town is not None
    assert (float(town.point.latitude), float(town.point.longitude)) == pytest.approx((latitude, longitude), abs=0.06)
    assert (town.region, town.is_uncertain) == (region, False)


@pytest.mark.parametrize("name", ["", "Нетакогогорода", "г."])
def test_unknown_town_is_none(name: str) -> None:
    assert find_town(name) is None


def test_largest_of_several_towns_is_given_and_marked() -> None:
    kirov = find_town("Киров")

    assert kirov is not None
    assert (kirov.region, kirov.is_uncertain) == ("Кировская область", True)


@pytest.mark.parametrize("region", ["Калужская область", "Калужская обл.", "обл Калужская"])
def test_region_tells_towns_of_one_name_apart(region: str) -> None:
    kirov = find_town("Киров", region)

    assert kirov is not None
    assert (kirov.region, kirov.is_uncertain) == ("Калужская область", False)


def test_town_found_outside_the_named_region_is_uncertain() -> None:
    town = find_town("Таганрог", "Тульская область")

    assert town is not None
    assert (town.region, town.is_uncertain) == ("Ростовская область", True)


@pytest.mark.parametrize(
    ("town", "region", "found"),
    [
        ("Казань", "Татарстан респ", "Республика Татарстан"),
        ("Чебоксары", "Чувашия", "Чувашская Республика"),
        ("Якутск", "Якутия", "Республика Саха (Якутия)"),
        ("Барнаул", "Алтайский край", "Алтайский край"),
        ("Горно-Алтайск", "Республика Алтай", "Республика Алтай"),
    ],
)
def test_region_may_be_written_in_several_ways(town: str, region: str, found: str) -> None:
    place = find_town(town, region)

    assert place is not None
    assert (place.region, place.is_uncertain) == (found, False)
