"""The catalogue of the demo company: office equipment, compressors, consumables and services, with prices by date."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import insert

from app.models.catalogue import Price, PriceType, Product, ProductGroup, ProductKind, Unit
from app.services.demo.world import World

_GOODS, _SERVICE = ProductKind.GOODS, ProductKind.SERVICE
_UNITS = (("шт", "Штука", "796"), ("ч", "Час", "356"), ("л", "Литр", "112"), ("усл. ед", "Условная единица", "876"))
_PRICE_TYPES = (
    ("Розничная", Decimal(1), True),
    ("Оптовая", Decimal("0.92"), False),
    ("Дилерская", Decimal("0.85"), False),
)
"""Name, share of the retail price, whether it is the usual one."""
_GROWTH = (Decimal(1), Decimal("1.07"), Decimal("1.13"))
"""How prices grew over the three price lists."""
_MACHINES = ("Принтеры", "МФУ", "Компрессоры", "Осушители")
_POWERS = ("7,5", "11", "15", "18", "22", "30", "37", "45")
_PARTS = ("Ролик захвата бумаги", "Узел закрепления", "Ремень клиновой", "Клапан впускной", "Клапан давления",
          "Датчик давления", "Термостат", "Плата управления", "Муфта эластичная", "Комплект прокладок")  # fmt: skip
_SERVICES = (
    ("Техническое обслуживание компрессора", 14500), ("Техническое обслуживание принтера", 3200),
    ("Техническое обслуживание МФУ", 4800), ("Пусконаладочные работы компрессора", 26000),
    ("Пусконаладочные работы МФУ", 6500), ("Диагностика оборудования", 2500), ("Ремонт узла закрепления", 5200),
    ("Ремонт компрессорной группы", 38000), ("Замена масла и фильтров", 7800), ("Заправка картриджа", 950),
    ("Выезд инженера", 1800), ("Обучение персонала", 9000), ("Аренда компрессора, сутки", 6400),
    ("Поверка манометров", 2100),
)  # fmt: skip


@dataclass(frozen=True)
class _Item:
    group: str
    name: str
    price: int
    unit: str = "шт"
    kind: ProductKind = _GOODS


@dataclass
class Catalogue:
    """Products with prices in memory. `machines` are what clients use and engineers serve."""

    products: list[Product]
    price_types: list[PriceType]
    machines: list[Product]
    consumables: list[Product]
    services: list[Product]
    dates: tuple[date, ...] = ()
    prices: dict[tuple[int, int], list[Decimal]] = field(default_factory=dict)

    def price(self, product: Product, price_type: PriceType, day: date) -> Decimal:
        """The price in force on a day, roubles, VAT included."""
        return self.prices[product.id, price_type.id][bisect_right(self.dates, day) - 1]


def make_catalogue(world: World) -> Catalogue:
    """Make units, groups, products, price types and prices."""
    units = {name: world.named(Unit, name, full_name=full, okei_code=code) for name, full, code in _UNITS}
    items = list(_items())
    groups = {name: world.named(ProductGroup, name) for name in dict.fromkeys(item.group for item in items)}
    products = [
        Product(sku=f"КС-{number:04d}", name=item.name, kind=item.kind, group=groups[item.group], unit=units[item.unit])
        for number, item in enumerate(items, start=1)
    ]
    world.save(products)
    types = [world.named(PriceType, name, is_default=usual) for name, _factor, usual in _PRICE_TYPES]
    machines = [product for product, item in zip(products, items, strict=True) if item.group in _MACHINES]
    services = [product for product in products if product.kind is _SERVICE]
    others = [product for product in products if product not in machines and product not in services]
    catalogue = Catalogue(products, types, machines, others, services)
    _add_prices(world, catalogue, items)
    return catalogue


def _items() -> Iterator[_Item]:
    yield from _machines()
    for number in range(9):
        yield _Item("Ресиверы", f"Ресивер воздушный РВ-{(number + 1) * 100}", 17500 + 9800 * number)
    yield from _consumables()
    for number, name in enumerate(_PARTS):
        yield _Item("Запасные части", name, 1200 + 1750 * number)
    for name, price in _SERVICES:
        yield _Item("Услуги", name, price, "усл. ед", _SERVICE)


def _machines() -> Iterator[_Item]:
    for number in range(10):
        yield _Item("Принтеры", f"Принтер лазерный «Печатник» П-{210 + 20 * number}", 18500 + 6200 * number)
    for number in range(12):
        yield _Item("МФУ", f"МФУ «Копир-Проба» М-{3010 + 10 * number}", 32000 + 11500 * number)
    for number, power in enumerate(_POWERS):
        yield _Item("Компрессоры", f"Компрессор винтовой ВК-{power}", 148000 + 61000 * number)
        yield _Item("Компрессоры", f"Компрессор поршневой КП-{power}", 78000 + 41000 * number)
    for number in range(8):
        yield _Item("Осушители", f"Осушитель рефрижераторный ОР-{6 * (number + 1)}", 64000 + 14500 * number)


def _consumables() -> Iterator[_Item]:
    for number in range(20):
        yield _Item("Картриджи", f"Картридж К-{3010 + 10 * number}", 1900 + 340 * number)
    for number in range(13):
        kind = ("воздушный ФВ", "масляный ФМ", "сепаратор ФС")[number % 3]
        yield _Item("Фильтры", f"Фильтр {kind}-{100 + number}", 1450 + 820 * number)
    for number, grade in enumerate((32, 46, 60, 74)):
        name, price = f"Масло компрессорное «Проба» КМ-{grade}", 2900 + 450 * number
        yield _Item("Масла", f"{name}, канистра 5 л", price)
        yield _Item("Масла", f"{name}, канистра 20 л", price * 4)


def _add_prices(world: World, catalogue: Catalogue, items: list[_Item]) -> None:
    """Three price lists of three types; the last one begins half a year ago."""
    year = world.today.year
    catalogue.dates = (date(year - 3, 1, 1), date(year - 1, 1, 1), world.ago(180).replace(day=1))
    rows = []
    for product, item in zip(catalogue.products, items, strict=True):
        for price_type, (_name, factor, _usual) in zip(catalogue.price_types, _PRICE_TYPES, strict=True):
            amounts = [_rounded(item.price * factor * growth) for growth in _GROWTH]
            catalogue.prices[product.id, price_type.id] = amounts
            rows += [
                {"product_id": product.id, "price_type_id": price_type.id, "valid_from": day, "amount": amount}
                for day, amount in zip(catalogue.dates, amounts, strict=True)
            ]
    world.session.execute(insert(Price), rows)


def _rounded(amount: Decimal) -> Decimal:
    """To ten roubles: nobody prints kopecks in a price list."""
    return amount.quantize(Decimal("1E1")).quantize(Decimal("0.01"))
