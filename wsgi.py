"""Where `flask kontora …` finds the application when it is started in this folder."""

from app.factory import create_app

__all__ = ["create_app"]
