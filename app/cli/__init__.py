"""`flask kontora …`: what an administrator does from the terminal.

A command's module is read when the command is asked for: migrations alone would make every web process start a
sixth later.
"""

import os
import sys
from importlib import import_module
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

COMMANDS = {
    "backup": "app.cli.backup:backup",
    "check": "app.cli.checks:check",
    "create-user": "app.cli.security:create_user_command",
    "demo": "app.cli.demo:demo",
    "demo-statement": "app.cli.demo:demo_statement_command",
    "export-settings": "app.cli.settings:export_command",
    "fetch-mail": "app.cli.inbox:fetch_mail_command",
    "find-duplicates": "app.cli.duplicates:find_duplicates_command",
    "import-bank": "app.cli.bank:import_bank",
    "import-register": "app.cli.duplicates:import_register",
    "import-settings": "app.cli.settings:import_command",
    "import-table": "app.cli.imports:import_table",
    "init-security": "app.cli.security:init_security_command",
    "new-table": "app.cli.new_table:new_table",
    "nightly": "app.cli.nightly:nightly",
    "preflight": "app.cli.start:preflight",
    "prepare": "app.cli.start:prepare",
    "rebuild-search": "app.cli.checks:rebuild_search",
    "restore": "app.cli.backup:restore",
    "send-mail": "app.cli.mail:send_mail_command",
    "undo": "app.cli.undo:undo",
    "worker": "app.cli.worker:worker",
}
"""Name of a command -> where it is."""


class Commands(AppGroup):
    """The group of all commands."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a database that cannot be reached is one line, not a page of code."""
        try:
            return super().invoke(ctx)
        except OperationalError as error:
            click.echo(f"Kontora: the database does not answer: {error.orig}", err=True)
            sys.exit(1)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Read the command; None when there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        found: click.Command = getattr(import_module(module), name)
        return found


kontora = Commands("kontora", help="Administration of Kontora.")


def runs_commands() -> bool:
    """Tell whether this process is `flask …`, which says so itself, and serves no pages."""
    return os.environ.get("FLASK_RUN_FROM_CLI") == "true"


def install(app: Flask) -> None:
    """Give the application its commands, and `flask db` where a command is what runs."""
    app.cli.add_command(kontora)
    if runs_commands():
        import_module("app.cli.migrating").install(app)
