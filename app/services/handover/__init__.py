"""Handing clients over: what is open at them, the act itself, and the new manager's signature."""

from app.services.handover.moving import MOST_CLIENTS, HandoverPlan, check_sides, hand_over
from app.services.handover.receipt import check_receipt, may_receive, receive
from app.services.handover.work import open_work

__all__ = [
    "MOST_CLIENTS",
    "HandoverPlan",
    "check_receipt",
    "check_sides",
    "hand_over",
    "may_receive",
    "open_work",
    "receive",
]
