"""What gunicorn serves while requests are counted: Kontora on the measured database, and the scaffold beside it."""

import os
from pathlib import Path

from flask import Flask

from app.factory import create_app
from bench.pages import add_limit
from bench.scaffold import make_scaffold
from config import Settings


def kontora() -> Flask:
    """Kontora with the yardstick among its pages."""
    app = create_app(Settings.read(os.environ))
    app.config["WTF_CSRF_ENABLED"] = False
    add_limit(app, int(os.environ["BENCH_MANAGER"]))
    return app


def stock() -> Flask:
    """The stock Flask-AppBuilder list."""
    folder, database = Path(os.environ["BENCH_FOLDER"]), os.environ["KONTORA_DATABASE_URL"]
    return make_scaffold(folder, database, int(os.environ["BENCH_MANAGER"]))
