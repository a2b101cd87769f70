"""Leaves the indentation of the templates out of the pages: a list of fifty rows carried a fifth of itself in blanks.

Done once, when a template is compiled. Line breaks stay: they part attributes that stand on lines of their own.
"""

import re
from collections.abc import Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_INDENT = re.compile(r"[ \t]*\n[ \t\n]+")


class Compact(Extension):
    """Jinja's extension: add it to the environment before the first template is compiled."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Every text between the tags of the template, without blank lines and indentation."""
        for token in stream:
            yield Token(token.lineno, "data", _INDENT.sub("\n", token.value)) if token.type == "data" else token
