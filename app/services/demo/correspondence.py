"""A conversation by e-mail, letters that did not arrive or wait to be sorted, and calls that nobody answered."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from app.integrations.inbox import IncomingLetter
from app.integrations.telephony import CallEvent, Phase, Way
from app.models.clients import Client, Contact, ContactEmail, ContactPhone
from app.models.mail import OutgoingMail
from app.models.staff import Employee
from app.services.calls import CallDesk, note_event
from app.services.demo.world import World
from app.services.files import Limits
from app.services.letters import LetterDraft, MailDesk, note_left, note_refused, receive_letter, send_letter
from app.services.letters.office import add_default_templates
from app.services.letters.threads import tagged
from app.services.mail import note_failed, note_sent

_OFFICE = "office@example.ru"
_QUESTION = (
    "Высылаю условия поставки и обслуживания, как договорились по телефону.\n\nПодойдёт ли вам срок до конца месяца?"
)
_ANSWER = (
    "Здравствуйте!\n\nСрок подходит. Пришлите, пожалуйста, счёт — оплатим на этой неделе.\n\n> Подойдёт ли вам срок?"
)
_STRANGER = "Добрый день!\n\nНужен винтовой компрессор на 500 л/мин с монтажом. Кто у вас занимается новыми клиентами?"


def make_correspondence(world: World, by_login: Mapping[str, Employee]) -> None:
    """Make them for the managers who can sign in; the days are the last ones."""
    add_default_templates(world.session)
    anna, boris = by_login["anna"], by_login["boris"]
    anna.extension, boris.extension = "101", "102"
    world.session.flush()
    morning = world.moment(world.ago(1), 10)
    _conversation(world, anna, morning)
    _undelivered(world, boris, morning)
    subject, later = "Подбор компрессора", morning + timedelta(hours=2)
    _came(world, IncomingLetter("<1@demo.example>", "new@client.example", "", (_OFFICE,), subject, _STRANGER, later))
    _calls(world, anna, morning)


def _written(world: World, by: Employee, now: datetime, subject: str, number: int) -> OutgoingMail | None:
    """A letter of a manager to a contact of theirs; None where nobody of their clients has an e-mail."""
    contact = world.session.scalars(
        select(Contact)
        .join(Contact.client)
        .join(ContactEmail)
        .where(Client.responsible_id == by.id, Contact.is_active.is_(True))
        .order_by(Contact.id)
    ).first()
    if contact is None:
        return None
    draft = LetterDraft(contact.client, (contact.emails[0].address,), subject, _QUESTION, contact=contact)
    made = send_letter(world.session, draft, by, now=now, today=world.day_of(now))
    wanted = select(OutgoingMail).where(OutgoingMail.record_table == "interaction", OutgoingMail.record_id == made.id)
    mail = world.session.scalars(wanted).one()
    # The same company from the same seed: names that are made by chance elsewhere are given here.
    mail.message_id, mail.thread = f"<demo-{number}@kontora.invalid>", f"DEMFKKP{number}"
    mail.subject, mail.attempts, mail.made_by_id = tagged(subject, mail.thread), 1, by.user_id
    mail.next_try_at = now
    world.session.flush()
    return mail


def _conversation(world: World, by: Employee, now: datetime) -> None:
    mail = _written(world, by, now, "Условия поставки и обслуживания", 2)
    if mail is None:
        return
    note_sent(world.session, mail.id, now + timedelta(minutes=1))
    note_left(world.session, mail.id, zone=world.order.zone)
    answered = now + timedelta(hours=3)
    sender, subject = mail.recipients[0], f"Re: {mail.subject}"
    _came(
        world,
        IncomingLetter("<2@demo.example>", sender, "", (_OFFICE,), subject, _ANSWER, answered, mail.message_id),
    )


def _undelivered(world: World, by: Employee, now: datetime) -> None:
    mail = _written(world, by, now, "Приглашение на выставку", 3)
    if mail is not None:
        note_failed(world.session, mail.id, "550 5.1.1 Mailbox does not exist", retry=False, now=now)
        note_refused(world.session, mail.id, zone=world.order.zone)


def _came(world: World, letter: IncomingLetter) -> None:
    now = letter.written_at
    desk = MailDesk(world.files, Limits(), world.order.zone, now, world.day_of(now))
    mail = receive_letter(world.session, letter, desk)
    if mail is not None and letter.in_reply_to is None:
        mail.thread = "DEMFKKP4"
        world.session.flush()


def _calls(world: World, called: Employee, now: datetime) -> None:
    """A client of the manager calls in vain, and so does somebody whom nobody knows."""
    known = select(ContactPhone.number).join(Contact).join(Client).where(Client.responsible_id == called.id)
    number = world.session.scalars(known.where(ContactPhone.number.like("+7%")).order_by(ContactPhone.id)).first()
    desk = CallDesk(world.order.zone, now)
    for name, each in (("known", number), ("unknown", "+79090009999")):
        if each is not None:
            for phase in (Phase.RINGING, Phase.ENDED):
                event = CallEvent(f"demo-{name}", phase, Way.IN, each, "", called.extension or "", now, now, now, 0)
                note_event(world.session, "generic", event, desk)
