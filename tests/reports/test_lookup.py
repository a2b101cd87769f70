"""Type-ahead, and finding the one record that a pasted text names."""

import pytest
from sqlalchemy.orm import Session

from app.models.agreements import Agreement
from app.models.catalogue import Product, Unit
from app.models.clients import Client, Contact
from app.reports import lookup
from tests.factories import make_client, make_contact, make_product


@pytest.mark.parametrize("asked", ["компр", "rjvgh", "kompr", "КМП-7"])
def test_a_product_is_found_in_any_layout_and_by_its_code(session: Session, asked: str) -> None:
    product = make_product(session, name="Компрессор", sku="КМП-7")
    make_product(session, name="Фильтр", sku="Ф-1")

    assert lookup.find(session, Product, asked) == [product]


def test_too_little_typed_gives_the_newest_and_the_rest_comes_after_the_last_one(session: Session) -> None:
    made = [make_client(session, name=f"Лютик {number}") for number in range(lookup.SHOWN + 3)]

    first = lookup.find(session, Client, "л")
    assert first == made[: -lookup.SHOWN - 1 : -1]
    assert lookup.find(session, Client, "", after=first[-1].id)[:3] == made[2::-1]


def test_a_client_narrows_to_its_own_records_and_to_what_is_nobodys(session: Session) -> None:
    own, other = make_contact(session), make_contact(session)

    assert lookup.find(session, Contact, "", client=own.client_id) == [own]
    assert other in lookup.find(session, Contact, "")
    assert lookup.find(session, Client, "", client=own.client_id)[:1] == [other.client]
    assert lookup.find(session, Agreement, "", client=own.client_id) == []


def test_pasted_texts_are_found_by_code_by_name_and_by_search(session: Session) -> None:
    by_code = make_product(session, name="Масло", sku="М-5", barcode="4600000000017")
    by_name = make_product(session, name="Фильтр")
    make_product(session, name="Фильтр масляный тонкий")
    texts = ["М-5", "4600000000017", " Фильтр ", "масляный тонк", "", "нет такого", "?"]

    found = lookup.find_exact(session, Product, texts)

    assert found[:3] == [by_code, by_code, by_name]
    assert found[3] is not None
    assert found[4:] == [None, None, None]


def test_a_name_that_several_records_have_names_none(session: Session) -> None:
    make_client(session, name="ООО «Двойник»")
    make_client(session, name="ООО «Двойник»")

    assert lookup.find_exact(session, Client, ["ООО «Двойник»"]) == [None]
    assert lookup.find_exact(session, Unit, []) == []
