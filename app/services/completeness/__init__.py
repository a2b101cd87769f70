"""How well a client's card is filled, by weights; kept on the client after every save and counted anew each night."""

from app.services.completeness.keeping import keep, keep_all, take_snapshot
from app.services.completeness.measuring import Measured, measure
from app.services.completeness.weights import DEFAULTS, add_weights, check_weight

__all__ = ["DEFAULTS", "Measured", "add_weights", "check_weight", "keep", "keep_all", "measure", "take_snapshot"]
