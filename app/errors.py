"""Errors that the product raises on purpose; anything else is a bug and never reaches a person's screen."""


class RuleError(Exception):
    """A business rule refuses an act. The text is translated, meant for the user and says what to do."""


class NotVisibleError(RuleError):
    """The record does not exist for this person: answered like a record that is not there at all."""


class StaleRecordError(RuleError):
    """Somebody else saved the record since it was opened; the answer shows both values per field."""


class IntegrationError(Exception):
    """An outside system, or a file from one, could not be used. `retry` tells whether trying later makes sense."""

    def __init__(self, message: str, *, retry: bool = False) -> None:
        super().__init__(message)
        self.retry = retry
