"""Handing clients over: the wizard, the journal with the new manager's signature, and the pack on paper."""

from app.views.handover.journal import HandoverView
from app.views.handover.wizard import HandoverWizardView

__all__ = ["HandoverView", "HandoverWizardView"]
