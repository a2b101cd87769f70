"""Clients, their contacts with phones and e-mails, responsibility, turnover and comments."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.database import Choice, ChoiceType, Money, UtcDateTime
from app.models.base import LONG, Record, Row, Searchable, named
from app.models.staff import Employee
from app.texts import lazy


class ClientKind(Choice):
    """What a client is before the law; decides which requisites apply."""

    COMPANY = "company", lazy("Legal entity")
    ENTREPRENEUR = "entrepreneur", lazy("Sole proprietor")
    PERSON = "person", lazy("Private individual")


class ClientStatus(Choice):
    """Where a client stands with us."""

    LEAD = "lead", lazy("Lead"), "info"
    ACTIVE = "active", lazy("Active"), "ok"
    SLEEPING = "sleeping", lazy("Sleeping"), "warn"
    LOST = "lost", lazy("Lost"), "neutral"


class LegalState(Choice):
    """What the state register says about a client."""

    ACTIVE = "active", lazy("Operating"), "ok"
    REORGANIZING = "reorganizing", lazy("Being reorganised"), "warn"
    LIQUIDATING = "liquidating", lazy("Being liquidated"), "danger"
    BANKRUPT = "bankrupt", lazy("Bankrupt"), "danger"
    LIQUIDATED = "liquidated", lazy("Liquidated"), "danger"


class CompletenessField(Choice):
    """What a card is measured by: a field of the client, or what the client's contacts and accounts tell."""

    INN = "inn", lazy("INN")
    KPP = "kpp", lazy("KPP")
    OGRN = "ogrn", lazy("OGRN")
    FULL_NAME = "full_name", lazy("Full name")
    LEGAL_ADDRESS = "legal_address", lazy("Legal address")
    ACTUAL_ADDRESS = "actual_address", lazy("Actual address")
    TOWN = "town", lazy("Town")
    PLACE = "place", lazy("Place on the map")
    PHONE = "phone", lazy("Phone")
    EMAIL = "email", lazy("E-mail")
    WEBSITE = "website", lazy("Website")
    SEGMENT = "segment", lazy("Segment")
    SOURCE = "source", lazy("Came from")
    HEAD_NAME = "head_name", lazy("Head")
    HEAD_POSITION = "head_position", lazy("Head's position")
    CONTACT = "contact", lazy("Contact")
    CONTACT_PHONE = "contact_phone", lazy("Phone of a contact")
    CONTACT_EMAIL = "contact_email", lazy("E-mail of a contact")
    DECIDES = "decides", lazy("Contact who decides")
    TURNOVER = "turnover", lazy("The company's own annual turnover")
    BANK_ACCOUNT = "bank_account", lazy("The client's bank account")


class Segment(Record):
    """A segment of clients, for plans, map and comparison."""

    named_by = ("name",)

    __tablename__ = "segment"

    name: Mapped[str] = mapped_column(String(60), unique=True, info=named(lazy("Name")))

    def __str__(self) -> str:
        return self.name


