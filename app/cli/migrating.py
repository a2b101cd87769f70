"""`flask db …` of Flask-Migrate, for those who write migrations (`make migrate`)."""

from flask import Flask
from flask_migrate import Migrate

from app.cli.group import MIGRATIONS
from app.database import db


def install(app: Flask) -> None:
    """Tell Flask-Migrate where our migrations are."""
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
