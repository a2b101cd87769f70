"""Takes what an administrator has set up from one installation to another: settings, roles, reference tables.

One plain object, ready for JSON. Rows are known by their names (days by their date), never by keys, so that a file
fits any installation and a second import changes nothing. An import adds and changes; it deletes nothing.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, ViewMenu
from sqlalchemy import Date, inspect, select
from sqlalchemy.orm import Session

from app.database import ChoiceType
from app.errors import RuleError
from app.models.access import Setting
from app.models.catalogue import PriceType, ProductGroup, Unit
from app.models.claims import ClaimReason
from app.models.clients import Segment
from app.models.deals import DealStage, LossReason
from app.models.letters import LetterTemplate
from app.models.money import CashArticle
from app.models.radar import RadarRule
from app.models.service import WorkKind
from app.models.staff import CalendarDay
from app.permissions import Right
from app.services.access.rights import VERSION_SETTING
from app.services.follow_ups.transfer import export_rules, import_rule
from app.services.letters.office import check_letter_template
from app.services.plan_templates import export_templates, import_template
from app.texts import _

FORMAT = 1
TABLES: tuple[tuple[type[Any], str], ...] = (
    (Unit, "name"),
    (ProductGroup, "name"),
    (PriceType, "name"),
    (Segment, "name"),
    (DealStage, "name"),
    (LossReason, "name"),
    (ClaimReason, "name"),
    (WorkKind, "name"),
    (CashArticle, "name"),
    (CalendarDay, "day"),
    (RadarRule, "code"),
    (LetterTemplate, "name"),
)
"""Reference tables without personal data, each with the column that tells its rows apart."""
_OWN = frozenset({"id", "version", "created_at", "changed_at", "created_by_id", "changed_by_id"})


@dataclass
class Imported:
    """What an import did: rows added and changed, rights that this version does not know."""

    added: int = 0
    changed: int = 0
    unknown_rights: list[str] = field(default_factory=list)


def export_settings(session: Session) -> dict[str, Any]:
    """Everything that `import_settings` takes, in a fixed order: two exports of one state are equal."""
    settings = session.scalars(select(Setting).where(Setting.name != VERSION_SETTING).order_by(Setting.name))
    roles = session.scalars(select(Role).order_by(Role.name)).unique()
    return {
        "format": FORMAT,
        "settings": {setting.name: setting.value for setting in settings},
        "roles": {role.name: sorted(list(_right(each)) for each in role.permissions) for role in roles},
        "tables": {
            model.__tablename__: [_row(record) for record in session.scalars(select(model).order_by(key))]
            for model, key in ((model, getattr(model, key)) for model, key in TABLES)
        },
        "plan_templates": export_templates(session),
        "follow_up_rules": export_rules(session),
    }


def import_settings(session: Session, data: Any) -> Imported:
    """Add what is missing and change what differs. Raises RuleError for what is no such export."""
    done = Imported()
    try:
        if data["format"] != FORMAT:
            raise RuleError(_("The file was made by a version that this one does not know."))
        for name, value in data["settings"].items():
            _put(session, Setting, {"name": name}, {"value": value}, done)
        for name, rights in data["roles"].items():
            _put_role(session, name, {(permission, area) for permission, area in rights}, done)
        for model, key in TABLES:
            for row in data["tables"].get(model.__tablename__, ()):
                values = _read(model, row)
                _put(session, model, {key: values.pop(key)}, values, done)
        for template in session.scalars(select(LetterTemplate)):
            check_letter_template(template)
        for name, take in (("plan_templates", import_template), ("follow_up_rules", import_rule)):
            for row in data.get(name, ()):
                is_added, is_changed = take(session, row)
                done.added += is_added
                done.changed += is_changed
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RuleError(_("This is not a file of exported settings.")) from error
    session.flush()
    return done


def _right(right: PermissionView) -> Right:
    return right.permission.name, right.view_menu.name


def _columns(model: type[Any]) -> list[Any]:
    return [each.columns[0] for each in inspect(model).column_attrs if each.key not in _OWN]


def _row(record: Any) -> dict[str, Any]:
    return {column.name: _plain(getattr(record, column.name)) for column in _columns(type(record))}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value) if hasattr(value, "value") else value


def _read(model: type[Any], row: dict[str, Any]) -> dict[str, Any]:
    return {column.name: _typed(column.type, row[column.name]) for column in _columns(model) if column.name in row}


def _typed(kind: Any, value: Any) -> Any:
    if value is not None and isinstance(kind, Date):
        return date.fromisoformat(value)
    return kind.choices(value) if isinstance(kind, ChoiceType) else value


def _put(session: Session, model: type[Any], key: dict[str, Any], values: dict[str, Any], done: Imported) -> None:
    found = session.scalars(select(model).filter_by(**key)).first()
    if found is None:
        session.add(model(**key, **values))
        done.added += 1
        return
    different = {name: value for name, value in values.items() if getattr(found, name) != value}
    for name, value in different.items():
        setattr(found, name, value)
    done.changed += bool(different)


def _put_role(session: Session, name: str, wanted: set[Right], done: Imported) -> None:
    """A role gets exactly the rights of the file, as far as they exist here."""
    known = {_right(right): right for right in session.scalars(_rights())}
    done.unknown_rights += [f"{name}: {permission} {area}" for permission, area in sorted(wanted - known.keys())]
    granted = wanted & known.keys()
    role = session.scalars(select(Role).filter_by(name=name)).first()
    if role is None:
        role = Role(name=name)
        session.add(role)
        done.added += 1
    elif {_right(right) for right in role.permissions} == granted:
        return
    else:
        done.changed += 1
    role.permissions = [known[right] for right in sorted(granted)]


def _rights() -> Any:
    return select(PermissionView).join(Permission).join(ViewMenu)
