"""One REST resource per generated screen: the same declaration, rights, row rule, fields and rules as the screen."""

from typing import Any, ClassVar

from flask import Response, request
from flask_appbuilder.api import BaseApi, expose
from flask_appbuilder.security.decorators import protect
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.database import db
from app.errors import RuleError
from app.services.exchange import find_answer, keep_answer, request_hash
from app.texts import _
from app.views.api.openapi import operations
from app.views.api.payloads import error_json, form_data, record_json, row_json
from app.views.crud.columns import column_of
from app.views.crud.counting import COUNT_CAP, capped_count
from app.views.crud.editing import set_defaults
from app.views.crud.forms import drop_unwritable, form_class, permitted
from app.views.crud.lists import ListBuilder
from app.views.crud.query import page_of
from app.views.crud.view import CrudView
from app.views.current import viewer

Answer = tuple[int, dict[str, Any]]


class TableApi(BaseApi):
    """List, read, make, change and delete the records of one table.

    The list takes the arguments of the screen's list: q, tab, sort, size, after, before, f_<column>.
    """

    screen: ClassVar[CrudView]
    method_permission_name: ClassVar[dict[str, str]] = {
        "get_list": "read",
        "get": "read",
        "post": "write",
        "put": "write",
        "delete": "delete",
    }

    @expose("/", methods=["GET"])
    @protect()
    def get_list(self) -> Response:
        """Give a page of records, the capped count and the cursors of the neighbouring pages."""
        return self._answer(self._list)

    @expose("/<pk>", methods=["GET"])
    @protect()
    def get(self, pk: str) -> Response:
        """Give one record with its rows."""
        return self._answer(lambda: (200, self._whole(self.screen.get_record(pk))))

    @expose("/", methods=["POST"])
    @protect()
    def post(self) -> Response:
        """Make a record; with an Idempotency-Key, once however often it is sent."""
        return self._answer(lambda: self._once(lambda: self._write(None)))

    @expose("/<pk>", methods=["PUT"])
    @protect()
    def put(self, pk: str) -> Response:
        """Change the given fields of a record; `version` must be the one that was read."""
        return self._answer(lambda: self._write(self.screen.get_record(pk)))

    @expose("/<pk>", methods=["DELETE"])
    @protect()
    def delete(self, pk: str) -> Response:
        """Delete a record that nothing refers to."""
        return self._answer(lambda: self._delete(pk))

    def add_api_spec(self, api_spec: Any) -> None:
        """Describe the resource from the declaration; the framework would read docstrings."""
        self.add_apispec_components(api_spec)
        for path, described in operations(self.screen, f"{self.route_base}/").items():
            api_spec.path(path=path, operations=described)

    # --- Acts ----------------------------------------------------------------------------------------------------

    def _answer(self, act: Any) -> Response:
        """Run an act and commit once; refusals become answers, never pages."""
        try:
            status, body = act()
            db.session.commit()
        except HTTPException as error:
            db.session.rollback()
            status, body = error.code or 500, {"message": str(error.name)}
            if (kept := getattr(error, "merged_into", None)) is not None:
                body["merged_into"] = kept
        except RuleError as refusal:
            db.session.rollback()
            status, body = 422, {"message": str(refusal)}
        except StaleDataError:
            db.session.rollback()
            status, body = 409, {"message": _("Somebody else saved this record a moment ago.")}
        except IntegrityError as error:
            db.session.rollback()
            status, body = 422, {"message": self.screen.refusal(error)}
        except StatementError as error:
            if isinstance(error, DBAPIError) and not isinstance(error, DataError):
                raise
            db.session.rollback()
            status, body = 422, {"message": _("A value is too large or cannot be stored.")}
        response: Response = self.response(status, **body)
        return response

    def _list(self) -> Answer:
        builder = ListBuilder(self.screen, viewer())
        statement = builder.statement()
        rows, after, before = page_of(
            lambda part: db.session.scalars(part.of(builder.loading(statement))), builder.model, builder.arguments
        )
        count = capped_count(db.session(), statement, builder.model)
        result = [record_json(row, builder.columns, viewer()) for row in rows]
        body = {"count": min(count, COUNT_CAP), "is_capped": count > COUNT_CAP, "result": result}
        return 200, body | {"after": after or None, "before": before or None}

    def _whole(self, record: Any) -> dict[str, Any]:
        self.screen.note_opening(record)
        names = dict.fromkeys(name for group in self.screen.groups for name in group.fields)
        columns = [column_of(self.screen.model, name) for name in names]
        body = record_json(record, columns, viewer())
        for lines in self.screen.lines:
            shown = [column_of(lines.model, name) for name in (*lines.columns, *lines.computed)]
            body[lines.name] = [row_json(row, shown, viewer()) for row in getattr(record, lines.name)]
        return {"result": body}

    def _payload(self) -> dict[str, Any]:
        payload = request.get_json(silent=True)
        if not isinstance(payload, dict):
            raise RuleError(_("Send one JSON object."))
        return payload

    def _once(self, act: Any) -> Answer:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            made: Answer = act()
            return made
        asked = request_hash(request.path, self._payload())
        if known := find_answer(db.session(), viewer().user_id, key, asked):
            return known.status, known.body
        status, body = act()
        if status < 300:
            keep_answer(db.session(), viewer().user_id, key, asked, (status, body))
        return status, body

    def _write(self, record: Any) -> Answer:
        screen, payload, is_new = self.screen, self._payload(), record is None
        if (is_new and not screen.can_add) or (not is_new and not screen.is_editable(record)):
            raise RuleError(_("This record can no longer be changed."))
        if not is_new and payload.get("version") != record.version:
            return 409, {"message": _("Send the version that you read; now it is %(version)s.", version=record.version)}
        record = record if record is not None else self._new_record()
        form = self._form(record, payload)
        if not form.validate():
            return 422, {"message": error_json(form)}
        with db.session.no_autoflush:
            form.populate_obj(record)
            if is_new:
                db.session.add(record)
            screen.before_save(record, is_new=is_new)
        db.session.flush()
        screen.after_save(record, is_new=is_new)
        db.session.flush()
        return (201 if is_new else 200), self._whole(record)

    def _new_record(self) -> Any:
        with db.session.no_autoflush:
            record = self.screen.model()
            set_defaults(record)
            self.screen.defaults(record)
        return record

    def _form(self, record: Any, payload: dict[str, Any]) -> Any:
        groups = self.screen.form_groups or self.screen.groups
        names = tuple(name for group in groups for name in group.fields)
        lines = tuple(permitted(each, viewer()) for each in self.screen.lines)
        kind = form_class(self.screen.model, names, lines)
        shown = kind(formdata=None, obj=record)
        drop_unwritable(shown, self.screen.model, viewer())
        form = kind(formdata=form_data(shown, payload), obj=record)
        drop_unwritable(form, self.screen.model, viewer())
        return form

    def _delete(self, pk: str) -> Answer:
        self.screen.delete_record(self.screen.get_record(pk))
        return 200, {"message": _("Deleted.")}


def table_api(screen: CrudView) -> type[TableApi]:
    """The resource class of a screen that is registered."""
    name = screen.route_base.strip("/")
    values = {
        "screen": screen,
        "resource_name": name,
        "class_permission_name": screen.area,
        "openapi_spec_tag": name,
        "__doc__": f"REST resource of {name}.",
    }
    return type(f"{type(screen).__name__.removesuffix('View')}Api", (TableApi,), values)
