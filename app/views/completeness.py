"""What a person reads about the filling of cards: the question to ask next, and the screen of the weights."""

from collections.abc import Mapping
from typing import Any

from app.database import db
from app.models.clients import Client, CompletenessField
from app.models.completeness import CompletenessWeight
from app.services.completeness import check_weight
from app.texts import lazy
from app.views.crud import CrudView, Group
from app.views.sections import SETTINGS

ASK: Mapping[CompletenessField, str] = {
    CompletenessField.INN: lazy("Ask for the INN."),
    CompletenessField.KPP: lazy("Ask for the KPP."),
    CompletenessField.OGRN: lazy("Ask for the OGRN."),
    CompletenessField.FULL_NAME: lazy("Ask for the full name of the company."),
    CompletenessField.LEGAL_ADDRESS: lazy("Ask for the legal address."),
    CompletenessField.ACTUAL_ADDRESS: lazy("Ask where they really sit: the actual address."),
    CompletenessField.TOWN: lazy("Ask which town they are in."),
    CompletenessField.PLACE: lazy("Ask how to get there, and mark the place on the map."),
    CompletenessField.PHONE: lazy("Ask for the telephone of the office."),
    CompletenessField.EMAIL: lazy("Ask for the e-mail for documents."),
    CompletenessField.WEBSITE: lazy("Ask for the website."),
    CompletenessField.SEGMENT: lazy("Ask what they do, and choose the segment."),
    CompletenessField.SOURCE: lazy("Ask how they heard of us."),
    CompletenessField.HEAD_NAME: lazy("Ask who heads the company."),
    CompletenessField.HEAD_POSITION: lazy("Ask what the head's position is called."),
    CompletenessField.CONTACT: lazy("Ask whom to talk to: a contact person."),
    CompletenessField.CONTACT_PHONE: lazy("Ask the contact for a direct telephone."),
    CompletenessField.CONTACT_EMAIL: lazy("Ask the contact for an e-mail."),
    CompletenessField.DECIDES: lazy("Ask who decides on purchases."),
    CompletenessField.TURNOVER: lazy("Ask about, or look up, the company's annual turnover."),
    CompletenessField.BANK_ACCOUNT: lazy("Ask for the bank details."),
}
"""What to ask when the field is the weightiest empty one."""


def next_question(client: Any) -> str:
    """What to ask the client when they are on the line; '' when the card is full, or there is no client yet."""
    missing = client.missing if isinstance(client, Client) else None
    return str(ASK[missing]) if missing is not None else ""


class CompletenessWeightView(CrudView):
    """How much each field of a client's card counts."""

    model = CompletenessWeight
    area = "Completeness"
    route_base = "/completeness-weights"
    section = SETTINGS
    title = lazy("Weights of the card's fields")
    title_one = lazy("Weight of a field")
    add_label = lazy("New weight")
    list_names = ("field", "kind", "segment", "weight")
    sorts = ("weight",)
    sort = "-weight"
    filters = ("field", "kind", "segment")
    groups = (Group(lazy("Weight of a field"), ("field", "kind", "segment", "weight")),)

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """One weight for each field, kind and segment."""
        check_weight(db.session(), record)
