"""Screens of the engineers' schedule."""

from app.views.schedule.view import ScheduleView

__all__ = ["ScheduleView"]
