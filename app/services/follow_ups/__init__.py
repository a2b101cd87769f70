"""What follows an event by the office's rules: a call, meeting or letter, planned once and for the right person."""

from app.services.follow_ups.defaults import add_default_rules
from app.services.follow_ups.events import Happened, happened_with, what_happened
from app.services.follow_ups.planning import (
    STEP_AT,
    Office,
    Proposal,
    active_rules,
    follow_up,
    is_followed,
    matching_rule,
    note_followed,
    office,
    plan_proposed,
    propose,
)
from app.services.follow_ups.rules import check_rule, fill_topic
from app.services.follow_ups.watching import deciding

__all__ = [
    "STEP_AT",
    "Happened",
    "Office",
    "Proposal",
    "active_rules",
    "add_default_rules",
    "check_rule",
    "deciding",
    "fill_topic",
    "follow_up",
    "happened_with",
    "is_followed",
    "matching_rule",
    "note_followed",
    "office",
    "plan_proposed",
    "propose",
    "what_happened",
]
