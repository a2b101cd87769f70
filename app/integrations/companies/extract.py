"""Reads an extract of a register of companies from a file, one company at a time: the memory stays flat.

Three shapes: the open data of ФНС «Единый реестр субъектов МСП» (a zip of XML files), and a table, CSV or XLSX, with
a column «ИНН». Files come from outside: entities are off in XML, and a zip that unpacks too much is refused.
"""

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from app.errors import IntegrationError
from app.integrations.companies import smb_register, tables
from app.integrations.companies.facts import CompanyFacts
from app.texts import lazy


def read_extract(path: Path, today: date) -> Iterator[CompanyFacts]:
    """The companies of a file, in its order. `today` is the day of a table that names none.

    Raises IntegrationError for a file of another kind, a damaged one, or one that unpacks too much.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        yield from tables.read_csv(path, today)
    elif suffix == ".xlsx":
        yield from tables.read_xlsx(path, today)
    elif suffix == ".zip" and zipfile.is_zipfile(path):
        yield from smb_register.read_zip(path)
    elif suffix == ".xml":
        with path.open("rb") as file:
            yield from smb_register.read_xml(file)
    else:
        raise IntegrationError(lazy("The extract must be a zip of XML files, an XML file, CSV or XLSX."))
