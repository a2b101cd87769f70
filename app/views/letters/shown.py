"""Letters as their pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.database import db
from app.models.clients import Client, Contact
from app.models.interactions import Interaction
from app.models.letters import IncomingKind
from app.models.mail import MailState
from app.permissions import WRITE
from app.reports.letters import ThreadLetter, known_addresses
from app.services.files import attachments_of_many
from app.texts import _
from app.views import formats
from app.views.attachments import file_tiles
from app.views.crud.cells import card_url
from app.views.current import viewer
from app.views.pages import Cell, Command, FileTile, Option


@dataclass(frozen=True, slots=True)
class LetterItem:
    """A letter of the conversation."""

    who: str
    to: str
    when: str
    subject: str
    text: str
    is_ours: bool
    chip: Cell
    error: str
    warning: str
    url: str
    files: tuple[FileTile, ...]
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """The page of a conversation."""

    title: str
    client: Cell
    deal: Cell | None
    commands: tuple[Command, ...]
    letters: tuple[LetterItem, ...]


def address_choices(
    client: Client, contact: Contact | None, chosen: Sequence[str] | None, answered: str
) -> tuple[Option, ...]:
    """The client's addresses as boxes: those sent are ticked, else the answered one, the contact's, or the first."""
    known = known_addresses(db.session(), client)
    if chosen is None:
        chosen = [answered] if answered else _usual([(each.address, each.contact) for each in known], contact)
    ticked = {address.lower() for address in chosen}
    options = [
        Option(
            each.address, f"{each.contact} · {each.address}" if each.contact else each.address, each.address in ticked
        )
        for each in known
    ]
    strangers = dict.fromkeys(chosen)
    more = [Option(each, each, True) for each in strangers if each.lower() not in {one.address for one in known}]
    return (*options, *more)


def _usual(known: Sequence[tuple[str, Any]], contact: Contact | None) -> list[str]:
    own = [address for address, each in known if contact is not None and each is contact]
    return (own or [address for address, _contact in known])[:1]


def thread_page(interaction: Interaction, letters: Sequence[ThreadLetter]) -> ThreadPage:
    """The conversation in words."""
    person = viewer()
    keys = list({letter.interaction_id for letter in letters})
    files: dict[int, list[Any]] = {}
    for attachment in attachments_of_many(db.session(), Interaction.__tablename__, keys):
        files.setdefault(attachment.record_id, []).append(attachment)
    can_write = person.may(WRITE, "Interactions")
    items = tuple(_item(letter, files.get(letter.interaction_id, []), can_write) for letter in letters)
    deal = interaction.deal
    return ThreadPage(
        title=interaction.topic,
        client=Cell(str(interaction.client), url=card_url(interaction.client)),
        deal=Cell(str(deal), url=card_url(deal)) if deal is not None else None,
        commands=tuple(_commands(interaction, can_write)),
        letters=items,
    )


def _commands(interaction: Interaction, can_write: bool) -> list[Command]:
    found = []
    if can_write:
        url = url_for("LetterView.write", table="interaction", pk=interaction.id)
        found.append(Command(_("Answer"), url, icon="mail", primary=True, name="answer"))
    found.append(Command(_("Interaction"), card_url(interaction), icon="message-square", name="interaction"))
    return found


def _item(letter: ThreadLetter, files: list[Any], can_write: bool) -> LetterItem:
    is_automatic = letter.kind in (IncomingKind.AUTO_REPLY, IncomingKind.RETURNED)
    return LetterItem(
        who=letter.who,
        to=", ".join(letter.to),
        when=formats.moment(letter.at),
        subject=letter.subject,
        text=letter.text,
        is_ours=letter.is_ours,
        chip=formats.cell(letter.state if letter.is_ours else letter.kind),
        error=letter.error,
        warning=letter.warning,
        url=url_for("InteractionView.show", pk=letter.interaction_id),
        files=() if is_automatic else file_tiles(files, can_write=False),
        commands=tuple(_acts(letter)) if can_write else (),
    )


def _acts(letter: ThreadLetter) -> list[Command]:
    found = []
    if letter.state in (MailState.FAILED, MailState.RETURNED):
        url = url_for("LetterView.retry", pk=letter.interaction_id)
        found.append(Command(_("Send again"), url, icon="refresh", post=True, name="retry"))
    if letter.state in (MailState.WAITING, MailState.FAILED, MailState.RETURNED):
        url = url_for("LetterView.withdraw", pk=letter.interaction_id)
        confirm = _("Withdraw the letter «%(subject)s»? It will not be sent.", subject=letter.subject)
        found.append(Command(_("Withdraw"), url, icon="x", post=True, confirm=confirm, name="withdraw"))
    return found
