from decimal import Decimal

import pytest
from lxml import etree

from app.reports.clients_map import Debt, Place
from app.reports.rendering import kml
from app.reports.rendering.kml import clients_kml

NAMES = {"k": "http://www.opengis.net/kml/2.2"}


def place(key: int = 7, **changes) -> Place:
    values = {
        "id": key,
        "name": "ООО «Ромашка» & Ко",
        "town": "Таганрог",
        "address": "",
        "responsible": "Иванова Анна",
        "latitude": Decimal("47.2362"),
        "longitude": Decimal("38.8969"),
    }
    return Place(**values | changes)


def read(content: bytes):
    return etree.fromstring(content)


def texts(tree, path: str) -> list[str]:
    return [element.text for element in tree.iterfind(path, NAMES)]


def test_placemark_has_name_place_and_key() -> None:
    tree = read(clients_kml("Клиенты", [place()]))
    mark = tree.find("k:Document/k:Folder/k:Placemark", NAMES)

    assert tree.tag == "{http://www.opengis.net/kml/2.2}kml"
    assert texts(tree, "k:Document/k:name") == ["Клиенты"]
    assert texts(mark, "k:name") == ["ООО «Ромашка» & Ко"]
    assert texts(mark, "k:Point/k:coordinates") == ["38.8969,47.2362"]
    assert texts(mark, "k:ExtendedData/k:Data[@name='id']/k:value") == ["7"]
    assert texts(mark, "k:address") == ["Таганрог"]


def test_every_manager_has_a_folder() -> None:
    tree = read(clients_kml("Клиенты", [place(1), place(2), place(3, responsible="Петров Борис")]))

    assert texts(tree, "k:Document/k:Folder/k:name") == ["Иванова Анна", "Петров Борис"]
    assert [len(folder.findall("k:Placemark", NAMES)) for folder in tree.iterfind(".//k:Folder", NAMES)] == [2, 1]


def test_long_folder_is_divided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kml, "MOST_IN_FOLDER", 2)

    tree = read(clients_kml("Клиенты", [place(1), place(2), place(3)]))

    assert texts(tree, "k:Document/k:Folder/k:name") == ["Иванова Анна", "Иванова Анна (2)"]


def test_style_tells_the_debt() -> None:
    tree = read(clients_kml("Клиенты", [place(debt=Debt.OVERDUE)]))

    assert texts(tree, ".//k:Placemark/k:styleUrl") == ["#overdue"]
    assert texts(tree, "k:Document/k:Style[@id='overdue']/k:IconStyle/k:color") == ["ff1823b4"]


def test_characters_that_xml_cannot_keep_are_dropped() -> None:
    tree = read(clients_kml("Клиенты", [place(name="Завод\x00\x0b 1", address="ул. Мира", town="")]))

    assert texts(tree, ".//k:Placemark/k:name") == ["Завод 1"]
    assert texts(tree, ".//k:Placemark/k:address") == ["ул. Мира"]


def test_client_without_address_has_none() -> None:
    assert texts(read(clients_kml("Клиенты", [place(town="")])), ".//k:address") == []


def test_nobody_gives_an_empty_document() -> None:
    assert read(clients_kml("Клиенты", [])).find(".//k:Placemark", NAMES) is None
