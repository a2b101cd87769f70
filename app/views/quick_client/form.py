"""The form of quick registration: the fewest fields that make a client, and one contact."""

from typing import Any

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.models.clients import Client, ClientKind
from app.models.staff import Employee
from app.services.duplicates import Typed
from app.services.registration import Person, tidy_phone
from app.texts import lazy
from app.views.crud.columns import column_of
from app.views.crud.fields import RelationField, Required, no_control_characters, strip
from app.views.crud.forms import RecordForm


def _text(name: str, *checks: Any, **attributes: Any) -> StringField:
    column = column_of(Client, name)
    kept = {"maxlength": column.length, "autocomplete": "off", **attributes}
    return StringField(
        column.label, [*checks, Length(max=column.length), no_control_characters], filters=[strip], render_kw=kept
    )


def _line(label: str, longest: int, **attributes: Any) -> StringField:
    kept = {"maxlength": longest, "autocomplete": "off", **attributes}
    return StringField(label, [Length(max=longest), no_control_characters], filters=[strip], render_kw=kept)


class QuickForm(RecordForm):
    """What is asked, in the order of asking."""

    kind = RadioField(
        lazy("Kind"),
        [Required()],
        choices=[SelectChoice(kind.value, kind.label) for kind in ClientKind],
        default=ClientKind.COMPANY,
    )
    inn = _text("inn", inputmode="numeric", **{"data-inn": ""})
    kpp = _text("kpp")
    name = _text("name", Required())
    town = _text("town")
    phone = _text("phone", type="tel")
    email = _text("email", type="email")
    contact = _line(lazy("Contact: family name, given name, patronymic"), 180)
    contact_position = _line(lazy("Position"), 100)
    contact_phone = _line(lazy("Contact's phone"), 60, type="tel")
    contact_email = _line(lazy("Contact's e-mail"), 254, type="email")
    responsible = RelationField(lazy("Responsible"), [Required()], target=Employee)
    full_name = _text("full_name")
    ogrn = _text("ogrn", inputmode="numeric")
    legal_address = _text("legal_address")
    region = _text("region")
    head_name = _text("head_name")
    head_position = _text("head_position")
    reason = _line(lazy("Why this is another client"), 300)

    def client(self) -> Client:
        """A new client with what was typed; the contact is `person()`."""
        names = (
            "name", "full_name", "inn", "kpp", "ogrn", "legal_address", "town", "region", "email", "head_name",
            "head_position",
        )  # fmt: skip
        values = {name: self[name].data for name in names}
        return Client(
            kind=ClientKind(self.kind.data),
            phone=tidy_phone(self.phone.data),
            responsible=self.responsible.data,
            **values,
        )

    def person(self) -> Person:
        """The contact, empty when none was typed."""
        return Person(*(self[name].data or "" for name in PERSON))


PERSON = ("contact", "contact_position", "contact_phone", "contact_email")
REQUISITES = ("full_name", "ogrn", "legal_address", "region", "head_name", "head_position")


def typed_facts(given: Any) -> Typed:
    """What tells the client apart, from the arguments of an address or the values of the form; for the live check."""
    kind = given.get("kind", "")
    return Typed(
        name=given.get("name", "")[:200],
        kind=ClientKind(kind) if kind in set(ClientKind) else ClientKind.COMPANY,
        inn=given.get("inn", "")[:20],
        kpp=given.get("kpp", "")[:20],
        ogrn=given.get("ogrn", "")[:20],
        town=given.get("town", "")[:100],
        phones=[given.get("phone", "")[:100], given.get("contact_phone", "")[:60]],
        emails=[given.get("email", "")[:254], given.get("contact_email", "")[:254]],
        people=[given.get("contact", "")[:180], given.get("head_name", "")[:150]],
    )
