"""Files: taken in by content, kept once by SHA-256, attached to records, checked and swept."""

from app.services.files.attachments import PHOTOS, attach, attachments_of, attachments_of_many, detach
from app.services.files.checking import FilesReport, check_files, forget_unused, sweep_files
from app.services.files.limits import Limits
from app.services.files.names import safe_name
from app.services.files.store import FileStore, open_store
from app.services.files.storing import Stored, store_file
from app.services.files.temporary import forget_temporary, keep_temporarily

__all__ = [
    "PHOTOS",
    "FileStore",
    "FilesReport",
    "Limits",
    "Stored",
    "attach",
    "attachments_of",
    "attachments_of_many",
    "check_files",
    "detach",
    "forget_temporary",
    "forget_unused",
    "keep_temporarily",
    "open_store",
    "safe_name",
    "store_file",
    "sweep_files",
]
