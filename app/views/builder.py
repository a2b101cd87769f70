"""Flask-AppBuilder, started without the screens that Kontora does not use."""

from flask import request, url_for
from flask_appbuilder import AppBuilder


class Builder(AppBuilder):
    """Registers no view for languages (ours remembers in a cookie) and none for going back."""

    def _add_admin_views(self) -> None:
        self._indexview = self.add_view_no_menu(self.indexview)
        self.sm.register_views()
        self.openapi_manager.register_views()
        self.menuapi_manager.register_views()

    def get_url_for_locale(self, lang: str) -> str:
        """The address that switches to a language and comes back to this page."""
        return url_for("languages.choose", code=lang, next=request.full_path.rstrip("?"))
