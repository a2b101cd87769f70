"""The demo company «Контора-Сервис»: invented, the same from the same seed, with everything relative to today."""

from app.services.demo.build import SETTING, DemoSummary, build_demo
from app.services.demo.statement import demo_statement
from app.services.demo.world import DEFAULT_CLIENTS, DemoOrder

__all__ = ["DEFAULT_CLIENTS", "SETTING", "DemoOrder", "DemoSummary", "build_demo", "demo_statement"]
