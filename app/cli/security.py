"""Rights, roles and logins from the terminal."""

import sys

import click
from flask.cli import with_appcontext

from app.cli.group import acting, finish, json_option
from app.permissions import Role
from app.services.completeness import add_weights
from app.services.radar import add_rules
from app.services.security_setup import create_user, init_security


@click.command("init-security")
@json_option
@with_appcontext
def init_security_command(as_json: bool) -> None:
    """Add the rights, the roles and the rules of the radar and the weights that are missing.

    The administrator's own changes stand; repeating does no harm.
    """
    with acting() as session:
        written = init_security(session)
        add_rules(session)
        add_weights(session)
    finish({"rights": written.rights, "roles": written.roles, "grants": written.grants}, as_json)


@click.command("create-user")
@click.argument("login")
@click.option("--role", required=True, help=f"One of the roles: {', '.join(Role)}, or an own one.")
@click.option("--email", default="", help="E-mail, for notifications.")
@click.option("--first-name", default="")
@click.option("--last-name", default="")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of the input.")
@json_option
@with_appcontext
def create_user_command(login: str, role: str, password_stdin: bool, as_json: bool, **person: str) -> None:
    """Make a login for a person; asks for the password twice."""
    password = read_password(password_stdin)
    with acting() as session:
        init_security(session)
        user = create_user(session, login, role, password, **person)
        facts = {"login": user.username, "role": role, "id": user.id}
    finish(facts, as_json)


def read_password(from_input: bool) -> str:
    """The password, without the end of its line; never an argument, which everybody on the machine could read."""
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
