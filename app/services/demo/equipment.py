"""Equipment at the clients of the demo company, with photographs and maintenance that is due, ahead and overdue."""

from datetime import date, timedelta

from app.models.base import Record
from app.models.clients import ClientStatus
from app.models.files import Attachment, AttachmentKind
from app.models.service import Equipment, EquipmentStatus
from app.services.demo.catalogue import Catalogue
from app.services.demo.clients import Card
from app.services.demo.pictures import draw_machine
from app.services.demo.world import World
from app.services.files import Stored, store_file

_PLACES = ("Цех № 1", "Цех № 2", "Компрессорная", "Бухгалтерия, 2-й этаж", "Офис, кабинет 12", "Склад", "Приёмная")
_STRANGE = ("Компрессор чужой марки ЧМ-10", "Принтер чужой марки ЧП-2")
"""Machines that somebody else supplied."""
_COMPRESSOR = ("Компрессор", "Осушитель")


def make_equipment(world: World, catalogue: Catalogue, cards: list[Card]) -> list[Equipment]:
    """Make equipment of clients who have bought something, and photograph it."""
    made: list[Equipment] = []
    for card in cards:
        if card.client.status is ClientStatus.LEAD:
            continue
        for _place in range(world.pick((1, 1, 1, 2, 2, 3)) - (card.client.status is not ClientStatus.ACTIVE)):
            made.append(_machine(world, catalogue, card, len(made) + 1))
    world.save(made)
    _photograph(world, made)
    return made


def _machine(world: World, catalogue: Catalogue, card: Card, number: int) -> Equipment:
    is_ours = not world.chance(15)
    product = world.pick(catalogue.machines) if is_ours else None
    model = product.name if product else world.pick(_STRANGE)
    installed = world.working_day(min(card.since, world.ago(30)), world.ago(15))
    machine = Equipment(
        client=card.client,
        product=product,
        model=model,
        serial_number=f"УО{installed.year % 100:02d}-{number:05d}",
        is_ours=is_ours,
        location=world.pick(_PLACES),
        installed_on=installed,
        warranty_to=installed + timedelta(days=365) if is_ours else None,
        status=EquipmentStatus.WORKS,
    )
    place = world.number(1, 100)
    if place > 90:
        machine.status = (EquipmentStatus.NEEDS_REPAIR, EquipmentStatus.STOPPED, EquipmentStatus.WRITTEN_OFF)[place % 3]
    if machine.status is not EquipmentStatus.WRITTEN_OFF and world.chance(85):
        machine.maintenance_months = world.pick((6, 12)) if is_compressor(machine) else 12
        machine.next_maintenance_on = _next_maintenance(world, number)
    return machine


def is_compressor(machine: Equipment) -> bool:
    """Tell whether a machine makes or treats compressed air; the others print."""
    return machine.model.startswith(_COMPRESSOR)


def _next_maintenance(world: World, number: int) -> date:
    """Every eighth is overdue, some are due these days."""
    if number % 8 == 3:
        return world.ago(world.number(1, 70))
    return world.ago(-world.number(0, 10 if number % 8 == 5 else 330))


def _photograph(world: World, machines: list[Equipment]) -> None:
    """One or two photographs of most machines; the picture is that of the model."""
    album: dict[tuple[str, int], Stored] = {}
    for machine in machines:
        if not world.chance(85):
            continue
        for variant in range(1 + world.chance(30)):
            plate = machine.model if variant == 0 else machine.model.split()[0]
            key = (plate, variant)
            if key not in album:
                content = draw_machine(plate, is_compressor=is_compressor(machine), variant=variant)
                album[key] = store_file(world.session, content, f"Фото {variant + 1}.jpg", folder=world.files)
            taken = machine.installed_on or world.today
            world.session.add(photo_of(machine, album[key], AttachmentKind.PHOTO, "Общий вид", world, taken))
    world.session.flush()


def photo_of(  # noqa: PLR0913 (a photograph is all of this)
    record: Record, stored: Stored, kind: AttachmentKind, caption: str, world: World, day: date
) -> Attachment:
    """A photograph attached to a record that has its key, taken about noon of a day."""
    taken_at = world.moment(day, 12, 30)
    made = Attachment(
        record_table=record.__tablename__,
        record_id=record.id,
        file=stored.file,
        name=stored.name,
        kind=kind,
        caption=caption,
        taken_at=taken_at,
    )
    made.created_at = taken_at
    return made
