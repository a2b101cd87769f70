from datetime import date

from app.services.numbering import take_number
from tests.factories import make_organisation


def test_numbers_count_up_from_one(session):
    organisation = make_organisation(session)

    taken = [take_number(session, "invoice", organisation, date(2026, 11, 23)) for _ in range(3)]

    assert taken == ["КС-2026-000001", "КС-2026-000002", "КС-2026-000003"]


def test_each_kind_organisation_and_year_counts_for_itself(session):
    ours, other = make_organisation(session), make_organisation(session, number_prefix="УТ")
    take_number(session, "invoice", ours, date(2026, 11, 23))

    assert take_number(session, "contract", ours, date(2026, 11, 23)) == "КС-2026-000001"
    assert take_number(session, "invoice", other, date(2026, 11, 23)) == "УТ-2026-000001"
    assert take_number(session, "invoice", ours, date(2027, 1, 1)) == "КС-2027-000001"
    assert take_number(session, "invoice", ours, date(2026, 12, 31)) == "КС-2026-000002"


def test_a_given_prefix_stands_instead_of_the_organisations(session):
    organisation = make_organisation(session)

    assert take_number(session, "contract", organisation, date(2026, 11, 23), "Д") == "Д-2026-000001"


def test_without_any_prefix_the_number_begins_with_the_year(session):
    organisation = make_organisation(session, number_prefix="")

    assert take_number(session, "invoice", organisation, date(2026, 11, 23)) == "2026-000001"


def test_a_number_of_a_rolled_back_document_is_given_to_the_next(session):
    organisation = make_organisation(session)
    take_number(session, "invoice", organisation, date(2026, 11, 23))

    with session.begin_nested() as attempt:
        lost = take_number(session, "invoice", organisation, date(2026, 11, 23))
        attempt.rollback()

    assert lost == "КС-2026-000002"
    assert take_number(session, "invoice", organisation, date(2026, 11, 23)) == "КС-2026-000002"
