"""OpenAPI 3 of a table's resource, made from the screen's declaration."""

from typing import TYPE_CHECKING, Any

from app.views.crud.columns import Column, column_of

if TYPE_CHECKING:
    from app.views.crud.view import CrudView

_TYPES: dict[str, dict[str, Any]] = {
    "money": {"type": "string", "pattern": r"^-?\d+\.\d{2}$", "description": "roubles with two decimals"},
    "quantity": {"type": "string", "description": "up to three decimals"},
    "percent": {"type": "string"},
    "decimal": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "flag": {"type": "boolean"},
    "number": {"type": "integer"},
}
_JWT: list[dict[str, list[str]]] = [{"jwt": []}]
_FAILURES = {
    "401": {"description": "No valid token"},
    "403": {"description": "No right"},
    "404": {"description": "No such record, or not to be seen"},
}


def operations(screen: "CrudView", base: str) -> dict[str, dict[str, Any]]:
    """The paths of the resource with their operations."""
    name = str(screen.route_base).strip("/")
    return {
        base: {"get": _list(screen, name), "post": _post(screen, name)},
        f"{base}{{pk}}": {
            "get": _operation(name, "Read one record", {"200": _json("The record", _record(screen))}, [_key()]),
            "put": _put(screen, name),
            "delete": _operation(name, "Delete a record", {"200": {"description": "Deleted"}}, [_key()]),
        },
    }


def _operation(tag: str, summary: str, answers: dict[str, Any], parameters: list[Any]) -> dict[str, Any]:
    return {
        "tags": [tag],
        "summary": summary,
        "security": _JWT,
        "parameters": parameters,
        "responses": answers | _FAILURES,
    }


def _list(screen: "CrudView", name: str) -> dict[str, Any]:
    parameters = [
        _argument("q", "Quick search"),
        _argument("tab", "Preset", ["all", *(preset.name for preset in screen.presets)]),
        _argument("sort", "Column, with a minus for descending", [*screen.sorts, *(f"-{s}" for s in screen.sorts)]),
        _argument("size", "Records per page", ["25", "50", "100"]),
        _argument("after", "Cursor of the next page"),
        _argument("before", "Cursor of the previous page"),
    ]
    for filter_name in screen.filters:
        parameters += [_argument(f"f_{filter_name}", "Filter")]
    body = {
        "type": "object",
        "properties": {
            "count": {"type": "integer"},
            "is_capped": {"type": "boolean"},
            "after": {"type": "string", "nullable": True},
            "before": {"type": "string", "nullable": True},
            "result": {"type": "array", "items": _record(screen)},
        },
    }
    answers = {"200": _json("A page of records", body), "400": {"description": "A wrong argument"}}
    return _operation(name, "List records", answers, parameters)


def _post(screen: "CrudView", name: str) -> dict[str, Any]:
    header = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 100}}
    answers = {"201": _json("Made", _record(screen)), "422": {"description": "Refused by a rule or a field"}}
    described = _operation(name, "Make a record", answers, [header])
    return described | {"requestBody": {"required": True, "content": _content(_form(screen))}}


def _put(screen: "CrudView", name: str) -> dict[str, Any]:
    answers = {
        "200": _json("Changed", _record(screen)),
        "409": {"description": "Somebody else changed the record"},
        "422": {"description": "Refused by a rule or a field"},
    }
    described = _operation(name, "Change fields of a record", answers, [_key()])
    body = _form(screen)
    body["properties"]["version"] = {"type": "integer"}
    body["required"] = ["version"]
    return described | {"requestBody": {"required": True, "content": _content(body)}}


def _argument(name: str, words: str, values: list[str] | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    return {
        "name": name,
        "in": "query",
        "description": words,
        "schema": schema | ({"enum": values} if values else {}),
    }


def _key() -> dict[str, Any]:
    return {"name": "pk", "in": "path", "required": True, "schema": {"type": "integer"}}


def _json(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": _content(schema)}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _record(screen: "CrudView") -> dict[str, Any]:
    names = dict.fromkeys(name for group in screen.groups for name in group.fields)
    properties = {name: _type(column_of(screen.model, name)) for name in names}
    properties |= {lines.name: _rows(lines) for lines in screen.lines}
    keys = {"id": {"type": "integer"}, "version": {"type": "integer"}, "_label": {"type": "string"}}
    return {"type": "object", "properties": keys | properties}


def _form(screen: "CrudView") -> dict[str, Any]:
    groups = screen.form_groups or screen.groups
    columns = [column_of(screen.model, name) for group in groups for name in group.fields]
    properties: dict[str, Any] = {
        column.name: {"type": "integer"} if column.kind == "relation" else _type(column) for column in columns
    }
    properties |= {lines.name: _rows(lines) for lines in screen.lines}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _rows(lines: Any) -> dict[str, Any]:
    columns = [column_of(lines.model, name) for name in lines.columns]
    item = {column.name: {"type": "integer"} if column.kind == "relation" else _type(column) for column in columns}
    return {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}} | item}}


def _type(column: Column) -> dict[str, Any]:
    if column.kind == "choice":
        return {"type": "string", "enum": [member.value for member in column.choices], "nullable": True}
    if column.kind == "relation":
        return {"type": "object", "properties": {"id": {"type": "integer"}, "text": {"type": "string"}}}
    if column.kind in _TYPES:
        return dict(_TYPES[column.kind]) | {"nullable": True}
    limit = {"maxLength": column.length} if column.length else {}
    return {"type": "string", "nullable": True} | limit
