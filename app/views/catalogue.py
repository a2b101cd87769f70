"""Screens of the catalogue: products and prices."""

from app.models.catalogue import Price, Product
from app.texts import lazy
from app.views.crud import CrudView, Group
from app.views.sections import SALES, SETTINGS


class ProductView(CrudView):
    """Products and services that we sell."""

    model = Product
    area = "Products"
    route_base = "/products"
    imported_as = "products"
    section = SETTINGS
    title = lazy("Products and services")
    title_one = lazy("Product")
    add_label = lazy("New product")
    list_names = ("name", "sku", "kind", "group", "unit", "vat", "is_active")
    sorts = ("name", "sku")
    sort = "name"
    filters = ("kind", "group", "vat", "is_active")
    search_hint = lazy("Name, SKU, barcode")
    groups = (
        Group(lazy("Product"), ("name", "sku", "kind", "group", "unit", "vat", "barcode", "is_active")),
        Group(lazy("Description"), ("description",)),
    )


class PriceView(CrudView):
    """Prices by price type and day."""

    model = Price
    area = "Prices"
    route_base = "/prices"
    section = SALES
    title = lazy("Prices")
    title_one = lazy("Price")
    add_label = lazy("New price")
    list_names = ("product", "price_type", "valid_from", "amount")
    sorts = ("valid_from", "amount")
    sort = "-valid_from"
    filters = ("product", "price_type", "valid_from")
    search_through = ("product",)
    search_hint = lazy("Product")
    groups = (Group(lazy("Price"), ("product", "price_type", "valid_from", "amount")),)