class Client(Record, Searchable):
    """A company or person that buys, or may buy, from us (клиент). One card per legal entity and branch."""

    named_by = ("name",)

    __tablename__ = "client"
    __table_args__ = (
        Index(None, "inn", "kpp"),
        # The two ways to a salesperson's clients, in the order of the list: own ones, and suppliers. Both hold all
        # that is asked: SQLite, which may have counted no suppliers yet, takes the second one for that.
        Index(None, "responsible_id", "name", "id", "is_supplier", "merged_into_id"),
        Index(
            "ix_client_suppliers_by_name",
            *("name", "id", "responsible_id", "is_supplier", "merged_into_id"),
            sqlite_where=text("is_supplier IS 1"),
            postgresql_where=text("is_supplier IS true"),
        ),
        # Who may see whom, without the cards: counted, and passed over in a page by name.
        Index(None, "responsible_id", "is_supplier", "merged_into_id", "id"),
        Index(None, "name", "id", "responsible_id", "is_supplier", "merged_into_id"),
        Index(None, "inn", "id", "responsible_id", "is_supplier", "merged_into_id"),
        # Orders of the list in which many clients stand alike: the key says which of them comes first.
        Index(None, "status", "id"),
        Index(None, "town", "id"),
        Index(None, "completeness", "id"),
        Index(None, "latitude", "longitude"),
        CheckConstraint("latitude between -90 and 90", name="latitude_on_earth"),
        CheckConstraint("longitude between -180 and 180", name="longitude_on_earth"),
    )

    name: Mapped[str] = mapped_column(String(200), info=named(lazy("Name")))
    full_name: Mapped[str | None] = mapped_column(String(400), info=named(lazy("Full name")))
    kind: Mapped[ClientKind] = mapped_column(
        ChoiceType(ClientKind), default=ClientKind.COMPANY, info=named(lazy("Kind"))
    )
    status: Mapped[ClientStatus] = mapped_column(
        ChoiceType(ClientStatus), default=ClientStatus.LEAD, info=named(lazy("Status"))
    )
    inn: Mapped[str | None] = mapped_column(String(12), info=named(lazy("INN"), lazy("10 or 12 digits")))
    kpp: Mapped[str | None] = mapped_column(String(9), info=named(lazy("KPP"), lazy("9 characters")))
    ogrn: Mapped[str | None] = mapped_column(String(15), info=named(lazy("OGRN"), lazy("13 or 15 digits")))
    legal_address: Mapped[str | None] = mapped_column(String(500), info=named(lazy("Legal address")))
    actual_address: Mapped[str | None] = mapped_column(String(500), info=named(lazy("Actual address")))
    town: Mapped[str | None] = mapped_column(String(100), info=named(lazy("Town")))
    region: Mapped[str | None] = mapped_column(String(100), index=True, info=named(lazy("Region")))
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6), info=named(lazy("Latitude")))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6), info=named(lazy("Longitude")))
    phone: Mapped[str | None] = mapped_column(String(100), info=named(lazy("Phone")))
    email: Mapped[str | None] = mapped_column(String(254), info=named(lazy("E-mail")))
    website: Mapped[str | None] = mapped_column(String(200), info=named(lazy("Website")))
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segment.id"), index=True, info=named(lazy("Segment")))
    responsible_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), info=named(lazy("Responsible")))
    head_name: Mapped[str | None] = mapped_column(String(150), info=named(lazy("Head")))
    head_position: Mapped[str | None] = mapped_column(String(100), info=named(lazy("Head's position")))
    source: Mapped[str | None] = mapped_column(String(100), info=named(lazy("Came from")))
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))
    debt_threshold: Mapped[Decimal] = mapped_column(
        Money, default=0, info=named(lazy("Ignore overdue debt up to"), lazy("roubles"))
    )
    legal_state: Mapped[LegalState | None] = mapped_column(
        ChoiceType(LegalState), info=named(lazy("State in the register"))
    )
    requisites_source: Mapped[str | None] = mapped_column(String(100), info=named(lazy("Requisites are from")))
    requisites_on: Mapped[date | None] = mapped_column(info=named(lazy("Requisites are of")))
    is_supplier: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        info=named(lazy("Supplies us"), lazy("orders to suppliers may name it")),
    )
    completeness: Mapped[int | None] = mapped_column(
        info=named(lazy("Card filled, %"), lazy("counted by the weights of its fields"))
    )
    missing: Mapped[CompletenessField | None] = mapped_column(
        ChoiceType(CompletenessField), info=named(lazy("Ask next"), lazy("the weightiest field that is empty"))
    )
    company_key: Mapped[str] = mapped_column(String(200), default="", index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    responsible: Mapped[Employee] = relationship(Employee)
    segment: Mapped[Segment | None] = relationship(Segment)
    turnovers: Mapped[list["ClientTurnover"]] = relationship(
        back_populates="client",
        cascade="all, delete-orphan",
        order_by="ClientTurnover.year.desc()",
        info=named(lazy("The company's own annual turnover")),
    )
    bank_accounts: Mapped[list["ClientBankAccount"]] = relationship(
        back_populates="client",
        cascade="all, delete-orphan",
        order_by="ClientBankAccount.id",
        info=named(lazy("The client's bank accounts")),
    )

    def __str__(self) -> str:
        return self.name

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.name, self.full_name, self.inn, self.phone, self.email, self.town]


class ClientBankAccount(Record):
    """A bank account of a client: known from the card or learnt from a bank statement."""

    __tablename__ = "client_bank_account"
    __table_args__ = (UniqueConstraint("client_id", "account", "bik"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), info=named(lazy("Client")))
    account: Mapped[str] = mapped_column(String(20), index=True, info=named(lazy("Account number")))
    bik: Mapped[str] = mapped_column(String(9), info=named(lazy("BIK")))
    bank_name: Mapped[str | None] = mapped_column(String(200), info=named(lazy("Bank")))
    client: Mapped[Client] = relationship(Client, back_populates="bank_accounts")

    def __str__(self) -> str:
        return self.account


class ClientTurnover(Record):
    """The client company's own yearly turnover, as it publishes it; not our sales to it."""

    __tablename__ = "client_turnover"
    __table_args__ = (UniqueConstraint("client_id", "year"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), info=named(lazy("Client")))
    year: Mapped[int] = mapped_column(info=named(lazy("Year")))
    amount: Mapped[Decimal] = mapped_column(Money, info=named(lazy("Annual turnover"), lazy("roubles")))
    client: Mapped[Client] = relationship(Client, back_populates="turnovers")

    def __str__(self) -> str:
        return str(self.year)


