"""Screens of our own company: organisations, bank accounts, departments, employees."""

from typing import Any

from app.models.staff import BankAccount, Department, Employee, Organisation
from app.services import requisites
from app.texts import lazy
from app.views.crud import CrudView, Group
from app.views.sections import SETTINGS, TREASURY


class OrganisationView(CrudView):
    """Our legal entities."""

    model = Organisation
    area = "Organisations"
    route_base = "/organisations"
    section = SETTINGS
    title = lazy("Our organisations")
    title_one = lazy("Organisation")
    add_label = lazy("New organisation")
    list_names = ("name", "inn", "kpp", "phone", "director")
    sorts = ("name", "inn")
    sort = "name"
    groups = (
        Group(lazy("Requisites"), ("name", "full_name", "inn", "kpp", "ogrn", "address", "phone", "number_prefix")),
        Group(lazy("Who signs"), ("director", "director_genitive", "accountant")),
    )

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check the requisites' digits."""
        record.inn = requisites.check_inn(record.inn)
        record.kpp = requisites.check_kpp(record.kpp) if record.kpp else None
        record.ogrn = requisites.check_ogrn(record.ogrn) if record.ogrn else None


class BankAccountView(CrudView):
    """Our bank accounts."""

    model = BankAccount
    area = "BankAccounts"
    route_base = "/bank-accounts"
    section = TREASURY
    title = lazy("Bank accounts")
    title_one = lazy("Bank account")
    add_label = lazy("New account")
    list_names = ("name", "account", "bank_name", "bik", "organisation", "currency", "is_active")
    sorts = ("name", "account")
    sort = "name"
    filters = ("organisation", "is_active")
    groups = (
        Group(lazy("Account"), ("name", "organisation", "account", "currency", "opening_balance", "is_active")),
        Group(lazy("Bank"), ("bank_name", "bik", "correspondent_account")),
    )

    def before_save(self, record: Any, *, is_new: bool) -> None:
        """Check the shape of the account and the bank's code."""
        record.account = requisites.check_account(record.account)
        record.bik = requisites.check_bik(record.bik)


class DepartmentView(CrudView):
    """Departments."""

    model = Department
    area = "Departments"
    route_base = "/departments"
    section = SETTINGS
    title = lazy("Departments")
    title_one = lazy("Department")
    add_label = lazy("New department")
    list_names = ("name", "parent", "is_active")
    sorts = ("name",)
    sort = "name"
    groups = (Group(lazy("Department"), ("name", "parent", "is_active")),)


class EmployeeView(CrudView):
    """Employees. The link to a login is set by the administrator, with the user."""

    model = Employee
    area = "Employees"
    route_base = "/employees"
    section = SETTINGS
    title = lazy("Employees")
    title_one = lazy("Employee")
    add_label = lazy("New employee")
    list_names = ("family_name", "given_name", "patronymic", "position", "department", "phone", "email")
    sorts = ("family_name", "position")
    sort = "family_name"
    filters = ("department", "is_manager", "is_engineer")
    search_hint = lazy("Name, position, phone")
    groups = (
        Group(lazy("Person"), ("family_name", "given_name", "patronymic", "position", "department")),
        Group(lazy("How to reach"), ("phone", "extension", "email", "home_town")),
        Group(lazy("Work"), ("is_manager", "is_engineer", "hired_on", "dismissed_on")),
    )
