"""`/radar/`: everything that slips, each line with its rule and the button that mends it."""

from app.views.radar.rules import RadarRuleView
from app.views.radar.view import RadarView

__all__ = ["RadarRuleView", "RadarView"]
