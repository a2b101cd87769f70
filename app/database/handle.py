"""The database handle and the one metadata of all tables, under one convention of names."""

from flask_appbuilder.models.sqla import Model as FrameworkModel
from flask_sqlalchemy import SQLAlchemy

FrameworkModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# The security tables must be declared under the naming convention set above.
from flask_appbuilder.security.sqla.models import User  # noqa: E402

__all__ = ["Model", "User", "db"]

Model = FrameworkModel
db = SQLAlchemy(metadata=FrameworkModel.metadata)
