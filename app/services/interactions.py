"""Rules for interactions: what must be filled in, what counts as activity, what is overdue."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.errors import RuleError
from app.models.interactions import Interaction, InteractionKind, InteractionState
from app.texts import _


def check_interaction(interaction: Interaction) -> None:
    """Refuse an interaction without a contact, a meeting without an end or place, a done one without a result.

    Mandatory are the client, the contact or the details used, the topic and the comment. A letter that went or came
    is its own result.
    """
    if interaction.contact is None and not interaction.contact_details:
        raise RuleError(_("Choose the contact, or write the phone or e-mail that was used."))
    if interaction.contact is not None and interaction.contact.client is not interaction.client:
        raise RuleError(_("This contact works for another client."))
    if interaction.deal is not None and interaction.deal.client is not interaction.client:
        raise RuleError(_("This deal is with another client."))
    if interaction.equipment is not None and interaction.equipment.client is not interaction.client:
        raise RuleError(_("This equipment is another client's."))
    if interaction.kind is InteractionKind.MEETING and not interaction.place:
        raise RuleError(_("Say where the meeting is."))
    if interaction.state is InteractionState.DONE and not (interaction.result or _is_written(interaction)):
        raise RuleError(_("Describe the result before marking the interaction as done."))
    if interaction.ends_at is not None and interaction.ends_at < interaction.starts_at:
        raise RuleError(_("The interaction ends before it begins."))


def _is_written(interaction: Interaction) -> bool:
    return interaction.kind is InteractionKind.LETTER and bool(interaction.comment)


def is_overdue(interaction: Interaction, now: datetime) -> bool:
    """Tell whether a planned interaction is past its time."""
    return interaction.state is InteractionState.PLANNED and interaction.starts_at < now


def move_interaction(interaction: Interaction, starts_at: datetime) -> None:
    """Move a planned interaction to another time; it lasts as long as before.

    Raises RuleError when it is over or called off.
    """
    if interaction.state is not InteractionState.PLANNED:
        raise RuleError(_("Only a planned interaction can be moved."))
    if interaction.ends_at is not None:
        interaction.ends_at += starts_at - interaction.starts_at
    interaction.starts_at = starts_at


def put_off_interaction(interaction: Interaction, day: date, *, zone: ZoneInfo) -> None:
    """Move a planned interaction to another day at the same time by the company's clock. Raises RuleError as above."""
    local = interaction.starts_at.astimezone(zone)
    move_interaction(interaction, datetime.combine(day, local.time(), zone).astimezone(UTC))


def finish_interaction(interaction: Interaction, *, now: datetime) -> None:
    """Mark as done. Raises RuleError without a result."""
    interaction.state = InteractionState.DONE
    check_interaction(interaction)
    interaction.ends_at = interaction.ends_at or max(now, interaction.starts_at)
