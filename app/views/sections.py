"""The sections of the panel, in words: a page says which one it stands in."""

from app.texts import lazy

HOME = lazy("Home")
CRM = lazy("CRM")
SALES = lazy("Sales")
SERVICE = lazy("Service")
TREASURY = lazy("Treasury")
REPORTS = lazy("Reports")
SETTINGS = lazy("Reference and settings")
