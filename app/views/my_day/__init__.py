"""My day: what a person has to do today, and the engineer's visit on the phone."""

from app.views.my_day.view import MyDayView

__all__ = ["MyDayView"]
