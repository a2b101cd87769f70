"""Screens of the calendar of events."""

from app.views.calendar.view import CalendarView

__all__ = ["CalendarView"]
