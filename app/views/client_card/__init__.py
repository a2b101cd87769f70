"""The card of a client: /clients/card/<id>."""

from app.views.client_card.view import ClientCardView

__all__ = ["ClientCardView"]
