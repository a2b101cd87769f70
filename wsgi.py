"""Where `flask kontora …` and gunicorn find the application when they are started in this folder."""

from flask import Flask

from app.cli.start import make_ready
from app.database import db
from app.factory import create_app
from config import make_secret_key, settings_or_exit

__all__ = ["create_app", "prepared_app"]


def prepared_app() -> Flask:
    """The application of `make run`: database, rights and key brought up to date before the first page.

    One process does both, so that a second start imports everything once. Workers are forked from it and must not
    share its connections.
    """
    make_secret_key(settings_or_exit())
    settings = settings_or_exit()
    app = create_app(settings)
    with app.app_context():
        for name, value in make_ready(settings, demo=True).items():
            print(f"{name}: {value}", flush=True)  # noqa: T201 (the terminal is where it belongs)
        db.session.remove()
        db.engine.dispose()
    return app
