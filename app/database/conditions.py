"""What conditions of kept questions have in common, whose SQL each database words in its own way."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BindParameter, Boolean
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Condition(FunctionElement[bool]):
    """A condition on a column, with a value that is given when the question is asked."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, given: BindParameter[Any]) -> None:
        """Take the column, and the value that will be given."""
        super().__init__(column, given)

    def self_group(self, against: Any = None) -> Any:
        """It is a condition already: compared with 1, as SQLite's flags are, no index would be used."""
        return self

    def parts(self, compiler: SQLCompiler, options: Any) -> Iterator[str]:
        """The SQL of the column and of the value."""
        return (compiler.process(part, **options) for part in self.clauses)
