"""What a register tells about one company or sole proprietor, whatever the register."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CompanyState(StrEnum):
    """The state of a company, as the state register names it."""

    ACTIVE = "active"
    REORGANIZING = "reorganizing"
    LIQUIDATING = "liquidating"
    BANKRUPT = "bankrupt"
    LIQUIDATED = "liquidated"


@dataclass(frozen=True)
class CompanyFacts:
    """Texts are empty where the register says nothing. `as_of` is the day that the register speaks of."""

    inn: str
    name: str
    as_of: date
    is_person: bool = False
    kpp: str = ""
    ogrn: str = ""
    full_name: str = ""
    region: str = ""
    town: str = ""
    address: str = ""
    head_name: str = ""
    head_position: str = ""
    state: CompanyState = CompanyState.ACTIVE
