"""What a rule of the next step must say, and how it words the topic of what it plans."""

from collections.abc import Mapping

from app.errors import RuleError
from app.models.follow_ups import FollowUpEvent, FollowUpFor, FollowUpOutcome, FollowUpRule
from app.models.interactions import InteractionKind
from app.texts import _

MOST_DAYS = 365
LONGEST_TOPIC = 200
_NAMES = {"topic": "тема", "number": "номер", "client": "клиент"}
"""What may stand in the topic in braces, and its Russian name."""


def check_rule(rule: FollowUpRule) -> None:
    """Clear what does not belong to the event.

    Raises RuleError without a stage or a named employee where one is needed, and for a term that makes no sense.
    """
    if rule.days is None or not 0 <= rule.days <= MOST_DAYS:
        raise RuleError(_("The next step comes after 0 to %(most)s days.", most=MOST_DAYS))
    if rule.event is not FollowUpEvent.INTERACTION:
        rule.interaction_kind = None
    if rule.interaction_kind is not InteractionKind.CALL:
        rule.outcome = FollowUpOutcome.ANY
    if rule.event is not FollowUpEvent.DEAL_STAGE:
        rule.stage = None
    elif rule.stage is None:
        raise RuleError(_("Choose the stage that the rule follows."))
    if rule.assignee is not FollowUpFor.NAMED:
        rule.employee = None
    elif rule.employee is None:
        raise RuleError(_("Name the employee who gets the next step."))


def fill_topic(template: str, words: Mapping[str, str]) -> str:
    """The topic with the words of the event in the places of {topic}, {number} and {client}, in either language."""
    filled = template
    for name, russian in _NAMES.items():
        if name in words:
            for each in (name, russian):
                filled = filled.replace(f"{{{each}}}", words[name])
    return " ".join(filled.split())[:LONGEST_TOPIC]
