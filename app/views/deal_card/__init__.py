"""The workspace of a deal: /deals/<id>."""

from app.views.deal_card.view import DealCardView

__all__ = ["DealCardView"]
