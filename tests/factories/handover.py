"""Hand-overs of clients."""

from typing import Any

from sqlalchemy.orm import Session

from app.models.clients import Client
from app.models.handover import HandedClient, HandedWork, Handover, WorkKind
from tests import factories as make


def make_handover(session: Session, *, client: Client | None = None, **changes: Any) -> Handover:
    """One client with one deal, handed over today to whoever is responsible now; in force and not signed for."""
    handed = client or make.make_client(session)
    values: dict[str, Any] = {
        "number": f"КС-2026-{handed.id:06d}",
        "day": make.TODAY,
        "to_employee": handed.responsible,
        "reason": "Смена участка",
        "client_count": 1,
        "in_force": True,
        "clients": [HandedClient(client_id=handed.id, client_name=handed.name, moved={"deal": 1}, stayed={})],
    }
    if "from_employee" not in changes:
        values["from_employee"] = make.make_employee(session)
    made = Handover(**values | changes)
    deal = make.make_deal(session, client=handed)
    work = HandedWork(handover=made, kind=WorkKind.DEAL, record_table="deal", record_id=deal.id)
    session.add_all([made, work])
    session.flush()
    return made
