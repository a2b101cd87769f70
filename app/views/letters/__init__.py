"""Letters to clients and their answers."""

from app.views.letters.view import LetterView

__all__ = ["LetterView"]