class ResponsibilityChange(Row):
    """Who was responsible for a client before, who after, since when and by whose decision."""

    __tablename__ = "responsibility_change"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    from_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id"))
    reason: Mapped[str | None] = mapped_column(String(300))
    from_employee: Mapped[Employee | None] = relationship(Employee, foreign_keys=[from_id])
    to_employee: Mapped[Employee] = relationship(Employee, foreign_keys=[to_id])


class ClientComment(Record):
    """A comment on a client, or on one of its deals or machines, with author and time."""

    __tablename__ = "client_comment"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Client")))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id", ondelete="SET NULL"), index=True)
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(String(LONG), info=named(lazy("Text")))
    client: Mapped[Client] = relationship(Client)

    def __str__(self) -> str:
        return self.text[:60]


class Pin(Record):
    """An entry of a client's timeline that stands first: a comment, a call, a document of any kind."""

    __tablename__ = "pin"
    __table_args__ = (UniqueConstraint("record_table", "record_id"),)

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    record_table: Mapped[str] = mapped_column(String(64))
    record_id: Mapped[int]


class ContactRole(Choice):
    """What part a contact plays in the client's decisions."""

    DECIDES = "decides", lazy("Decides"), "ok"
    INFLUENCES = "influences", lazy("Influences"), "info"
    USES = "uses", lazy("Uses the equipment"), "neutral"
    PAYS = "pays", lazy("Accounting"), "plan"
    OTHER = "other", lazy("Other"), "neutral"


class Contact(Record, Searchable):
    """A person at a client (контактное лицо). Personal data: portrait and birth date stand behind their own right."""

    __tablename__ = "contact"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True, info=named(lazy("Client")))
    family_name: Mapped[str] = mapped_column(String(60), index=True, info=named(lazy("Family name")))
    given_name: Mapped[str | None] = mapped_column(String(60), info=named(lazy("Given name")))
    patronymic: Mapped[str | None] = mapped_column(String(60), info=named(lazy("Patronymic")))
    position: Mapped[str | None] = mapped_column(String(100), index=True, info=named(lazy("Position")))
    role: Mapped[ContactRole] = mapped_column(
        ChoiceType(ContactRole), default=ContactRole.OTHER, info=named(lazy("Role"))
    )
    is_main: Mapped[bool] = mapped_column(default=False, info=named(lazy("Main contact")))
    is_active: Mapped[bool] = mapped_column(default=True, info=named(lazy("Active")))
    birth_date: Mapped[date | None] = mapped_column(info=named(lazy("Birth date"), right="ContactBirthDate"))
    portrait: Mapped[str | None] = mapped_column(
        String(LONG),
        info=named(
            lazy("Psychological portrait"),
            lazy("business manner only: nothing about health, religion, politics or family"),
            right="ContactPortrait",
        ),
    )
    comment: Mapped[str | None] = mapped_column(String(LONG), info=named(lazy("Comment")))
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=named(lazy("Personal data erased")))
    client: Mapped[Client] = relationship(Client)
    phones: Mapped[list["ContactPhone"]] = relationship(
        back_populates="contact", cascade="all, delete-orphan", order_by="ContactPhone.id", info=named(lazy("Phones"))
    )
    emails: Mapped[list["ContactEmail"]] = relationship(
        back_populates="contact", cascade="all, delete-orphan", order_by="ContactEmail.id", info=named(lazy("E-mails"))
    )

    @property
    def full_name(self) -> str:
        """Family name, given name, patronymic."""
        return " ".join(filter(None, (self.family_name, self.given_name, self.patronymic)))

    def __str__(self) -> str:
        return self.full_name

    def search_parts(self) -> list[str | None]:
        """The texts by which a person looks for this record."""
        return [self.full_name, *(phone.number for phone in self.phones), *(email.address for email in self.emails)]


class ContactPhone(Row):
    """A phone of a contact: E.164 where it could be read, and as it was typed."""

    __tablename__ = "contact_phone"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(String(30), index=True, info=named(lazy("Phone")))
    extension: Mapped[str | None] = mapped_column(String(10), info=named(lazy("Extension")))
    as_typed: Mapped[str] = mapped_column(String(60), default="")
    contact: Mapped[Contact] = relationship(Contact, back_populates="phones")

    def __str__(self) -> str:
        return self.number


class ContactEmail(Row):
    """An e-mail address of a contact, in lower case."""

    __tablename__ = "contact_email"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(254), index=True, info=named(lazy("E-mail")))
    contact: Mapped[Contact] = relationship(Contact, back_populates="emails")

    def __str__(self) -> str:
        return self.address
