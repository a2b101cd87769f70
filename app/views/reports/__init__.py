"""Reports at /reports/<name>/."""

from app.views.reports.base import ReportView
from app.views.reports.completeness import CompletenessReportView
from app.views.reports.funnel import FunnelView

__all__ = ["CompletenessReportView", "FunnelView", "ReportView"]
