"""Flask-AppBuilder, started without its own way of choosing a language."""

from flask import request, url_for
from flask_appbuilder import AppBuilder
from flask_appbuilder.views import UtilView

from app.views.api.docs import ApiPage, OpenApiDocument


class Builder(AppBuilder):
    """Registers no view for languages: ours remembers the choice in a cookie."""

    def _add_admin_views(self) -> None:
        self._indexview = self.add_view_no_menu(self.indexview)
        self.add_view_no_menu(UtilView)
        self.sm.register_views()
        self.add_api(OpenApiDocument)
        self.add_view_no_menu(ApiPage)
        self.menuapi_manager.register_views()

    def get_url_for_locale(self, lang: str) -> str:
        """The address that switches to a language and comes back to this page."""
        return url_for("languages.choose", code=lang, next=request.full_path.rstrip("?"))
