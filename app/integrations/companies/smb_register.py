"""The register of small and medium businesses (ФНС, open data 7707329152-rsmp): a zip of XML files, monthly.

It names about six million companies and sole proprietors that are in business: INN, OGRN, names, region and town; no
KPP, no address, no head.
"""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from lxml import etree

from app.errors import IntegrationError
from app.integrations.companies.facts import CompanyFacts
from app.texts import lazy

MOST_UNPACKED = 60 * 1024**3
"""Bytes: the whole register unpacks to some 20 GB."""
MOST_OF_ONE_FILE = 200 * 1024**2
MOST_FILES = 50_000
HIGHEST_RATIO = 200
"""How many times a file may grow when unpacked: XML of this register grows about twentyfold, a bomb a thousandfold."""
_TOWN_KINDS = ("город", "г", "г.")


def read_zip(path: Path) -> Iterator[CompanyFacts]:
    """The companies of all XML files of an archive. Raises IntegrationError for a bomb or a damaged archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if member.filename.lower().endswith(".xml")]
            _check_size(members)
            for member in members:
                with archive.open(member) as file:
                    yield from read_xml(_Limited(file, member.file_size))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise IntegrationError(lazy("The archive is damaged or protected by a password.")) from error


def _check_size(members: list[zipfile.ZipInfo]) -> None:
    if not members:
        raise IntegrationError(lazy("There is no XML file in the archive."))
    whole = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    is_too_much = (
        len(members) > MOST_FILES
        or whole > MOST_UNPACKED
        or any(member.file_size > MOST_OF_ONE_FILE for member in members)
        or whole > HIGHEST_RATIO * max(packed, 1)
    )
    if is_too_much:
        raise IntegrationError(lazy("The archive unpacks to more than a register can hold; it was not read."))


class _Limited:
    """A file that gives no more bytes than its archive has promised."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file = file
        self._left = most

    def read(self, size: int = -1) -> bytes:
        """Read on; raises IntegrationError beyond the promised size."""
        data = self._file.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise IntegrationError(lazy("The archive unpacks to more than a register can hold; it was not read."))
        return data


def read_xml(file: Any) -> Iterator[CompanyFacts]:
    """The companies of one XML file. Entities and outside documents are not followed."""
    try:
        parsed = etree.iterparse(
            file, tag="Документ", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for _event, element in parsed:
            if element.getroottree().docinfo.doctype:
                raise IntegrationError(lazy("The file has a document type definition; a register has none."))
            facts = _facts(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            if facts is not None:
                yield facts
    except etree.XMLSyntaxError as error:
        raise IntegrationError(lazy("The file is no XML, or it is damaged.")) from error


def _facts(document: Any) -> CompanyFacts | None:
    company, person = document.find("ОргВклМСП"), document.find("ИПВклМСП")
    day = _day(document.get("ДатаСост"))
    place = document.find("СведМН")
    region, town = _place(place)
    if company is not None:
        full = company.get("НаимОрг", "")
        return CompanyFacts(
            inn=company.get("ИННЮЛ", ""),
            name=company.get("НаимОргСокр") or full,
            as_of=day,
            ogrn=company.get("ОГРН", ""),
            full_name=full,
            region=region,
            town=town,
        )
    if person is None:
        return None
    name = _person(person.find("ФИОИП"))
    return CompanyFacts(
        inn=person.get("ИННФЛ", ""),
        name=f"ИП {name}",
        as_of=day,
        is_person=True,
        ogrn=person.get("ОГРНИП", ""),
        full_name=f"Индивидуальный предприниматель {name}",
        region=region,
        town=town,
        head_name=name,
    )


def _person(element: Any) -> str:
    if element is None:
        return ""
    return " ".join(filter(None, (element.get(name, "") for name in ("Фамилия", "Имя", "Отчество")))).title()


def _place(element: Any) -> tuple[str, str]:
    if element is None:
        return "", ""
    named = {part.tag: part for part in element}
    region = named.get("Регион")
    town = next((named[tag] for tag in ("Город", "НаселПункт") if tag in named), None)
    if town is None and region is not None and region.get("Тип", "").lower() in _TOWN_KINDS:
        town = region
    return _name(region), _name(town)


def _name(element: Any) -> str:
    return element.get("Наим", "").title() if element is not None else ""


def _day(text: str | None) -> date:
    try:
        return datetime.strptime(text or "", "%d.%m.%Y").date()  # noqa: DTZ007 (a plain day)
    except ValueError as error:
        raise IntegrationError(lazy("A document of the register has no day.")) from error
