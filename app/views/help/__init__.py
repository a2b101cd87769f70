"""Help inside the application: the keys, a few words about the page one is on, and the words of the business."""

from app.views.help.view import HelpView

__all__ = ["HelpView"]
