"""What is written on a timeline: contacts with their next step, comments that mention people, pins."""

from app.services.timeline.comments import (
    add_comment,
    check_own,
    delete_comment,
    edit_comment,
    may_delete,
    may_edit,
)
from app.services.timeline.contacts import NextStep, Talk, Written, log_talk, plan_step
from app.services.timeline.hosts import Host, client_of, host_links
from app.services.timeline.mentions import MENTION, Mentions, mentioned, tell_mentioned
from app.services.timeline.pins import PINNED, pin, unpin

__all__ = [
    "MENTION",
    "PINNED",
    "Host",
    "Mentions",
    "NextStep",
    "Talk",
    "Written",
    "add_comment",
    "check_own",
    "client_of",
    "delete_comment",
    "edit_comment",
    "host_links",
    "log_talk",
    "may_delete",
    "may_edit",
    "mentioned",
    "pin",
    "plan_step",
    "tell_mentioned",
    "unpin",
]
