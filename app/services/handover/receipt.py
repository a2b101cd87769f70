"""The new manager's signature under a hand-over."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.clock import day_of
from app.errors import RuleError
from app.models.handover import Handover, HandoverState
from app.models.notices import NoticeKind
from app.permissions import WRITE, Viewer
from app.services.notices import Told, tell
from app.texts import _


def check_receipt(handover: Handover, viewer: Viewer) -> None:
    """Raise RuleError when the viewer must not sign: it is signed, taken back, or another's.

    For a manager without a login whoever may hand clients over signs.
    """
    if handover.state is HandoverState.TAKEN_BACK:
        raise RuleError(_("This hand-over was taken back."))
    if handover.state is HandoverState.RECEIVED:
        raise RuleError(_("This hand-over was signed already."))
    if handover.to_employee.user_id is None:
        if not viewer.may(WRITE, "Handovers"):
            raise RuleError(_("The new manager has no login: whoever hands clients over signs for them."))
    elif handover.to_employee.user_id != viewer.user_id:
        raise RuleError(_("Only the new manager signs for the clients: %(who)s.", who=str(handover.to_employee)))


def may_receive(handover: Handover, viewer: Viewer) -> bool:
    """Tell whether the viewer is the one who has to sign."""
    try:
        check_receipt(handover, viewer)
    except RuleError:
        return False
    return True


def receive(session: Session, handover: Handover, *, now: datetime, zone: ZoneInfo) -> None:
    """Sign as the session's viewer and tell whoever handed over. Raises RuleError, see `check_receipt`."""
    viewer: Viewer = session.info["viewer"]
    check_receipt(handover, viewer)
    handover.received_at = now
    handover.received_by_id = viewer.user_id
    session.flush()
    maker = handover.created_by_id
    if maker is not None and maker != viewer.user_id:
        told = {"what": handover.number, "client": str(handover.to_employee), "at": now.isoformat()}
        place = Handover.__tablename__, handover.id, day_of(now, zone)
        tell(session, [Told(maker, NoticeKind.HANDOVER_RECEIVED, *place, told)])
