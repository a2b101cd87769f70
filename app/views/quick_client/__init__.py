"""Quick registration of a client."""

from app.views.quick_client.view import QuickClientView

__all__ = ["QuickClientView"]
