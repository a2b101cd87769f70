"""Equipment with its photographs, and visits."""

from flask import url_for

from app.database import db
from app.models.clients import Client
from app.models.service import Visit, VisitPurpose, VisitStatus
from app.permissions import READ, WRITE, Viewer
from app.reports.client_card import tabs
from app.texts import _, ngettext
from app.views import formats
from app.views.attachments import caption_of, file_url, thumbnail_url, upload_kinds
from app.views.client_card.header import maintenance_cell
from app.views.client_card.shown import CardBody, Line, MachineItem, PhotoItem
from app.views.client_card.tables import add_command, heads
from app.views.current import today
from app.views.pages import CardTable, Cell, ListRow


def equipment(client: Client, viewer: Viewer) -> CardBody:
    """Every machine with its photographs and its next maintenance."""
    found = tabs.machines(db.session(), client.id, today(), with_visits=viewer.may(READ, "Visits"))
    return CardBody(
        machines=tuple(_machine(machine, viewer) for machine in found),
        commands=add_command("EquipmentView.add", _("New equipment"), client, viewer, "Equipment"),
        upload_kinds=upload_kinds("equipment"),
        empty_text=_("No equipment yet."),
    )


def _machine(machine: tabs.Machine, viewer: Viewer) -> MachineItem:
    equipment = machine.equipment
    may_ask = viewer.may(WRITE, "Requests")
    may_write = viewer.may(WRITE, "Equipment")
    return MachineItem(
        title=str(equipment),
        url=url_for("EquipmentView.show", pk=equipment.id),
        chips=(formats.cell(equipment.status), *(() if equipment.is_ours else (Cell(_("Not from us"), "chip"),))),
        facts=(
            Line(_("Location"), Cell(equipment.location or "")),
            Line(_("Installed on"), formats.cell(equipment.installed_on)),
            Line(_("Warranty until"), formats.cell(equipment.warranty_to)),
            Line(_("Next maintenance"), maintenance_cell(equipment.next_maintenance_on)),
        ),
        photos=tuple(_photo(photo) for photo in machine.photos),
        more=ngettext("%(num)s more photograph", "%(num)s more photographs", machine.more) if machine.more else "",
        tone="danger" if machine.days_overdue else "",
        request_url=url_for("RequestView.add", equipment=equipment.id, client=equipment.client_id) if may_ask else "",
        upload_url=url_for("FileView.upload", table="equipment", pk=equipment.id) if may_write else "",
    )


def _photo(photo: tabs.Photo) -> PhotoItem:
    moment = photo.file.taken_at or photo.file.created_at
    return PhotoItem(
        name=photo.file.name,
        url=file_url(photo.file),
        thumbnail_url=thumbnail_url(photo.file),
        caption=caption_of(photo.file),
        note=", ".join(filter(None, (formats.moment(moment), photo.author))),
        visit_url=url_for("VisitView.show", pk=photo.visit_id) if photo.visit_id is not None else "",
    )


def visits(client: Client, viewer: Viewer) -> CardBody:
    """Managers' and engineers' visits, apart."""
    return CardBody(
        tables=(
            _visit_table(client, VisitPurpose.MANAGER, _("Managers' visits")),
            _visit_table(client, VisitPurpose.SERVICE, _("Engineers' visits")),
        ),
        commands=add_command("VisitView.add", _("New visit"), client, viewer, "Visits"),
    )


def _visit_table(client: Client, purpose: VisitPurpose, title: str) -> CardTable:
    is_service = purpose is VisitPurpose.SERVICE
    rows = tuple(_visit_row(visit, is_service) for visit in tabs.visits(db.session(), client.id, purpose))
    what = (_("Work"), "text") if is_service else (_("Site"), "text")
    whole_list = url_for("VisitView.list", f_client=client.id, f_purpose=purpose.value)
    return CardTable(
        title,
        heads(
            (_("When"), "moment"),
            (_("Who"), "text"),
            (_("Status"), "text"),
            what,
            (_("Result"), "text"),
            (_("Next step"), "text"),
        ),
        rows,
        empty_text=_("No visits yet."),
        more_url=whole_list if len(rows) == tabs.MOST else "",
    )


def _visit_row(visit: Visit, is_service: bool) -> ListRow:
    is_late = visit.status is VisitStatus.PLANNED and visit.ends_at.date() < today()
    work = ", ".join(str(part) for part in (visit.work_kind, visit.equipment) if part)
    result = visit.work_done or visit.task or ""
    return ListRow(
        visit.id,
        url_for("VisitView.show", pk=visit.id),
        (
            Cell(formats.moment(visit.starts_at)),
            Cell(str(visit.employee)),
            Cell(_("Not held"), "chip", tone="danger") if is_late else formats.cell(visit.status),
            Cell(work if is_service else visit.site or visit.town or ""),
            Cell(result if len(result) <= 200 else f"{result[:200]}…"),
            Cell(visit.next_step or ""),
        ),
        tone="danger" if is_late else "",
    )
