"""The description of the API for programs (OpenAPI 3) and for people (Swagger), for holders of the right on the API."""

from typing import Any

from flask import abort, render_template, request
from flask_appbuilder import expose
from flask_appbuilder.api.manager import OpenApi, SwaggerView
from flask_appbuilder.security.decorators import has_access

VERSION = "v1"


class OpenApiDocument(OpenApi):
    """`/api/v1/_openapi`: reading it takes a token, or the cookie of the page below."""

    class_permission_name = "Api"
    method_permission_name = {"get": "read"}


class ApiPage(SwaggerView):
    """`/swagger/v1`: the resources with their fields, to be tried out with a token."""

    class_permission_name = "Api"
    method_permission_name = {"show": "read"}

    @expose("/<version>")
    @has_access
    def show(self, version: str) -> Any:
        """Show the page; everything that it loads is ours."""
        if version != VERSION:
            abort(404)
        document = request.script_root + self.openapi_uri.format(version)
        return render_template("api/swagger.html", document=document)
