"""Nothing is forgotten: every table has its words, its factory and its screen, every screen its rights and labels."""

import inspect
from typing import Any

import pytest
from flask import Flask

from app import menu
from app.database import Model
from app.models.base import Record, Row
from app.permissions import ALL_RIGHTS, ROLES, TABLE_AREAS, Role
from app.views import reference
from app.views.crud import CrudView
from app.views.crud.columns import column_of
from tests import factories

OURS = sorted(
    (mapper.class_ for mapper in Model.registry.mappers if mapper.class_.__module__.startswith("app.models")),
    key=lambda model: model.__name__,
)

WITHOUT_FACTORY = {
    "kept by each person for themselves": "OpenedRecord PersonalSetting",
    "rows of registers are written by posting only": (
        "ActivityBalance ActivityMovement Allocation CashBalance CashMovement DueItem SettlementMovement"
    ),
    "written by the act itself: files, history, statements, sign-ins, numbers, repeats": (
        "ApiAnswer Attachment AuditEntry CalendarToken ClaimEvent DealStageChange LoginAttempt LoginSession "
        "BatchChange ExternalId FollowUp ImportMapping JobLine NoticeChoice NoticeLanguage NumberSeries PayerAlias "
        "PersonalDataAccess QuoteStatusChange ResponsibilityChange SavedViewPin Setting Statement StatementLine "
        "CompletenessSnapshot MailFolder RadarSnooze StoredFile TemporaryFile"
    ),
    "written while duplicates are looked for, merged and parted": (
        "ClientKey DuplicatePair RecordMerge RegisterCompany"
    ),
    "made by the factory of the record that it belongs to, or in one line where it is tested": (
        "Absence AgreementStage CalendarDay CashArticle ClaimReason ClaimStep ClientBankAccount ClientComment "
        "ClientTurnover ContactEmail ContactPhone DealParticipant HandedClient HandedWork InteractionSubject "
        "InvoiceLine LossReason OrderLine Pin PlanTemplateStep Price ProductGroup PurchaseOrderLine QuoteLine Segment "
        "StageMove StageRequirement Unit"
    ),
}
WITHOUT_SCREEN = {
    "kept by each person for themselves": "OpenedRecord PersonalSetting",
    "shown on the cards and in the reports of what they count": (
        "ActivityBalance ActivityMovement Allocation CashBalance CashMovement CompletenessSnapshot DueItem "
        "SettlementMovement"
    ),
    "edited or shown inside the record that they belong to": (
        "AgreementStage Attachment ClaimEvent ClaimStep ClientBankAccount ClientComment ClientTurnover ContactEmail "
        "ContactPhone DealParticipant DealStageChange DealStep FollowUp HandedClient HandedWork InteractionSubject "
        "InvoiceLine OrderLine Pin PlanTemplateStep "
        "PurchaseOrderLine QuoteLine QuoteStatusChange ResponsibilityChange StoredFile"
    ),
    "have a page of their own, which is no generated screen": (
        "Batch BatchChange IncomingMail Job JobLine Notice NoticeChoice NoticeLanguage PayerAlias PhoneCall SavedView "
        "SavedViewPin RadarSnooze Statement StatementLine TableImport"
    ),
    "shown by the screens of quick registration, duplicates and merging": (
        "ClientKey DuplicatePair RecordMerge RegisterCompany"
    ),
    "kept by the program for itself": (
        "ApiAnswer AuditEntry CalendarToken LoginAttempt LoginSession NumberSeries OutgoingMail PersonalDataAccess "
        "ExternalId ImportMapping MailFolder Setting TemporaryFile"
    ),
}


def _names(exempt: dict[str, str]) -> set[str]:
    return {name for names in exempt.values() for name in names.split()}


def _made_by_factories() -> set[str]:
    makers = [made for name, made in vars(factories).items() if name.startswith("make_")]
    return {inspect.signature(made).return_annotation.__name__ for made in makers}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_table_says_what_it_is(model: Any) -> None:
    assert len((vars(model).get("__doc__") or "").split()) >= 3
    assert issubclass(model, Record | Row) or model.__name__ in _names(WITHOUT_SCREEN)


