"""Rules for claims: the way from registration to the close, and what must be known at each step."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.errors import RuleError
from app.models.claims import Claim, ClaimEvent, ClaimStatus
from app.services.numbering import take_number
from app.services.service.requests import first_organisation
from app.texts import _

ANSWER_DAYS = 30
"""Term of the answer in calendar days where the contract sets none: АПК РФ, ст. 4, ч. 5."""

MOVES: dict[ClaimStatus, frozenset[ClaimStatus]] = {
    ClaimStatus.REGISTERED: frozenset({ClaimStatus.INVESTIGATION, ClaimStatus.SETTLEMENT}),
    ClaimStatus.INVESTIGATION: frozenset({ClaimStatus.SETTLEMENT, ClaimStatus.CLOSED}),
    ClaimStatus.SETTLEMENT: frozenset({ClaimStatus.INVESTIGATION, ClaimStatus.CLOSED}),
    ClaimStatus.CLOSED: frozenset({ClaimStatus.INVESTIGATION}),
}


def check_claim(claim: Claim) -> None:
    """Fill in the term of the answer; refuse links to records of other clients and an answer before the claim."""
    if claim.answer_due_on is None:
        claim.answer_due_on = claim.registered_on + timedelta(days=ANSWER_DAYS)
    if claim.answer_due_on < claim.registered_on:
        raise RuleError(_("The answer is due before the claim was registered."))
    linked = (claim.contact, claim.invoice, claim.equipment, claim.interaction)
    if any(record is not None and record.client is not claim.client for record in linked):
        raise RuleError(_("The contact, document, equipment and interaction must be of the same client."))


def number_claim(session: Session, claim: Claim) -> None:
    """Give a new claim its number."""
    if not claim.number:
        claim.number = take_number(session, "claim", first_organisation(session), claim.registered_on)


def move_claim(session: Session, claim: Claim, to: ClaimStatus, *, today: date) -> None:
    """Move a claim to another status and log it.

    Raises RuleError when MOVES does not allow the step, or a claim would be closed without reason, result, outcome.
    """
    if to not in MOVES[claim.status]:
        raise RuleError(
            _("A claim cannot go from «%(old)s» to «%(new)s».", old=str(claim.status.label), new=str(to.label))
        )
    if to is ClaimStatus.CLOSED:
        _check_closing(claim)
    claim.closed_on = today if to is ClaimStatus.CLOSED else None
    log_event(session, claim, "", before=claim.status, after=to)
    claim.status = to


def _check_closing(claim: Claim) -> None:
    missing = {
        _("reason"): claim.reason,
        _("result"): claim.result,
        _("outcome"): claim.outcome,
    }
    empty = [name for name, value in missing.items() if not value]
    if empty:
        raise RuleError(_("Before closing the claim fill in: %(fields)s.", fields=", ".join(empty)))


def log_event(
    session: Session, claim: Claim, text: str, *, before: ClaimStatus | None = None, after: ClaimStatus | None = None
) -> None:
    """Add an entry to the claim's log."""
    viewer = session.info.get("viewer")
    session.add(
        ClaimEvent(
            claim_id=claim.id,
            by_user_id=viewer.user_id if viewer is not None else None,
            from_status=before,
            to_status=after,
            text=text,
        )
    )


def is_overdue(claim: Claim, today: date) -> bool:
    """Tell whether an open claim should have been answered by now."""
    return claim.status is not ClaimStatus.CLOSED and claim.answer_due_on is not None and claim.answer_due_on < today
