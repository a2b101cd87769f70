"""Cards of the demo company that were entered twice, and newcomers of whom a register of companies knows."""

from collections.abc import Mapping

from sqlalchemy import select

from app.integrations.companies import CompanyFacts
from app.models.clients import Client, ClientKind, ClientStatus, Contact
from app.models.staff import Employee
from app.services.clients import check_client, check_contact
from app.services.companies import load_register
from app.services.demo import numbers
from app.services.demo.world import World
from app.services.duplicates.scanning import scan

REGISTER = "Выписка из реестра МСП (пример)"
_NEWCOMERS = (
    ("ООО «НовичокСталь»", "Тверь", "69"),
    ("ООО «НовичокХлеб»", "Клин", "50"),
    ("АО «НовичокКерамика»", "Тула", "71"),
)


def make_doubles(world: World, by_login: Mapping[str, Employee]) -> None:
    """Three clients entered a second time by Boris in three ways, one contact twice; then the search of duplicates."""
    first, second, third = world.session.scalars(
        select(Client).where(Client.kind == ClientKind.COMPANY, Client.inn.is_not(None)).order_by(Client.id).limit(3)
    ).all()
    boris = by_login["boris"]
    _enter(world, boris, first, name=f"{_core(first)}, ООО".upper(), inn=first.inn, ogrn=first.ogrn)
    _enter(world, boris, second, name=f"ООО {_slip(_core(second))}", email="zakupki@example.ru")
    _enter(world, boris, third, name=_core(third))
    _enter_contact_again(world, first)
    _load_register(world)
    for _counts in scan(world.session):
        world.session.flush()


def _enter(world: World, manager: Employee, twin: Client, **known: str | None) -> None:
    place = {"town": twin.town, "region": twin.region, "latitude": twin.latitude, "longitude": twin.longitude}
    reach = {"phone": twin.phone, "email": twin.email}
    values = place | reach | known
    client = Client(kind=ClientKind.COMPANY, status=ClientStatus.LEAD, responsible=manager, **values)
    client.created_at = client.changed_at = world.office_time(world.ago(3))
    check_client(client)
    world.save([client])


def _core(client: Client) -> str:
    """The name without its legal form."""
    return client.name.partition("«")[2].rstrip("»")


def _slip(name: str) -> str:
    """Two letters in the middle changed places."""
    middle = len(name) // 2
    return name[:middle] + name[middle + 1] + name[middle] + name[middle + 2 :]


def _enter_contact_again(world: World, client: Client) -> None:
    """The first contact of a client once more, without numbers."""
    contacts = select(Contact).where(Contact.client_id == client.id).order_by(Contact.id).limit(1)
    known = world.session.scalars(contacts).one()
    names = {"family_name": known.family_name, "given_name": known.given_name, "patronymic": known.patronymic}
    again = Contact(client=client, **names)
    check_contact(again)
    world.save([again])


def _load_register(world: World) -> None:
    facts = [
        CompanyFacts(
            numbers.company_inn(world.random, region),
            name,
            world.ago(20),
            kpp=f"{region}9901001",
            ogrn=numbers.company_ogrn(world.random, region, 2019),
            town=town,
        )
        for name, town, region in _NEWCOMERS
    ]
    for _counts in load_register(world.session, facts, REGISTER):
        world.session.flush()
