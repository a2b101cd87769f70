"""The REST API: every table of the generated screens, with the same rights, rows, fields and rules."""

from app.views.api.tables import TableApi, table_api

__all__ = ["TableApi", "table_api"]
