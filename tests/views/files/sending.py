"""Files attached to records and sent through the screen."""

import io
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.files import Attachment
from app.services.files import FileStore, attach, store_file


def attached(session: Session, store: FileStore, record: Any, content: bytes, name: str) -> Attachment:
    made = attach(session, record, store_file(session, content, name, folder=store))
    session.flush()
    return made


def address(attachment: Attachment) -> str:
    return f"/files/{attachment.id}/{attachment.name}"


def send(client: FlaskClient, record: Any, *files: tuple[bytes, str], **fields: str) -> Any:
    data = {"file": [(io.BytesIO(content), name) for content, name in files], **fields}
    return client.post(
        f"/files/upload/{record.__tablename__}/{record.id}", data=data, content_type="multipart/form-data"
    )


def names(session: Session) -> list[str]:
    session.expire_all()
    return sorted(session.scalars(select(Attachment.name)))
