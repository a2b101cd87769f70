"""Rules for terms of sale and contracts."""

from app.errors import RuleError
from app.models.agreements import Agreement, Contract
from app.services.schedules import Stage, check_schedule
from app.texts import _


def schedule_of(agreement: Agreement) -> list[Stage]:
    """The agreement's payment stages as the rules of schedules take them."""
    return [Stage(each.percent, each.event, each.shift_days, each.day_kind) for each in agreement.stages]


def check_agreement(agreement: Agreement) -> None:
    """Refuse a schedule whose shares do not add up to the whole, and terms that end before they begin."""
    if not agreement.stages:
        raise RuleError(_("Add at least one payment stage."))
    check_schedule(schedule_of(agreement))
    if agreement.valid_to and agreement.valid_to < agreement.valid_from:
        raise RuleError(_("The terms end before they begin."))


def check_contract(contract: Contract) -> None:
    """Refuse a contract that ends before it is signed, or has terms of sale made for another client."""
    if contract.valid_to and contract.valid_to < contract.signed_on:
        raise RuleError(_("The contract ends before it is signed."))
    terms = contract.agreement
    if terms is not None and terms.client is not None and terms.client is not contract.client:
        raise RuleError(_("These terms of sale were agreed with another client."))
