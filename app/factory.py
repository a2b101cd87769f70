"""Puts the application together. The only module that knows every layer."""

from flask import Flask, request
from flask_compress import Compress
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import app.collector  # (first of ours: the loading of all others is what it is for)
import app.models
import app.services.duplicates
import app.services.follow_ups  # (plans what follows an event)
import app.services.news.finished  # (tells people that their jobs are over)
import app.services.news.watching  # (tells people of what is given to them)
import app.services.search  # noqa: F401 (keeps search keys)
from app import cli, collector, menu, working
from app.database import begin_reading, db, end_reading, install_row_rules
from app.services.visibility import ROW_RULES
from app.views import (
    assets,
    bad_input,
    cell_html,
    errors,
    headers,
    kept_parts,
    languages,
    mentions_html,
    monitoring,
    reference,
    script_texts,
    security,
    sending,
    waiting,
)
from app.views.builder import Builder
from app.views.calls import webhooks
from app.views.compact import Compact
from app.views.completeness import next_question
from app.views.crud import list_page, many
from app.views.current import viewer
from app.views.home import HomeView
from config import ConfigError, Settings, settings_or_exit

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application; reads the environment when no settings are given. Asks and writes no database.

    Raises ConfigError when there is no key to sign cookies with; a command may run without, since one makes it.
    """
    settings = settings or settings_or_exit()
    with collector.held_back():
        return _put_together(settings)


def _put_together(settings: Settings) -> Flask:
    if not settings.secret_key and not cli.runs_commands():
        raise ConfigError("KONTORA_SECRET_KEY is not set")
    app = Flask("app", static_folder=None)
    # A page is not made of indentation. Line breaks stay: they part attributes that stand on lines of their own.
    app.jinja_options = {"lstrip_blocks": True}
    app.config.from_mapping(settings.flask())
    app.jinja_env.add_extension(Compact)
    _believe_proxies(app, settings.trusted_proxies)
    bad_input.install(app)
    _install_database(app)
    working.install(app, settings)
    guard = CSRFProtect(app)
    Compress(app)
    headers.install(app)
    sending.install(app)
    errors.install(app)
    monitoring.install(app)
    assets.install(app)
    cell_html.install(app)
    kept_parts.install(app)
    list_page.install(app)
    many.install(app)
    _install_screens(app)
    webhooks.install(app, guard, app.extensions["appbuilder"].sm.limiter)
    cli.install(app)
    return app


def _believe_proxies(app: Flask, count: int) -> None:
    if count:
        proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # Flask's documented way


def _install_database(app: Flask) -> None:
    db.init_app(app)
    install_row_rules(ROW_RULES)
    app.before_request(_say_what_it_does)
    app.teardown_request(_end)


def _say_what_it_does() -> None:
    """A page that is only read takes no write lock on SQLite."""
    begin_reading(request.method in READING)


def _end(error: BaseException | None) -> None:
    begin_reading(False)
    if error is None and request.method in READING:  # an act that was refused in its middle must end by ROLLBACK
        end_reading(db.session())


def _install_screens(app: Flask) -> None:
    with app.app_context():
        builder = Builder(indexview=HomeView, security_manager_class=security.KontoraSecurityManager)
        builder.init_app(app, db.session)
        security.install(app)
        menu.register(builder)
        waiting.install(app, menu.wanted_counts)
        reference.install(app)
        languages.install(app)
        script_texts.install(app)
        mentions_html.install(app)
    app.jinja_env.globals.update(
        appbuilder=builder,
        frame_of_page=menu.frame_of_page,
        current_viewer=viewer,
        next_question=next_question,
    )


collector.resume()
