"""The scan of what is kept already: which cards it compares, which pairs it keeps for a person."""

from pathlib import Path

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from app.models.clients import Client, ContactPhone
from app.models.duplicates import ClientKey, DuplicatePair
from app.models.jobs import Job, JobState
from app.services.duplicates.merging import merge
from app.services.duplicates.scanning import SCAN, Scanned, scan
from app.services.jobs import run_job, start_job
from tests import factories as make
from tests.factories.jobs import workshop

PHONE = "+79160000001"


def scanned(session: Session) -> Scanned:
    """The counts after the last portion."""
    *_before, last = scan(session)
    return last


def pairs(session: Session, table: str) -> list[tuple[int, int]]:
    found = select(DuplicatePair.first_id, DuplicatePair.second_id).where(DuplicatePair.table_name == table)
    return [(first, second) for first, second in session.execute(found)]


def share_a_key(session: Session, *clients: Client) -> None:
    session.execute(insert(ClientKey), [{"key": 1, "client_id": client.id} for client in clients])


def test_cards_from_before_the_fingerprints_are_found_too(session: Session) -> None:
    one, other = (make.make_client(session, name="ООО «Ромашка»", phone=PHONE) for _card in range(2))
    session.flush()
    session.execute(delete(ClientKey))

    assert scanned(session).client_pairs == 1
    assert pairs(session, "client") == [(one.id, other.id)]


def test_sharing_a_fingerprint_does_not_make_two_names_one(session: Session) -> None:
    share_a_key(session, make.make_client(session, name="ООО «Гранит»"), make.make_client(session, name="Лютик"))

    assert scanned(session).client_pairs == 0


def test_a_card_that_was_merged_is_compared_with_nothing(session: Session) -> None:
    one, other, third = (make.make_client(session, name="ООО «Ромашка»") for _card in range(3))
    session.flush()
    merge(session, "client", one.id, other.id, {})
    share_a_key(session, other, third)
    scanned(session)

    assert all(other.id not in pair for pair in pairs(session, "client") if pair != (one.id, other.id))


def test_people_who_share_a_phone_are_two_when_their_names_differ(session: Session) -> None:
    client = make.make_client(session)
    for family_name in ("Примеров", "Образцов"):
        contact = make.make_contact(session, client=client, family_name=family_name, given_name="Пётр")
        contact.phones = [ContactPhone(number=PHONE)]

    assert scanned(session).contact_pairs == 0


def test_a_job_looks_through_all_cards_and_leads_to_the_pairs(session: Session, tmp_path: Path) -> None:
    make.make_client(session, inn="7707083893")
    last = make.make_client(session, inn="7707083893")
    job = start_job(session, SCAN, {"url": "/clients/duplicates/"}, "Поиск дублей")
    session.commit()

    run_job(workshop(session, tmp_path), job.id, "one")

    job = session.get_one(Job, job.id, populate_existing=True)
    assert (job.state, job.done, job.total) == (JobState.DONE, last.id, last.id)
    assert (job.result_url, "1" in job.result_text) == ("/clients/duplicates/", True)


def test_without_clients_the_job_has_nothing_to_do(session: Session, tmp_path: Path) -> None:
    assert session.scalar(select(func.count()).select_from(Client)) == 0
    assert [vars(counts) for counts in scan(session)] == [vars(Scanned())] * 2
