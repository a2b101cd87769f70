"""The form of a letter."""

import re
from typing import Any

from flask import request
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from app.errors import RuleError
from app.services.letters.writing import LONGEST_TEXT, MOST_ADDRESSES
from app.services.names import check_email
from app.texts import _, lazy
from app.views.crud.fields import Required, no_control_characters, strip
from app.views.crud.forms import RecordForm

_BETWEEN = re.compile(r"[;,\s]+")
LONGEST_SUBJECT = 250


def _addresses_field(label: str, hint: str) -> StringField:
    return StringField(
        label,
        [Length(max=2000), no_control_characters],
        filters=[strip],
        description=hint,
        render_kw={"inputmode": "email"},
    )


class LetterForm(RecordForm):
    """What is typed of a letter; the client's own addresses are chosen with boxes beside it."""

    others = _addresses_field(lazy("Other addresses"), lazy("several apart by commas"))
    copies = _addresses_field(lazy("Copy to"), lazy("several apart by commas"))
    subject = StringField(
        lazy("Subject of the letter"),
        [Required(), Length(max=LONGEST_SUBJECT), no_control_characters],
        filters=[strip],
        render_kw={"maxlength": LONGEST_SUBJECT},
    )
    text = TextAreaField(
        lazy("Text"), [Required(), Length(max=LONGEST_TEXT), no_control_characters], render_kw={"rows": "14"}
    )

    def to(self) -> tuple[str, ...]:
        """The chosen and the typed addresses. Raises RuleError that names the one that is none."""
        return (*_checked(request.form.getlist("to")), *_checked(_split(self.others.data)))

    def copied(self) -> tuple[str, ...]:
        """Who gets a copy. Raises RuleError as above."""
        return _checked(_split(self.copies.data))


def _split(typed: Any) -> list[str]:
    return [part for part in _BETWEEN.split(typed or "") if part]


def _checked(addresses: list[str]) -> tuple[str, ...]:
    if len(addresses) > MOST_ADDRESSES:
        raise RuleError(_("A letter goes to at most %(most)s addresses.", most=MOST_ADDRESSES))
    return tuple(_one(address) for address in addresses)


def _one(address: str) -> str:
    try:
        return check_email(address)
    except RuleError:
        raise RuleError(_("«%(address)s» is not an e-mail address.", address=address[:80])) from None
