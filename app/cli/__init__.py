"""`flask kontora …`: what an administrator does from the terminal."""

from flask import Flask

from app.cli import backup, checks, security, start
from app.cli.group import MIGRATIONS, kontora

__all__ = ["MIGRATIONS", "install", "kontora"]

COMMANDS = (
    start.prepare,
    start.preflight,
    security.init_security_command,
    security.create_user_command,
    checks.check,
    backup.backup,
    backup.restore,
)


def install(app: Flask) -> None:
    """Give the application its commands."""
    for command in COMMANDS:
        kontora.add_command(command)
    app.cli.add_command(kontora)
