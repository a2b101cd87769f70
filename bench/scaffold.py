"""The scaffold to beat: a stock Flask-AppBuilder list of the same clients, in an application of its own.

Its security tables lie in a SQLite file beside; the rows are read from the measured database through a bind.
"""

from pathlib import Path
from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder, ModelView
from flask_appbuilder.models.sqla.filters import FilterEqual
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, scoped_session, sessionmaker

LOGIN = "scaffold"


class Base(DeclarativeBase):
    """Tables as somebody who begins with Flask-AppBuilder declares them."""


class Person(Base):
    """An employee, as far as the list shows one."""

    __tablename__ = "employee"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_name: Mapped[str]
    given_name: Mapped[str]

    def __repr__(self) -> str:
        return f"{self.family_name} {self.given_name}"


class Firm(Base):
    """A client, as far as the list shows one."""

    __tablename__ = "client"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    inn: Mapped[str]
    town: Mapped[str]
    phone: Mapped[str]
    status: Mapped[str]
    responsible_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    responsible: Mapped[Person] = relationship(Person)


def make_scaffold(folder: Path, database: str, manager_id: int) -> Flask:
    """The application; `LOGIN` with that password too is its administrator, and sees one manager's clients."""
    app = Flask("scaffold")
    app.config.update(
        SECRET_KEY="only-for-benchmarks-0123456789",  # noqa: S106 (guards nothing)
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'scaffold.db'}",
        WTF_CSRF_ENABLED=False,
        FAB_PASSWORD_COMPLEXITY_ENABLED=False,
    )
    security = SQLAlchemy()
    security.init_app(app)
    with app.app_context():
        builder = AppBuilder()
        builder.init_app(app, security.session)
        rows: Any = _session(app, database)

        class FirmView(ModelView):
            """The stock list with the columns of Kontora's."""

            datamodel = SQLAInterface(Firm, rows)
            list_columns = ["name", "status", "inn", "town", "phone", "responsible"]  # noqa: RUF012 (the framework's way)
            base_order = ("name", "asc")
            base_filters = [["responsible_id", FilterEqual, manager_id]]  # noqa: RUF012
            page_size = 50

        builder.add_view(FirmView, "Clients", category="CRM")
        role = builder.sm.find_role("Admin")
        builder.sm.add_user(LOGIN, "Bench", "Scaffold", "bench@example.com", role, LOGIN)
    return app


def _session(app: Flask, database: str) -> Any:
    made = scoped_session(sessionmaker(create_engine(database)))
    app.teardown_appcontext(lambda _error: made.remove())
    return made
