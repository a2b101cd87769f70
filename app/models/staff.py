"""Own organisations and their bank accounts, departments, employees, working days and absences."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Choice, ChoiceType, Money, User, UtcDateTime
from app.models.base import Record, Row, Searchable, named
from app.texts import lazy


class Organisation(Record):
    """One of our own legal entities: the seller in documents, the owner of bank accounts."""

    named_by = ("name",)

    __tablename__ = "organisation"

    name: Mapped[str] = mapped_column(String(200), unique=True, info=named(lazy("Name")))
    full_name: Mapped[str] = mapped_column(String(300), info=named(lazy("Full name")))
    inn: Mapped[str] = mapped_column(String(12), info=named(lazy("INN"), lazy("10 or 12 digits")))
    kpp: Mapped[str | None] = mapped_column(String(9), info=named(lazy("KPP")))
    ogrn: Mapped[str | None] = mapped_column(String(15), info=named(lazy("OGRN")))
    address: Mapped[str] = mapped_column(String(500), info=named(lazy("Legal address")))
    phone: Mapped[str | None] = mapped_column(String(50), info=named(lazy("Phone")))
    director: Mapped[str] = mapped_column(String(150), info=named(lazy("Director")))
    director_genitive: Mapped[str | None] = mapped_column(
        String(200), info=named(lazy("Represented by"), lazy("in the genitive case, as in the contract's preamble"))
    )
    accountant: Mapped[str | None] = mapped_column(String(150), info=named(lazy("Chief accountant")))
    number_prefix: Mapped[str] = mapped_column(String(6), default="", info=named(lazy("Prefix of numbers")))

    def __str__(self) -> str:
        return self.name


class BankAccount(Record):
    """A bank account of one of our organisations."""

    __tablename__ = "bank_account"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), index=True, info=named(lazy("Organisation"))
    )
    name: Mapped[str] = mapped_column(String(100), info=named(lazy("Name")))
    account: Mapped[str] = mapped_column(String(20), unique=True, info=named(lazy("Account number")))
    bank_name: Mapped[str] = mapped_column(String(200), info=named(lazy("Bank")))
    bik: Mapped[str] = mapped_column(String(9), info=named(lazy("BIK")))
    correspondent_account: Mapped[str | None] = mapped_column(String(20), info=named(lazy("Correspondent account")))
    currency: Mapped[str] = mapped_column(String(3), default="RUB", info=named(lazy("Currency")))
    opening_balance: Mapped[Decimal] = mapped_column(Money, default=0, info=named(lazy("Opening balance")))
    is_active: Mapped[bool] = mapped_column(default=True, info=named(lazy("Active")))
    organisation: Mapped[Organisation] = relationship(Organisation)

    def __str__(self) -> str:
        return f"{self.name} …{self.account[-4:]}"


class Department(Record):
    """A part of the company (подразделение): sales, service, accounting."""

    named_by = ("name",)

    __tablename__ = "department"

    name: Mapped[str] = mapped_column(String(100), unique=True, info=named(lazy("Name")))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), info=named(lazy("Part of")))
    is_active: Mapped[bool] = mapped_column(default=True, info=named(lazy("Active")))
    parent: Mapped["Department | None"] = relationship(remote_side="Department.id")

    def __str__(self) -> str:
        return self.name


class Employee(Record, Searchable):
    """A person who works for us. Has at most one login; stays in history after leaving."""

    named_by = ("family_name", "given_name", "patronymic")

    __tablename__ = "employee"

    family_name: Mapped[str] = mapped_column(String(60), info=named(lazy("Family name")))
    given_name: Mapped[str] = mapped_column(String(60), info=named(lazy("Given name")))
    patronymic: Mapped[str | None] = mapped_column(String(60), info=named(lazy("Patronymic")))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True, info=named(lazy("Department")))
    position: Mapped[str] = mapped_column(String(100), info=named(lazy("Position")))
    phone: Mapped[str | None] = mapped_column(String(50), info=named(lazy("Phone")))
    email: Mapped[str | None] = mapped_column(String(254), info=named(lazy("E-mail")))
    extension: Mapped[str | None] = mapped_column(
        String(30), index=True, info=named(lazy("Extension"), lazy("inside the office; calls are told by it"))
    )
    user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"), unique=True, info=named(lazy("Login")))
    is_manager: Mapped[bool] = mapped_column(default=False, info=named(lazy("Sales manager")))
    is_engineer: Mapped[bool] = mapped_column(default=False, info=named(lazy("Service engineer")))
    home_town: Mapped[str | None] = mapped_column(String(100), info=named(lazy("Town")))
    hired_on: Mapped[date | None] = mapped_column(info=named(lazy("Hired on")))
    dismissed_on: Mapped[date | None] = mapped_column(info=named(lazy("Dismissed on")))
    department: Mapped[Department] = relationship(Department)
    user: Mapped[User | None] = relationship(User, foreign_keys=[user_id])

    @property
    def full_name(self) -> str:
        """Family name, given name, patronymic."""
        return " ".join(filter(None, (self.family_name, self.given_name, self.patronymic)))

    def __str__(self) -> str:
        initials = "".join(f"{name[0]}." for name in (self.given_name, self.patronymic) if name)
        return f"{self.family_name} {initials}".strip()

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.full_name, self.position, self.phone, self.email]


class CalendarDay(Record):
    """A day that differs from the official working calendar: a regional holiday, a day moved by order."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(unique=True, info=named(lazy("Day")))
    is_working: Mapped[bool] = mapped_column(default=False, info=named(lazy("Working day")))
    comment: Mapped[str | None] = mapped_column(String(200), info=named(lazy("Comment")))

    def __str__(self) -> str:
        return self.day.isoformat()


class AbsenceKind(Choice):
    """Why an employee is away."""

    LEAVE = "leave", lazy("Leave"), "plan"
    ILLNESS = "illness", lazy("Illness"), "plan"
    TRAINING = "training", lazy("Training"), "plan"
    OTHER = "other", lazy("Other absence"), "plan"


class Absence(Record):
    """Time when an employee cannot be planned: leave, illness, training."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "employee_id", "starts_at"),
    )

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), info=named(lazy("Employee")))
    kind: Mapped[AbsenceKind] = mapped_column(ChoiceType(AbsenceKind), info=named(lazy("Kind")))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, info=named(lazy("From")))
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, info=named(lazy("Until")))
    comment: Mapped[str | None] = mapped_column(String(200), info=named(lazy("Comment")))
    employee: Mapped[Employee] = relationship(Employee)

    def __str__(self) -> str:
        return f"{self.employee}: {self.kind.label}"


class NumberSeries(Row):
    """The last number given, per kind of document, organisation and year. Taken in the document's transaction."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("kind", "organisation_id", "year"),)

    kind: Mapped[str] = mapped_column(String(30))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)
