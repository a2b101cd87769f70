"""Reports at /reports/<name>/."""

from app.views.reports.base import ReportView
from app.views.reports.funnel import FunnelView

__all__ = ["FunnelView", "ReportView"]
