"""Flask-AppBuilder, started without its own ways of choosing a language and of writing rights."""

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

    def add_permissions(self, update_perms: bool = False) -> None:
        """Leave rights alone: `kontora init-security` writes them, the framework would give its own to roles."""

    def security_cleanup(self) -> None:
        """Leave rights alone: those that no view of the framework names are in use too."""

    def get_url_for_locale(self, lang: str) -> str:
        """The address that switches to a language and comes back to this page."""
        return url_for("languages.choose", code=lang, next=request.full_path.rstrip("?"))
