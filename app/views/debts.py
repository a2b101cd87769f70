"""How an overdue debt is shown everywhere: icon, word, amount and days, in red."""

from app.reports.overdue import OverdueDebt
from app.texts import _, ngettext
from app.views import formats
from app.views.pages import Cell


def debt_cell(debt: OverdueDebt) -> Cell:
    """The chip: «Просрочено 834 000,00 ₽, 12 дней»."""
    days = ngettext("%(num)s day", "%(num)s days", debt.days)
    words = _("Overdue %(amount)s, %(days)s", amount=formats.roubles(debt.amount), days=days)
    return Cell(words, "chip", tone="danger")


def overdue_words(days: int) -> str:
    """«Просрочено на 12 дней»."""
    return ngettext("Overdue by %(num)s day", "Overdue by %(num)s days", days)
