"""/help/: the page of keys, terms and words about a screen; scripts show its parts in a dialog."""

from typing import Any

from flask import render_template, request
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access

from app.views.help.glossary import TERMS
from app.views.help.keys import GROUPS, caps
from app.views.help.screens import words_about
from app.views.sections import HOME


class HelpView(BaseView):
    """Help for everybody who is signed in."""

    route_base = "/help"
    class_permission_name = "Help"
    method_permission_name = {"help": "read"}

    @expose("/")
    @has_access
    def help(self) -> Any:
        """Show help; `?for=ClientView.list` names the screen from which it was asked."""
        return render_template(
            "help/index.html",
            about=words_about(request.args.get("for", "")),
            groups=GROUPS,
            caps=caps,
            terms=sorted(TERMS, key=lambda term: str(term[0]).casefold()),
            page_section=str(HOME),
        )
