"""Consents of contacts, one withdrawn with its request to erase overdue, and somebody kept too long."""

from datetime import timedelta

from app.models.personal_data import Consent, ConsentForm, ConsentPurpose, Erasure, ErasureBasis
from app.services.demo.clients import Card
from app.services.demo.world import World
from app.services.numbering import take_number
from app.services.personal_data import ERASURE_DAYS
from app.services.service.requests import first_organisation

_TEXT = "№ 2 от 01.09.2025"


def make_consents(world: World, cards: list[Card]) -> None:
    """Every fourth contact agreed to advertising; a few terms end soon; two withdrew, one of them too long ago."""
    contacts = [card.contacts[0] for card in cards[::4]]
    consents = [
        Consent(
            contact=contact,
            purpose=ConsentPurpose.PORTRAIT if number % 5 == 0 else ConsentPurpose.ADVERTISING,
            form=ConsentForm.PAPER if number % 3 else ConsentForm.WEBSITE,
            text_version=_TEXT,
            given_on=world.ago(400 - number % 300),
            valid_until=world.ago(-20) if number % 9 == 4 else None,
        )
        for number, contact in enumerate(contacts)
    ]
    erasures = [_withdraw(world, consents[place], days) for place, days in ((1, ERASURE_DAYS + 6), (2, 4))]
    world.save([*consents, *erasures])


def _withdraw(world: World, consent: Consent, days: int) -> Erasure:
    day = world.ago(days)
    consent.withdrawn_on = day
    return Erasure(
        number=take_number(world.session, "erasure", first_organisation(world.session), day),
        contact=consent.contact,
        basis=ErasureBasis.WITHDRAWN,
        requested_on=day,
        due_on=day + timedelta(days=ERASURE_DAYS),
    )
