"""What registers say about companies, beside our own clients: loaded by the administrator, or asked for and kept."""

from datetime import date, datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import utc_now
from app.database import ChoiceType, UtcDateTime
from app.models.base import Row
from app.models.clients import ClientKind, LegalState


class RegisterCompany(Row):
    """A company or sole proprietor as a register knows it: with the source and the day of what it says.

    One row per INN and KPP (empty where the register has none); a newer extract replaces what an older one said.
    """

    __tablename__ = "register_company"
    __table_args__ = (UniqueConstraint("inn", "kpp"), Index(None, "ogrn"))

    inn: Mapped[str] = mapped_column(String(12))
    kpp: Mapped[str] = mapped_column(String(9), default="")
    ogrn: Mapped[str | None] = mapped_column(String(15))
    kind: Mapped[ClientKind] = mapped_column(ChoiceType(ClientKind))
    name: Mapped[str] = mapped_column(String(200))
    full_name: Mapped[str | None] = mapped_column(String(400))
    region: Mapped[str | None] = mapped_column(String(100))
    town: Mapped[str | None] = mapped_column(String(100))
    address: Mapped[str | None] = mapped_column(String(500))
    head_name: Mapped[str | None] = mapped_column(String(150))
    head_position: Mapped[str | None] = mapped_column(String(100))
    legal_state: Mapped[LegalState] = mapped_column(ChoiceType(LegalState), default=LegalState.ACTIVE)
    source: Mapped[str] = mapped_column(String(100))
    as_of: Mapped[date]
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
