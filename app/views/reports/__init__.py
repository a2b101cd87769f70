"""Reports at /reports/<name>/."""

from app.views.reports.base import ReportView
from app.views.reports.completeness import CompletenessReportView
from app.views.reports.funnel import FunnelView
from app.views.reports.interest import InterestView
from app.views.reports.manager_activity import ManagerActivityView
from app.views.reports.plan_fact import PlanFactView

__all__ = ["CompletenessReportView", "FunnelView", "InterestView", "ManagerActivityView", "PlanFactView", "ReportView"]
