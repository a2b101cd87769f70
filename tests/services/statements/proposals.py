"""What is proposed for a line of a statement, and terms of sale to propose by."""

from decimal import Decimal

from app.models.agreements import AgreementStage
from tests.factories import make_agreement

OTHER_INN = "7736050003"


def reasons(line):
    return [reason["code"] for reason in line.proposal["reasons"]]


def parts(line):
    return [(part["due_item"], Decimal(part["amount"])) for part in line.proposal["parts"]]


def offered(line):
    return [(candidate["name"], candidate["because"]) for candidate in line.proposal["candidates"]]


def thirds(session, account):
    """Terms of sale: 30 % and 70 %, both from the invoice."""
    stages = [
        AgreementStage(position=1, percent=Decimal(30), shift_days=3),
        AgreementStage(position=2, percent=Decimal(70), shift_days=30),
    ]
    return make_agreement(session, organisation=account.organisation, stages=stages)
