"""Boards of deals and claims: the same records as the lists, by stage and status."""

from app.views.boards.screens import ClaimBoardView, DealBoardView

__all__ = ["ClaimBoardView", "DealBoardView"]