def test_every_table_has_a_factory_or_a_reason_to_have_none() -> None:
    names = {model.__name__ for model in OURS}
    exempt = _names(WITHOUT_FACTORY)
    assert names - _made_by_factories() - exempt == set()
    assert exempt & _made_by_factories() == set(), "has a factory now"
    assert exempt <= names, "is no table any more"


def test_every_table_has_a_screen_or_a_reason_to_have_none() -> None:
    shown = {screen.model.__name__ for screen in menu.TABLES} | {table[0].__name__ for table in reference.TABLES}
    names = {model.__name__ for model in OURS}
    assert names - shown - _names(WITHOUT_SCREEN) == set()
    assert _names(WITHOUT_SCREEN) & shown == set(), "has a screen now"
    assert _names(WITHOUT_SCREEN) <= names, "is no table any more"


def test_every_screen_is_registered() -> None:
    def below(view: type[CrudView]) -> set[type[CrudView]]:
        return {found for made in view.__subclasses__() for found in {made, *below(made)}}

    written = {view for view in below(CrudView) if view.__module__.startswith("app.views")}
    assert written == set(menu.TABLES)


@pytest.mark.parametrize("screen", menu.TABLES, ids=lambda screen: screen.__name__)
def test_the_area_of_every_screen_has_rights(screen: type[CrudView]) -> None:
    assert screen.area in {*TABLE_AREAS, "Reference"}
    for permission in ("can_read", "can_write", "can_delete", *(act.right for act in screen.acts)):
        assert (permission, screen.area) in ALL_RIGHTS
    assert [role for role in Role if ("can_read", screen.area) in ROLES[role]]


def test_no_role_holds_a_right_that_the_administrator_has_not() -> None:
    assert {right for rights in ROLES.values() for right in rights} - ALL_RIGHTS == set()


def test_every_line_of_the_menu_leads_somewhere_and_asks_a_right_that_exists(app: Flask) -> None:
    items = [item for section in menu.SECTIONS for item in section.items] + list(menu.CREATE)
    assert [item.endpoint for item in items if item.endpoint not in app.view_functions] == []
    assert [item.endpoint for item in items if (item.right, item.area) not in ALL_RIGHTS] == []


def _columns(screen: type[CrudView]) -> list[tuple[type[Any], str]]:
    groups = (*screen.groups, *screen.form_groups)
    names = {*screen.list_names, *screen.filters, *screen.sorts, *(name for group in groups for name in group.fields)}
    rows = [(lines.model, name) for lines in screen.lines for name in (*lines.columns, *lines.computed)]
    tables = [(table.model, name) for table in screen.tables for name in table.columns]
    return (
        [(screen.model, name) for name in sorted(names)]
        + rows
        + tables
        + [(screen.model, lines.name) for lines in screen.lines]
    )


@pytest.mark.parametrize("screen", menu.TABLES, ids=lambda screen: screen.__name__)
def test_every_shown_column_has_words(screen: type[CrudView]) -> None:
    raw = [(model.__name__, name) for model, name in _columns(screen) if str(column_of(model, name).label) == name]
    assert raw == []


@pytest.mark.parametrize("table", reference.TABLES, ids=lambda table: table[1])
def test_every_column_of_a_reference_table_has_words(table: Any) -> None:
    model, _address, _label, names = table
    assert [name for name in names if str(column_of(model, name).label) == name] == []


@pytest.mark.parametrize("screen", menu.TABLES, ids=lambda screen: screen.__name__)
def test_every_act_has_its_method_and_the_default_order_a_column(screen: type[CrudView]) -> None:
    assert [act.name for act in screen.acts if not callable(getattr(screen, act.method, None))] == []
    assert column_of(screen.model, screen.sort.removeprefix("-"))
    assert set(screen.sorts) <= set(screen.list_names), "a column that is not shown cannot be sorted by"
